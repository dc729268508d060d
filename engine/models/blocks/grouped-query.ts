import { alignUp } from '../../gpu/buffers.ts';
import type { AttentionGate, GateOpening } from '../../kernels/attention.ts';
import type { PlaceHeads, Rotation } from '../../kernels/place-heads.ts';
import { attend, type Attention, placeHeads } from '../../steps/attention.ts';
import { multiply } from '../../steps/linear.ts';
import type { RopeParameters } from '../../steps/rope-table.ts';
import type { StackedMatrix, Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';
import { ropeDivisors, ropeMagnitude, ropeParameters } from '../rope-parameters.ts';
import type { SlidingWindow } from '../sliding-window.ts';
import { type HeadSizes, headSizes } from './attention-heads.ts';

export interface GroupedQueryOptions {
  readonly pairing: Rotation['pairing'];
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
  if (!Array.from({ length: shape.layers }, (_, layer) => rotates(layer)).includes(true)) file.passOver('rope.');

  return (layer) => {
    const sizes = sizesOf(layer);
    const { heads, kvHeads, keyDim, valueDim, ropeDim } = sizes;
    const slides = window?.slides(layer) ?? false;
    const name = (what: string): string => `blk.${layer} ${what}`;
    const rope = rotates(layer) ? ropeOf(ropeDim, slides) : undefined;
    const { input, row } = projectionsOf(weights, width, layer, sizes, options);
    const output = weights.matrixWithSides(`blk.${layer}.attn_output`, width, heads * valueDim);
    const norms = norm && {
      over: norm,
      query: weights.vector(`blk.${layer}.attn_q_norm.weight`, norm === 'head' ? keyDim : heads * keyDim),
      key: weights.vector(`blk.${layer}.attn_k_norm.weight`, norm === 'head' ? keyDim : kvHeads * keyDim),
    };
    const sinkName = `blk.${layer}.attn_sinks.weight`;
    const sinks = weights.has(sinkName) ? weights.vector(sinkName, heads) : undefined;
    const attention: Attention = {
      ...{ heads, kvHeads, keyDim, valueDim, sinks, softcap },
      keyRow: kvHeads * keyDim,
      valueRow: kvHeads * valueDim,
      scale: scale ?? 1 / Math.sqrt(keyDim),
      window: slides ? window?.size : undefined,
    };

    return {
      norms: true,
      write(step, { x, norm: inputNorm, y, scale: residualScale }) {
        const projected = step.activation(`qkv ${row.width}`, row.width);
        const q = step.activation(`q ${heads * keyDim}`, heads * keyDim); // [tokens, heads, keyDim]
        const attended = step.activation(`attended ${heads * valueDim}`, heads * valueDim);
        const keys = step.memory.cache(name('keys'), kvHeads * keyDim, attention.window);
        const values = step.memory.cache(name('values'), kvHeads * valueDim, attention.window);

        for (const { matrix, firstRow } of input)
          multiply(step, name('qkv'), matrix, x, projected, { yStart: firstRow, norm: inputNorm });
        const form = {
          ...{ heads, kvHeads, keyDim, valueDim, valueNorm, epsilon, norm: norms, x: row.heads },
          rope: rope && { table: step.ropeTable(rope), ropeDim, pairing },
        };
        placeHeads(step, name('heads'), projected, form, { q, keys, values });
        const gate = row.gate && { ...row.gate, x: projected };
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

/** What a layer makes of its input, in one row, and where in it things are. */
interface Projections {
  readonly input: readonly StackedMatrix[];
  readonly row: {
    readonly width: number;
    readonly heads: PlaceHeads['x'];
    readonly gate: AttentionGate | undefined;
  };
}

/** W_q, W_k, W_v, which may be one tensor, and the gates'; the values' may be missing. */
function projectionsOf(
  weights: Weights,
  width: number,
  layer: number,
  { heads, kvHeads, keyDim, valueDim }: HeadSizes,
  { gate, valueNorm = false }: GroupedQueryOptions,
): Projections {
  const stem = (what: string): string => `blk.${layer}.${what}`;
  const queryHead = gate?.from === 'attn_q' ? 2 * keyDim : keyDim;
  const isFused = weights.has(`${stem('attn_qkv')}.weight`);
  const fromKeys = valueNorm && !isFused && !weights.has(`${stem('attn_v')}.weight`) && keyDim === valueDim;
  const keyStart = heads * queryHead;
  const valueStart = fromKeys ? keyStart : keyStart + kvHeads * keyDim;
  const gateStart = valueStart + kvHeads * valueDim;
  const gatesHeads = weights.rows(`${stem('attn_gate')}.weight`) === heads;
  const gateRows = gate?.from === 'attn_gate' ? heads * (gatesHeads ? 1 : valueDim) : 0;

  const parts = isFused
    ? [{ stem: stem('attn_qkv'), rows: gateStart }]
    : [
        { stem: stem('attn_q'), rows: keyStart },
        { stem: stem('attn_k'), rows: kvHeads * keyDim },
        ...(fromKeys ? [] : [{ stem: stem('attn_v'), rows: kvHeads * valueDim }]),
      ];
  if (gateRows > 0) parts.push({ stem: stem('attn_gate'), rows: gateRows });
  const token = alignUp(gateStart + gateRows, 4);
  const gateOf = ({ from, opening }: NonNullable<typeof gate>): AttentionGate => {
    if (from === 'attn_q') return { per: 'number', opening, stride: { token, head: queryHead, offset: keyDim } };
    const stride = { token, head: valueDim, offset: gateStart };
    return { per: gatesHeads ? 'head' : 'number', opening, stride };
  };
  return {
    input: weights.stacked(parts, width),
    row: { width: token, heads: { token, queryHead, keyStart, valueStart }, gate: gate && gateOf(gate) },
  };
}
