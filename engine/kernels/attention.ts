import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { alignUp } from '../gpu/buffers.ts';
import { FRAGMENTS } from './fragments.ts';
import type { RowKernel } from './matvec.ts';
import { type KernelTarget, tuningOf } from './target.ts';
import { TUNING } from './tuning.ts';

/** How numbers lie in a cache, whose rows are whole blocks. */
interface KvLayout {
  readonly blockSize: number;
  readonly blockBytes: number;
  readonly read: readonly Fragment[];
  /** Makes a vec4 of it, where one can be made by itself. */
  readonly pack?: Fragment;
  readonly aliases: Readonly<Record<string, string>>;
}

export const KV_LAYOUTS = {
  f32: {
    blockSize: 1,
    blockBytes: 4,
    read: [FRAGMENTS.kvPlain, FRAGMENTS.kvF32],
    pack: FRAGMENTS.kvF32,
    aliases: { cache_vec: 'vec4<f32>' },
  },
  f16: {
    blockSize: 1,
    blockBytes: 2,
    read: [FRAGMENTS.kvPlain, FRAGMENTS.kvF16],
    pack: FRAGMENTS.kvF16,
    aliases: { cache_vec: 'vec2<u32>' },
  },
  q8_0: {
    blockSize: 32,
    blockBytes: 36,
    read: [FRAGMENTS.kvQ80],
    aliases: { cache_vec: 'u32' },
  },
} as const satisfies Record<string, KvLayout>;

/** `q8_0`: bytes with a factor for each 32 numbers of a row, as in ggml's type, but that the factor is an f32. */
export type KvFormat = keyof typeof KV_LAYOUTS;
export const KV_FORMATS = Object.keys(KV_LAYOUTS) as readonly KvFormat[];

/** Numbers from one row of a cache to the next. */
export function kvRow(format: KvFormat, width: number): number {
  return alignUp(width, KV_LAYOUTS[format].blockSize);
}

export function kvRowBytes(format: KvFormat, width: number): number {
  const { blockSize, blockBytes } = KV_LAYOUTS[format];
  return (kvRow(format, width) / blockSize) * blockBytes;
}

/** Vec4s of a block, which a thread writes. */
const BLOCK_VECS = KV_LAYOUTS.q8_0.blockSize / 4;

/** `shaders/kv_write_q8_0.wgsl`, sizes in floats; workgroups [groups, tokens, 1]. */
export function kvWriteQ80(
  target: KernelTarget,
  shape: { readonly length: number; readonly xToken: number; readonly ringRows?: number | undefined },
): RowKernel {
  const threads = TUNING[target.profile].elementThreads;
  return {
    groups: Math.ceil(shape.length / 4 / BLOCK_VECS / threads),
    kernel: {
      fragments: [FRAGMENTS.kvWriteQ80, FRAGMENTS.step, FRAGMENTS.ring],
      overrides: {
        WG: threads,
        ROWS: shape.ringRows ?? 0,
        VECS: shape.length / 4,
        X_TOKEN: shape.xToken / 4,
        CACHE_ROW: kvRow('q8_0', shape.length) / 4,
      },
    },
  };
}

/** What a gate makes of its number before it multiplies. */
export type GateOpening = 'sigmoid' | 'softplus';

/** Gates of what attention gives: a number per head, or one per number of the output, in rows that may hold other things too. */
export interface AttentionGate {
  readonly per: 'head' | 'number';
  readonly opening: GateOpening;
  /** In floats: from one token to the next, one head's gates to the next one's, and before the first. */
  readonly stride: { readonly token: number; readonly head: number; readonly offset: number };
}

/** Queries at position p are multiplied by 1 + factor · ln(1 + ⌊p / length⌋), as Llama 4 and Mistral have it. */
export interface AttentionTemperature {
  readonly factor: number;
  readonly length: number;
}

/** Sizes in floats. */
export interface AttentionShape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** From one row of the caches to the next. */
  readonly keyRow: number;
  readonly valueRow: number;
  readonly scale: number;
  /** Parts that the positions are divided into, each by its own workgroup. */
  readonly splits: number;
  /** Keys at this distance or beyond are not seen; default: all are. */
  readonly window?: number | undefined;
  /** Of the caches, where they are rings; default: a row for each position. */
  readonly ringRows?: number | undefined;
  /** Scores become cap · tanh(score / cap). */
  readonly softcap?: number | undefined;
  readonly temperature?: AttentionTemperature | undefined;
  /** Each head has a logit without a key. */
  readonly hasSinks?: boolean | undefined;
  readonly gate?: AttentionGate | undefined;
}

export interface AttentionKernel {
  readonly kernel: Kernel;
  readonly workgroups: (tokens: number) => readonly [number, number, number];
}

const OPENINGS = {
  sigmoid: FRAGMENTS.openingSigmoid,
  softplus: FRAGMENTS.openingSoftplus,
} as const satisfies Record<GateOpening, Fragment>;

/** Gates are for the kernel that makes the output. */
function gatePart(gate: AttentionGate | undefined): Pick<Kernel, 'fragments' | 'overrides'> {
  if (gate === undefined) return { fragments: [FRAGMENTS.gateNone], overrides: {} };
  const opening = OPENINGS[gate.opening];
  const { token, head, offset } = gate.stride;
  switch (gate.per) {
    case 'head':
      return {
        fragments: [FRAGMENTS.gateHead, opening],
        overrides: { GATE_TOKEN: token, GATE_START: offset },
      };
    case 'number':
      return {
        fragments: [FRAGMENTS.gateNumber, opening],
        overrides: { GATE_TOKEN: token / 4, GATE_HEAD: head / 4, GATE_START: offset / 4 },
      };
    default:
      return gate.per satisfies never;
  }
}

/** What all kernels of attention share, however they deal it out. */
export function attentionPart(format: KvFormat, shape: AttentionShape) {
  const { splits, temperature } = shape;
  const gate = gatePart(splits === 1 ? shape.gate : undefined);
  const { aliases, read } = KV_LAYOUTS[format];
  return {
    aliases,
    fragments: [
      FRAGMENTS.step,
      FRAGMENTS.span,
      FRAGMENTS.ring,
      shape.hasSinks === true ? FRAGMENTS.sinkHead : FRAGMENTS.sinkNone,
      ...gate.fragments,
      ...read,
    ],
    overrides: {
      HEADS: shape.heads,
      KV_HEADS: shape.kvHeads,
      K_ROW: shape.keyRow / 4,
      V_ROW: shape.valueRow / 4,
      SPLITS: splits,
      SCALE: shape.scale,
      WINDOW: shape.window ?? 0,
      ROWS: shape.ringRows ?? 0,
      SOFTCAP: shape.softcap ?? 0,
      TEMPERATURE: temperature?.factor ?? 0,
      TEMPERED: temperature?.length ?? 0,
      ...gate.overrides,
    },
  };
}

/** `shaders/attention.wgsl`, or `attention_direct.wgsl` where barriers are dear; `out` is for the sums where there are splits. */
export function attention(target: KernelTarget, format: KvFormat, shape: AttentionShape): AttentionKernel {
  const { heads, splits } = shape;
  const keyVecs = shape.keyDim / 4;
  const valueVecs = shape.valueDim / 4;
  const { aliases, fragments, overrides } = attentionPart(format, shape);
  const threads = tuningOf(target).attentionThreads;
  switch (target.profile) {
    case 'rows':
      return {
        workgroups: (tokens) => [Math.ceil((tokens * heads) / threads), 1, splits],
        kernel: {
          aliases,
          fragments: [FRAGMENTS.attentionDirect, ...fragments],
          constants: { KEY_VECS: keyVecs, VALUE_VECS: valueVecs },
          overrides: { ...overrides, WG: threads },
        },
      };
    case 'lanes':
      return {
        workgroups: (tokens) => [heads, tokens, splits],
        kernel: {
          aliases,
          fragments: [FRAGMENTS.attention, ...fragments],
          constants: { VECS_PER_THREAD: Math.ceil(valueVecs / threads) },
          overrides: { ...overrides, WG: threads, KEY_VECS: keyVecs, VALUE_VECS: valueVecs },
        },
      };
    default:
      return target.profile satisfies never;
  }
}

/** How a tile of `shaders/attention_tiled.wgsl` is shared out. */
export interface AttentionTile {
  readonly threads: number;
  readonly queries: number;
  readonly keys: number;
  /** Threads that share a row of the output; a power of two. */
  readonly columnThreads: number;
  readonly f16: boolean;
}

/** From the fastest on an H200, which wants large tiles, to those that fit the 16 KiB that every device has. */
const TILES: readonly Omit<AttentionTile, 'f16' | 'columnThreads'>[] = [
  { threads: 256, queries: 32, keys: 32 },
  { threads: 128, queries: 32, keys: 16 },
  { threads: 128, queries: 16, keys: 16 },
  { threads: 64, queries: 8, keys: 16 },
  { threads: 64, queries: 8, keys: 8 },
];
const GUARANTEED_WORKGROUP_BYTES = 16_384;

/** The best tile that fits, if any. Caches in f16 lose nothing in tiles of f16. */
export function attentionTile(
  { f16: hasF16, workgroupBytes = GUARANTEED_WORKGROUP_BYTES }: KernelTarget,
  format: KvFormat,
  { keyDim, valueDim }: Pick<AttentionShape, 'keyDim' | 'valueDim'>,
): AttentionTile | undefined {
  const f16 = hasF16 && format === 'f16';
  const [keyVecs, valueVecs] = [keyDim / 4, valueDim / 4];
  const found = TILES.find(({ threads, queries, keys }) => {
    const tiles = keyVecs * (queries + 1) + Math.max(keyVecs * (keys + 1), valueVecs * keys);
    const numbers = queries * (keys + 1) + threads + queries;
    return tiles * (f16 ? 8 : 16) + numbers * 4 <= workgroupBytes;
  });
  return found && { ...found, f16, columnThreads: valueVecs <= 16 ? 16 : 32 };
}

/** `shaders/attention_tiled.wgsl`, for many tokens. */
export function attentionTiled(format: KvFormat, shape: AttentionShape, tile: AttentionTile): AttentionKernel {
  const { heads, kvHeads } = shape;
  const group = heads / kvHeads;
  // As many heads of a group as divide both.
  let tileHeads = 1;
  while (group % (tileHeads * 2) === 0 && tile.queries % (tileHeads * 2) === 0) tileHeads *= 2;
  const tokensPerTile = tile.queries / tileHeads;
  const { aliases, fragments, overrides } = attentionPart(format, shape);
  return {
    workgroups: (tokens) => [heads / tileHeads, Math.ceil(tokens / tokensPerTile), shape.splits],
    kernel: {
      aliases: { ...aliases, tile_scalar: tile.f16 ? 'f16' : 'f32' },
      enables: tile.f16 ? ['f16'] : [],
      fragments: [FRAGMENTS.attentionTiled, ...fragments],
      constants: {
        WG: tile.threads,
        QUERIES: tile.queries,
        KEYS: tile.keys,
        COLUMN_THREADS: tile.columnThreads,
        KEY_VECS: shape.keyDim / 4,
        VALUE_VECS: shape.valueDim / 4,
      },
      overrides: { ...overrides, TILE_HEADS: tileHeads },
    },
  };
}

/** `shaders/attention_merge.wgsl`; workgroups [groups, tokens, 1]. */
export function attentionMerge(target: KernelTarget, shape: AttentionShape): RowKernel {
  const threads = TUNING[target.profile].elementThreads;
  const gate = gatePart(shape.gate);
  return {
    groups: Math.ceil((shape.heads * shape.valueDim) / 4 / threads),
    kernel: {
      fragments: [FRAGMENTS.attentionMerge, ...gate.fragments],
      overrides: {
        WG: threads,
        HEADS: shape.heads,
        VALUE_VECS: shape.valueDim / 4,
        SPLITS: shape.splits,
        ...gate.overrides,
      },
    },
  };
}

/** Strides of x and y in floats, of W in rows. */
export interface HeadTransposed {
  readonly type: WeightTypeName;
  readonly matrixRows: number;
  readonly columns: number;
  readonly rowUnits: number;
  readonly inner: number;
  readonly xToken: number;
  readonly xHead: number;
  readonly yToken: number;
  readonly yHead: number;
  readonly wHead: number;
  readonly wStart: number;
}

/** `shaders/head_transposed.wgsl`; workgroups [groups, tokens, heads]. */
export function headTransposed(target: KernelTarget, shape: HeadTransposed): RowKernel {
  const { transposedThreads: threads, transposedParts: parts } = TUNING[target.profile];
  return {
    groups: Math.ceil(shape.rowUnits / (threads / parts)),
    kernel: {
      fragments: [FRAGMENTS.headTransposed, FRAGMENTS.weightsBuffer, ...weightType(shape.type).dequant],
      constants: { WG: threads, PARTS: parts },
      overrides: {
        INNER: shape.inner,
        ROW_UNITS: shape.rowUnits,
        X_TOKEN: shape.xToken,
        X_HEAD: shape.xHead,
        Y_TOKEN: shape.yToken / 4,
        Y_HEAD: shape.yHead / 4,
        COLUMN_VECS: shape.columns / 4,
        W_HEAD: shape.wHead,
        W_START: shape.wStart,
        W_ROWS: shape.matrixRows,
      },
    },
  };
}
