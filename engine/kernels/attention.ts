import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { FRAGMENTS } from './fragments.ts';
import type { RowKernel } from './matvec.ts';
import { elementThreads, type KernelTarget } from './target.ts';

export type KvFormat = 'f32' | 'f16';

/** Bytes of a number in the cache. */
export const KV_BYTES = { f32: 4, f16: 2 } as const satisfies Record<KvFormat, number>;

const KV_FRAGMENTS = { f32: FRAGMENTS.kvF32, f16: FRAGMENTS.kvF16 } as const satisfies Record<KvFormat, Fragment>;
const KV_ALIASES = {
  f32: { cache_vec: 'vec4<f32>' },
  f16: { cache_vec: 'vec2<u32>' },
} as const satisfies Record<KvFormat, Readonly<Record<string, string>>>;

/** `shaders/kv_write.wgsl`, sizes in floats: bindings 0 step, 1 x, 2 cache; workgroups [groups, tokens, 1]. */
export function kvWrite(
  target: KernelTarget,
  format: KvFormat,
  shape: { readonly length: number; readonly xToken: number; readonly cacheRow: number; readonly cacheStart: number },
): RowKernel {
  const threads = elementThreads(target);
  return {
    groups: Math.ceil(shape.length / 4 / threads),
    kernel: {
      fragments: [FRAGMENTS.kvWrite, FRAGMENTS.step, KV_FRAGMENTS[format]],
      aliases: KV_ALIASES[format],
      overrides: {
        WG: threads,
        VECS: shape.length / 4,
        X_TOKEN: shape.xToken / 4,
        CACHE_ROW: shape.cacheRow / 4,
        CACHE_START: shape.cacheStart / 4,
      },
      bindings: { 0: 'uniform', 1: 'read', 2: 'read_write' },
    },
  };
}

/** Sizes in floats. */
export interface AttentionShape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** From one position of the caches to the next. */
  readonly keyRow: number;
  readonly valueRow: number;
  readonly scale: number;
  /** Parts that the positions are divided into, each by its own workgroup. */
  readonly splits: number;
}

/** Parts for one decoded token: there are more cores than a few heads can use. */
export function decodeSplits(target: KernelTarget): number {
  return target.profile === 'rows' ? 4 : 8;
}

/** Threads of the kernel without barriers: as many as a software adapter runs as one vector. */
const DIRECT_THREADS = 4;
const TILED_THREADS = 64;

export interface AttentionKernel {
  readonly kernel: Kernel;
  readonly workgroups: (tokens: number) => readonly [number, number, number];
}

/**
 * `shaders/attention.wgsl`, or `attention_direct.wgsl` where barriers are dear: bindings 0 step, 1 q, 2 keys, 3 values, 4 out
 * (or the sums of the splits), 5 partials.
 */
export function attention(target: KernelTarget, format: KvFormat, shape: AttentionShape): AttentionKernel {
  const { heads, splits } = shape;
  const keyVecs = shape.keyDim / 4;
  const valueVecs = shape.valueDim / 4;
  const overrides = {
    HEADS: heads,
    KV_HEADS: shape.kvHeads,
    K_ROW: shape.keyRow / 4,
    V_ROW: shape.valueRow / 4,
    SPLITS: splits,
    SCALE: shape.scale,
  };
  const common = {
    aliases: KV_ALIASES[format],
    bindings: { 0: 'uniform', 1: 'read', 2: 'read', 3: 'read', 4: 'read_write', 5: 'read_write' },
  } as const;
  switch (target.profile) {
    case 'rows':
      return {
        workgroups: (tokens) => [Math.ceil((tokens * heads) / DIRECT_THREADS), 1, splits],
        kernel: {
          ...common,
          fragments: [FRAGMENTS.attentionDirect, FRAGMENTS.step, KV_FRAGMENTS[format]],
          constants: { KEY_VECS: keyVecs, VALUE_VECS: valueVecs },
          overrides: { ...overrides, WG: DIRECT_THREADS },
        },
      };
    case 'lanes':
      return {
        workgroups: (tokens) => [heads, tokens, splits],
        kernel: {
          ...common,
          fragments: [FRAGMENTS.attention, FRAGMENTS.step, KV_FRAGMENTS[format]],
          constants: { VECS_PER_THREAD: Math.ceil(valueVecs / TILED_THREADS) },
          overrides: { ...overrides, WG: TILED_THREADS, KEY_VECS: keyVecs, VALUE_VECS: valueVecs },
        },
      };
    default:
      return target.profile satisfies never;
  }
}

/** `shaders/attention_merge.wgsl`: bindings 1 sums, 2 partials, 3 out; workgroups [groups, tokens, 1]. */
export function attentionMerge(target: KernelTarget, shape: AttentionShape): RowKernel {
  const threads = elementThreads(target);
  return {
    groups: Math.ceil((shape.heads * shape.valueDim) / 4 / threads),
    kernel: {
      fragments: [FRAGMENTS.attentionMerge],
      overrides: { WG: threads, HEADS: shape.heads, VALUE_VECS: shape.valueDim / 4, SPLITS: shape.splits },
      bindings: { 1: 'read', 2: 'read', 3: 'read_write' },
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

/** `shaders/head_transposed.wgsl`: bindings 1 x, 2 y, 10 W; workgroups [groups, tokens, heads]. */
export function headTransposed(target: KernelTarget, shape: HeadTransposed): RowKernel {
  const threads = target.profile === 'rows' ? 4 : 32;
  return {
    groups: Math.ceil(shape.rowUnits / threads),
    kernel: {
      fragments: [FRAGMENTS.headTransposed, FRAGMENTS.weightsBuffer, ...weightType(shape.type).dequant],
      overrides: {
        WG: threads,
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
      bindings: { 1: 'read', 2: 'read_write', 10: 'read' },
    },
  };
}
