import { type AttentionKernel, attentionPart, type AttentionShape, type KvFormat } from './attention.ts';
import { FRAGMENTS } from './fragments.ts';
import { type KernelTarget, tuningOf } from './target.ts';
import { VECTOR_THREADS } from './tuning.ts';
import { unrolled } from './unroll.ts';

/** Rows that share each read of keys and values. Eight are a third faster where there are as many, but take twice as long to compile. */
const ROWS = 4;

/** Beyond this many vec4s of a row for each lane, writing them out takes too long to compile. */
const MOST_SHARE = 8;

function shares({ keyDim, valueDim }: Pick<AttentionShape, 'keyDim' | 'valueDim'>): {
  readonly keys: number;
  readonly values: number;
} {
  const shareOf = (numbers: number): number => Math.ceil(numbers / 4 / VECTOR_THREADS);
  return { keys: shareOf(keyDim), values: shareOf(valueDim) };
}

/** Whether rows can share their reads in `shaders/attention_shared.wgsl`: lanes of a vector must add up what each has. */
export function sharesReads(target: KernelTarget, shape: Pick<AttentionShape, 'keyDim' | 'valueDim'>): boolean {
  const { keys, values } = shares(shape);
  return target.profile === 'rows' && target.subgroups && Math.max(keys, values) <= MOST_SHARE;
}

/** Heads of one key head in a workgroup. */
function tileHeads({ heads, kvHeads }: Pick<AttentionShape, 'heads' | 'kvHeads'>): number {
  const group = heads / kvHeads;
  let together = 1;
  while (group % (together * 2) === 0 && together < ROWS) together *= 2;
  return together;
}

/** Parts that the positions of one decoded token are divided into: where the heads alone keep all cores busy nothing has to be merged. */
export function decodeSplits(
  target: KernelTarget,
  shape: Pick<AttentionShape, 'heads' | 'kvHeads' | 'keyDim' | 'valueDim'>,
): number {
  const { decodeSplits: wanted, attentionThreads } = tuningOf(target);
  switch (target.profile) {
    case 'rows':
      return Math.ceil(
        wanted / Math.ceil(shape.heads / (sharesReads(target, shape) ? tileHeads(shape) : attentionThreads)),
      );
    case 'lanes':
      return wanted;
    default:
      return target.profile satisfies never;
  }
}

/** `shaders/attention_shared.wgsl`, for one token's rows or for many tokens'. */
export function attentionShared(format: KvFormat, shape: AttentionShape, tokens: 'one' | 'many'): AttentionKernel {
  const heads = tileHeads(shape);
  const rows = tokens === 'one' ? heads : ROWS;
  const share = shares(shape);
  const { aliases, fragments, overrides } = attentionPart(format, shape);
  return {
    workgroups: (count) => [shape.heads / heads, Math.ceil(count / (rows / heads)), shape.splits],
    kernel: {
      aliases,
      enables: ['subgroups'],
      fragments: [unrolled(FRAGMENTS.attentionShared, { rows, ...share }), FRAGMENTS.lanesWholeSubgroups, ...fragments],
      constants: {
        TILE_ROWS: rows,
        KEY_VECS: shape.keyDim / 4,
        VALUE_VECS: shape.valueDim / 4,
        KEY_SHARE: share.keys,
        VALUE_SHARE: share.values,
      },
      overrides: { ...overrides, WG: VECTOR_THREADS, LANES: VECTOR_THREADS, TILE_HEADS: heads },
    },
  };
}
