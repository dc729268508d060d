import { EngineError } from '../errors.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import type { PackedMatrix } from '../kernels/packed-matrix.ts';
import type { Rope } from '../kernels/pointwise.ts';
import type { Weights, PackedVector } from '../weights/weights.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import { MAX_HEAD_SIZE, MAX_HEADS, type ModelShape } from './model.ts';
import { type RopeParameters, ropeParameters } from './rope-table.ts';
import type { Activation } from './step-buffers.ts';
import type { StepBuilder } from './step-builder.ts';

/** Norms of queries and keys before they are rotated: over the whole row, or each head by itself. */
export interface QueryKeyNorm {
  readonly per: 'row' | 'head';
  readonly query: PackedVector;
  readonly key: PackedVector;
}

export interface GroupedQueryShape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly ropeDim: number;
  readonly pairing: Rope['pairing'];
  readonly scale: number;
  readonly epsilon: number;
}

export interface GroupedQueryBlock {
  readonly query: PackedMatrix;
  readonly key: PackedMatrix;
  readonly value: PackedMatrix;
  readonly output: PackedMatrix;
  readonly norm?: QueryKeyNorm;
}

/**
 * The sizes of attention and its rotation, from the keys that most architectures share.
 * @throws EngineError `corrupt-file` where they contradict each other
 */
export function groupedQueryShape(
  file: HyperParameters,
  { width, epsilon }: ModelShape,
  pairing: Rope['pairing'],
): { readonly attention: GroupedQueryShape; readonly rope: RopeParameters } {
  const heads = file.count('attention.head_count', { least: 1, most: MAX_HEADS });
  const kvHeads = file.count('attention.head_count_kv', { least: 1, most: heads }, heads);
  const headDim = file.size('attention.key_length', width / heads, MAX_HEAD_SIZE);
  const ropeDim = file.size('rope.dimension_count', headDim, headDim);
  if (heads % kvHeads !== 0)
    throw new EngineError(
      'corrupt-file',
      'The attention sizes in the header of this model contradict each other.',
      `${heads} heads cannot share ${kvHeads} key heads evenly`,
    );
  return {
    attention: { heads, kvHeads, headDim, ropeDim, pairing, scale: 1 / Math.sqrt(headDim), epsilon },
    rope: ropeParameters(file, ropeDim),
  };
}

/** The four projections of a block, under their usual names. */
export function groupedQueryWeights(
  weights: Weights,
  block: number,
  width: number,
  { heads, kvHeads, headDim }: GroupedQueryShape,
): GroupedQueryBlock {
  const matrix = (name: string, rows: number, columns: number): PackedMatrix =>
    weights.matrix(`blk.${block}.${name}.weight`, rows, columns);
  return {
    query: matrix('attn_q', heads * headDim, width),
    key: matrix('attn_k', kvHeads * headDim, width),
    value: matrix('attn_v', kvHeads * headDim, width),
    output: matrix('attn_output', width, heads * headDim),
  };
}

/**
 * Grouped-query attention (Ainslie et al. 2023, arXiv:2305.13245) of a block: x += scale · W_o attention(normed).
 * The cache holds keys and values [context, kvHeads, headDim].
 */
export function groupedQueryAttention(
  step: StepBuilder,
  block: number,
  weights: GroupedQueryBlock,
  shape: GroupedQueryShape,
  ropeTable: BufferRegion,
  normed: Activation,
  x: Activation,
  residualScale = 1,
): void {
  const { heads, kvHeads, headDim, ropeDim, pairing, epsilon } = shape;
  const name = (what: string): string => `blk.${block} ${what}`;
  const qWidth = heads * headDim;
  const kvWidth = kvHeads * headDim;
  const projected = {
    q: step.activation('q', qWidth), // [tokens, heads, headDim]
    k: step.activation('k', kvWidth), // [tokens, kvHeads, headDim]
  };
  const v = step.activation('v', kvWidth);
  const attended = step.activation('attended', qWidth);
  const keys = step.buffers.cache(name('keys'), kvWidth);
  const values = step.buffers.cache(name('values'), kvWidth);

  step.multiply(name('q'), weights.query, normed, projected.q);
  step.multiply(name('k'), weights.key, normed, projected.k);
  step.multiply(name('v'), weights.value, normed, v);

  let { q, k } = projected;
  const { norm } = weights;
  if (norm) {
    const perHead = norm.per === 'head';
    q = step.activation('q normed', qWidth);
    k = step.activation('k normed', kvWidth);
    step.norm(name('q norm'), projected.q, norm.query, q, { epsilon, segments: perHead ? heads : 1 });
    step.norm(name('k norm'), projected.k, norm.key, k, { epsilon, segments: perHead ? kvHeads : 1 });
  }

  const turn = (what: string, to: Activation, count: number): void =>
    step.rope(name(what), ropeTable, to, {
      heads: count,
      ropeDim,
      pairing,
      x: { token: count * headDim, head: headDim, offset: 0 },
    });
  turn('q rope', q, heads);
  turn('k rope', k, kvHeads);
  step.remember(name('cache keys'), k, keys);
  step.remember(name('cache values'), v, values);

  step.attention(name('attention'), q, keys, values, attended, {
    heads,
    kvHeads,
    keyDim: headDim,
    valueDim: headDim,
    keyRow: kvWidth,
    valueRow: kvWidth,
    scale: shape.scale,
  });
  step.multiply(name('attention output'), weights.output, attended, x, { accumulate: true, scale: residualScale });
}
