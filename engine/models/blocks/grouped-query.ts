import type { GateOpening } from '../../kernels/attention.ts';
import type { PackedMatrix } from '../../kernels/packed-matrix.ts';
import type { Rope, RopeStride } from '../../kernels/pointwise.ts';
import { attend, type Attention, remember, rotate } from '../../steps/attention.ts';
import { multiply } from '../../steps/linear.ts';
import { norm as applyNorm } from '../../steps/norm.ts';
import type { RopeParameters } from '../../steps/rope-table.ts';
import type { StepBuilder } from '../../steps/step-builder.ts';
import type { Activation } from '../../steps/step-buffers.ts';
import type { Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';
import { ropeDivisors, ropeMagnitude, ropeParameters } from '../rope-parameters.ts';
import type { SlidingWindow } from '../sliding-window.ts';
import { type HeadSizes, headSizes } from './attention-heads.ts';

export interface GroupedQueryOptions {
  readonly pairing: Rope['pairing'];
  /** Norms of queries and keys before they are rotated: over the whole row, or each head by itself. */
  readonly norm?: 'row' | 'head';
  /** Of the attention scores, where it is not 1/√d. */
  readonly scale?: number | undefined;
  /** Scores become cap · tanh(score / cap). */
  readonly softcap?: number | undefined;
  /** Some layers see the newest tokens only. */
  readonly window?: SlidingWindow;
  /** How those layers rotate, where it is not as the others do: with a base of their own, and scaled as the others or not at all. */
  readonly slidingRope?: { readonly base: number; readonly scaled: boolean };
  /** Which layers rotate at all; default: all. */
  readonly rotates?: (layer: number) => boolean;
  /**
   * What attention gives is multiplied by gates: `attn_gate` x, a number per head or one per number, or the second half of each
   * head's row in `attn_q`, whose queries must have norms per head.
   */
  readonly gate?: { readonly from: 'attn_gate' | 'attn_q'; readonly opening: GateOpening };
  /** Values have a norm per head without weights; where there is no `attn_v`, they are made from the keys as projected. */
  readonly valueNorm?: boolean;
}

/**
 * Grouped-query attention (Ainslie et al. 2023, arXiv:2305.13245): y += scale · W_o attention(x). Fused projections, biases and sinks
 * are there where their tensors are. The caches hold keys [rows, kvHeads, keyDim] and values [rows, kvHeads, valueDim].
 * @throws EngineError `corrupt-file` where the header's sizes contradict each other
 */
export function groupedQuery(
  file: HyperParameters,
  weights: Weights,
  shape: ModelShape,
  options: GroupedQueryOptions,
): (layer: number) => Block {
  const { width, epsilon } = shape;
  const { pairing, norm, scale, softcap, window, rotates = () => true, valueNorm = false } = options;
  const sizesOf = headSizes(file, shape, window);
  const ropeOf = ropes(file, weights, options.slidingRope);

  return (layer) => {
    const sizes = sizesOf(layer);
    const { heads, kvHeads, keyDim, valueDim, ropeDim } = sizes;
    const slides = window?.slides(layer) ?? false;
    const name = (what: string): string => `blk.${layer} ${what}`;
    const rope = rotates(layer) ? ropeOf(ropeDim, slides) : undefined;
    const { query, key, value, queryHead } = projectionsOf(weights, width, layer, sizes, options);
    const output = weights.matrixWithSides(`blk.${layer}.attn_output`, width, heads * valueDim);
    const norms = norm && {
      query: weights.vector(`blk.${layer}.attn_q_norm.weight`, norm === 'head' ? keyDim : heads * keyDim),
      key: weights.vector(`blk.${layer}.attn_k_norm.weight`, norm === 'head' ? keyDim : kvHeads * keyDim),
    };
    const sinkName = `blk.${layer}.attn_sinks.weight`;
    const sinks = weights.has(sinkName) ? weights.vector(sinkName, heads) : undefined;
    const gateOf = gates(weights, width, layer, sizes, options.gate);
    const attention: Attention = {
      ...{ heads, kvHeads, keyDim, valueDim, sinks, softcap },
      keyRow: kvHeads * keyDim,
      valueRow: kvHeads * valueDim,
      scale: scale ?? 1 / Math.sqrt(keyDim),
      window: slides ? window?.size : undefined,
    };

    return {
      write(step, { x, y, scale: residualScale }) {
        const wide = (what: string, size: number): Activation => step.activation(`${what} ${size}`, size);
        const projected = wide('q', heads * queryHead); // [tokens, heads, keyDim], with gates [tokens, heads, 2 · keyDim]
        const projectedKeys = wide('k', kvHeads * keyDim); // [tokens, kvHeads, keyDim]
        const attended = wide('attended', heads * valueDim);
        const keys = step.memory.cache(name('keys'), kvHeads * keyDim, attention.window);
        const values = step.memory.cache(name('values'), kvHeads * valueDim, attention.window);

        // 1. Projections.
        multiply(step, name('q'), query, x, projected);
        multiply(step, name('k'), key, x, projectedKeys);
        let v = projectedKeys;
        if (value) {
          v = wide('v', kvHeads * valueDim); // [tokens, kvHeads, valueDim]
          multiply(step, name('v'), value, x, v);
        }
        const gate = gateOf?.(step, x, projected);

        // 2. Norms, of values before the keys that they may be made of are rotated.
        let [q, k] = [projected, projectedKeys];
        if (valueNorm) {
          const rawV = v;
          v = wide('v normed', kvHeads * valueDim);
          applyNorm(step, name('v norm'), rawV, undefined, v, { epsilon, segments: kvHeads });
        }
        if (norms) {
          const perHead = (count: number): number => (norm === 'head' ? count : 1);
          q = wide('q normed', heads * keyDim);
          k = wide('k normed', kvHeads * keyDim);
          const rows = norm === 'head' ? { length: keyDim, xSegment: queryHead } : {};
          applyNorm(step, name('q norm'), projected, norms.query, q, { epsilon, segments: perHead(heads), ...rows });
          applyNorm(step, name('k norm'), projectedKeys, norms.key, k, { epsilon, segments: perHead(kvHeads) });
        }

        // 3. Positions.
        if (rope) {
          const table = step.ropeTable(rope);
          const turned = (count: number): Rope => ({
            ...{ heads: count, ropeDim, pairing },
            x: { token: count * keyDim, head: keyDim, offset: 0 },
          });
          rotate(step, name('q rope'), table, q, turned(heads));
          rotate(step, name('k rope'), table, k, turned(kvHeads));
        }

        // 4. Attention over all that is cached.
        remember(step, name('cache keys'), k, keys);
        remember(step, name('cache values'), v, values);
        attend(step, name('attention'), q, keys, values, attended, { ...attention, gate });
        multiply(step, name('attention output'), output, attended, y, { accumulate: true, scale: residualScale });
      },
    };
  };
}

/** The rotation of heads with so many rotary numbers, in layers that slide and in the others. */
function ropes(
  file: HyperParameters,
  weights: Weights,
  sliding: GroupedQueryOptions['slidingRope'],
): (dimensions: number, slides: boolean) => RopeParameters {
  const magnitude = ropeMagnitude(file);
  return (dimensions, slides) => {
    const own = slides ? sliding : undefined;
    if (own && !own.scaled) return { dimensions, base: own.base, scaling: { kind: 'none' } };
    const divisors = ropeDivisors(file, weights, dimensions);
    const rope = ropeParameters(file, dimensions, divisors !== undefined);
    return { ...rope, magnitude, ...(own && { base: own.base }), ...(divisors && { divisors }) };
  };
}

/** W_q, W_k, W_v, which may be one tensor; the value's may be missing. */
function projectionsOf(
  weights: Weights,
  width: number,
  layer: number,
  { heads, kvHeads, keyDim, valueDim }: HeadSizes,
  { gate, valueNorm = false }: GroupedQueryOptions,
) {
  const queryHead = gate?.from === 'attn_q' ? 2 * keyDim : keyDim;
  const rows = { attn_q: heads * queryHead, attn_k: kvHeads * keyDim, attn_v: kvHeads * valueDim } as const;
  const first = { attn_q: 0, attn_k: rows.attn_q, attn_v: rows.attn_q + rows.attn_k } as const;
  const all = first.attn_v + rows.attn_v;
  const fused = `blk.${layer}.attn_qkv`;
  const isFused = weights.has(`${fused}.weight`);
  const matrix = (what: keyof typeof rows): PackedMatrix =>
    isFused
      ? weights.rowsOf(fused, all, first[what], rows[what], width)
      : weights.matrixWithSides(`blk.${layer}.${what}`, rows[what], width);
  const fromKeys = valueNorm && !isFused && !weights.has(`blk.${layer}.attn_v.weight`) && keyDim === valueDim;
  return {
    queryHead,
    query: matrix('attn_q'),
    key: matrix('attn_k'),
    value: fromKeys ? undefined : matrix('attn_v'),
  };
}

/** Writes down how a layer's gates are made, and says where they are. */
type GateWriter = (step: StepBuilder, x: Activation, projected: Activation) => Attention['gate'];

function gates(
  weights: Weights,
  width: number,
  layer: number,
  { heads, keyDim, valueDim }: HeadSizes,
  gate: GroupedQueryOptions['gate'],
): GateWriter | undefined {
  if (gate === undefined) return undefined;
  const { from, opening } = gate;
  if (from === 'attn_q') {
    const stride = { token: heads * 2 * keyDim, head: 2 * keyDim, offset: keyDim };
    return (_step, _x, projected) => ({ per: 'number', opening, stride, x: projected });
  }
  const tensor = `blk.${layer}.attn_gate.weight`;
  const perHead = weights.rows(tensor) === heads;
  const rows = perHead ? heads : heads * valueDim;
  const matrix = weights.matrix(tensor, rows, width);
  const stride: RopeStride = { token: rows, head: valueDim, offset: 0 };
  return (step, x) => {
    const activation = step.activation(`attention gates ${rows}`, rows);
    multiply(step, `blk.${layer} attention gates`, matrix, x, activation);
    return perHead ? { per: 'head', opening, x: activation } : { per: 'number', opening, stride, x: activation };
  };
}
