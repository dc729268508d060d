import { EngineError } from '../../errors.ts';
import type { Rope } from '../../kernels/pointwise.ts';
import { attend, remember, rotate } from '../../steps/attention.ts';
import type { PackedMatrix } from '../../kernels/packed-matrix.ts';
import { addBias, multiply } from '../../steps/linear.ts';
import { norm as applyNorm } from '../../steps/norm.ts';
import type { PackedVector, Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';
import { ropeParameters } from '../rope-parameters.ts';
import { MAX_HEAD_SIZE, MAX_HEADS } from './attention-limits.ts';

export interface GroupedQueryOptions {
  readonly pairing: Rope['pairing'];
  /** Norms of queries and keys before they are rotated: over the whole row, or each head by itself. */
  readonly norm?: 'row' | 'head';
  /** Of the attention scores, where it is not 1/√d. */
  readonly scale?: number | undefined;
}

/**
 * Grouped-query attention (Ainslie et al. 2023, arXiv:2305.13245): residual += scale · W_o attention(x).
 * The cache holds keys and values [context, kvHeads, headDim].
 * @throws EngineError `corrupt-file` where the header's sizes contradict each other
 */
export function groupedQuery(
  file: HyperParameters,
  weights: Weights,
  { width, epsilon }: ModelShape,
  { pairing, norm, scale }: GroupedQueryOptions,
): (layer: number) => Block {
  const heads = file.count('attention.head_count', { least: 1, most: MAX_HEADS });
  const kvHeads = file.count('attention.head_count_kv', { least: 1, most: heads }, heads);
  if (!file.has('attention.key_length') && width % heads !== 0)
    throw new EngineError(
      'corrupt-file',
      `The header of this model says ${file.key('attention.head_count')} = ${heads}, which does not divide its width of ` +
        `${width} numbers, and it does not say "${file.key('attention.key_length')}".`,
    );
  const headDim = file.size('attention.key_length', width / heads, MAX_HEAD_SIZE);
  const ropeDim = file.size('rope.dimension_count', headDim, headDim);
  if (heads % kvHeads !== 0)
    throw new EngineError(
      'corrupt-file',
      `The header of this model says ${file.key('attention.head_count_kv')} = ${kvHeads}, but ${heads} heads cannot share ` +
        `${kvHeads} key heads evenly.`,
    );
  const rope = { ...ropeParameters(file, ropeDim), magnitude: file.factor('rope.scaling.attn_factor', 1) };
  const qWidth = heads * headDim;
  const kvWidth = kvHeads * headDim;
  const attention = {
    heads,
    kvHeads,
    keyDim: headDim,
    valueDim: headDim,
    keyRow: kvWidth,
    valueRow: kvWidth,
    scale: scale ?? 1 / Math.sqrt(headDim),
  };
  const turned = (count: number): Rope => ({
    heads: count,
    ropeDim,
    pairing,
    x: { token: count * headDim, head: headDim, offset: 0 },
  });

  return (layer) => {
    const name = (what: string): string => `blk.${layer} ${what}`;
    const tensor = (what: string): string => `blk.${layer}.${what}.weight`;
    const isFused = weights.has(tensor('attn_qkv'));
    const projection = (what: string, rows: number, before: number): PackedMatrix =>
      isFused
        ? weights.rowsOf(tensor('attn_qkv'), qWidth + 2 * kvWidth, before, rows, width)
        : weights.matrix(tensor(what), rows, width);
    const bias = (what: string, length: number): PackedVector | undefined => {
      const named = `blk.${layer}.${what}.bias`;
      return weights.has(named) ? weights.vector(named, length) : undefined;
    };
    const query = projection('attn_q', qWidth, 0);
    const key = projection('attn_k', kvWidth, qWidth);
    const value = projection('attn_v', kvWidth, qWidth + kvWidth);
    const output = weights.matrix(tensor('attn_output'), width, qWidth);
    const biases = {
      query: bias('attn_q', qWidth),
      key: bias('attn_k', kvWidth),
      value: bias('attn_v', kvWidth),
      output: bias('attn_output', width),
    };
    const norms = norm && {
      query: weights.vector(tensor('attn_q_norm'), norm === 'head' ? headDim : qWidth),
      key: weights.vector(tensor('attn_k_norm'), norm === 'head' ? headDim : kvWidth),
    };
    return {
      write(step, { x, y, scale: residualScale }) {
        let q = step.activation('q', qWidth); // [tokens, heads, headDim]
        let k = step.activation('k', kvWidth); // [tokens, kvHeads, headDim]
        const v = step.activation('v', kvWidth);
        const attended = step.activation('attended', qWidth);
        const keys = step.memory.cache(name('keys'), kvWidth).region;
        const values = step.memory.cache(name('values'), kvWidth).region;

        multiply(step, name('q'), query, x, q);
        multiply(step, name('k'), key, x, k);
        multiply(step, name('v'), value, x, v);
        if (biases.query) addBias(step, name('q bias'), biases.query, q);
        if (biases.key) addBias(step, name('k bias'), biases.key, k);
        if (biases.value) addBias(step, name('v bias'), biases.value, v);
        if (norms) {
          const [rawQ, rawK] = [q, k];
          q = step.activation('q normed', qWidth);
          k = step.activation('k normed', kvWidth);
          applyNorm(step, name('q norm'), rawQ, norms.query, q, { epsilon, segments: norm === 'head' ? heads : 1 });
          applyNorm(step, name('k norm'), rawK, norms.key, k, { epsilon, segments: norm === 'head' ? kvHeads : 1 });
        }
        const table = step.ropeTable(rope);
        rotate(step, name('q rope'), table, q, turned(heads));
        rotate(step, name('k rope'), table, k, turned(kvHeads));
        remember(step, name('cache keys'), k, keys);
        remember(step, name('cache values'), v, values);
        attend(step, name('attention'), q, keys, values, attended, attention);
        multiply(step, name('attention output'), output, attended, y, {
          accumulate: true,
          scale: residualScale,
        });
        if (biases.output) addBias(step, name('attention output bias'), biases.output, y, residualScale);
      },
    };
  };
}
