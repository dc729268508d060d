import { addNormed, norm } from '../steps/norm.ts';
import type { ActivationFunction } from '../kernels/activations.ts';
import type { Weights } from '../weights/weights.ts';
import { denseFeedForward } from './blocks/dense.ts';
import { MAX_SHARED_HIDDEN, type RoutedBlock, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Architecture, Block, ModelShape } from './model.ts';
import { slidingBase } from './rope-parameters.ts';
import type { SlidingWindow } from './sliding-window.ts';
import { transformer } from './transformer.ts';

const GELU: ActivationFunction = { kind: 'gelu' };

/** Where the header does not say otherwise. */
const LOGIT_CAP = 30;
const SLIDING_BASE = 10_000;

/**
 * Gemma 4 (Google, 2026), dense and 26B-A4B: norms before and after each block. Most layers see a window; the few others have fewer and
 * larger heads, whose values are the keys, and rotate a part of them only (by divisors of 10³⁰). Where a layer has experts, they stand
 * beside its dense feed-forward.
 */
export const gemma4: Architecture = (file, weights, shape) => {
  const { layers, width } = shape;
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'neox',
    norm: 'head',
    valueNorm: true,
    scale: 1,
    window: listedWindow(file, layers),
    slidingRope: { base: slidingBase(file, SLIDING_BASE), scaled: false },
  });
  const hidden = file.perLayer('feed_forward_length', layers, { least: 4, most: MAX_SHARED_HIDDEN });
  const experts =
    shape.experts === 0
      ? undefined
      : routedExperts(file, weights, shape, {
          gating: 'softmax',
          normalize: true,
          hidden: file.size('expert_feed_forward_length'),
          activation: GELU,
        });
  const cap = 'final_logit_softcapping';
  return transformer(
    weights,
    shape,
    (layer) => {
      const dense = denseFeedForward(weights, shape, layer, hidden[layer] ?? 0, { activation: GELU });
      const hasExperts = weights.has(`blk.${layer}.ffn_gate_inp.weight`);
      return {
        mixer: attention(layer),
        feedForward: experts && hasExperts ? beside(weights, shape, layer, dense, experts(layer)) : dense,
      };
    },
    {
      scales: { embedding: Math.sqrt(width), layer: 'layer_output_scale' },
      logitCap: file.has(cap) ? file.factor(cap, undefined) : LOGIT_CAP,
      norms: { afterMixer: 'post_attention_norm', afterFeedForward: 'post_ffw_norm' },
    },
  );
};

/** The header lists which layers slide, or says it for all. */
function listedWindow(file: HyperParameters, layers: number): SlidingWindow {
  const size = file.count('attention.sliding_window', { least: 1, most: 2 ** 31 });
  const slides = file.flagPerLayer('attention.sliding_window_pattern', layers, (layer) => (layer + 1) % 6 !== 0);
  return { size, slides: (layer) => slides[layer] === true };
}

/**
 * Dense feed-forward and experts side by side, each with norms of its own; experts read the residual stream, and so does their router,
 * through a norm whose weights are `ffn_gate_inp.scale`.
 */
function beside(
  weights: Weights,
  { width, epsilon }: ModelShape,
  layer: number,
  dense: Block,
  experts: RoutedBlock,
): Block {
  const name = (what: string): string => `blk.${layer} ${what}`;
  const vector = (what: string) => weights.vector(`blk.${layer}.${what}`, width);
  const norms = {
    router: vector('ffn_gate_inp.scale'),
    dense: vector('post_ffw_norm_1.weight'),
    before: vector('pre_ffw_norm_2.weight'),
    after: vector('post_ffw_norm_2.weight'),
  };
  return {
    routing: experts.routing,
    write(step, { x, y, residual, scale }) {
      const branch = step.activation('feed-forward branch', width); // is left empty by addNormed
      const normed = step.activation('normed for experts', width);
      dense.write(step, { x, y: branch, scale: 1, residual });
      addNormed(step, name('dense norm after'), branch, norms.dense, y, { epsilon, scale });
      norm(step, name('router norm'), residual, norms.router, normed, { epsilon, scale: 1 / Math.sqrt(width) });
      experts.route(step, normed);
      norm(step, name('experts norm'), residual, norms.before, normed, { epsilon });
      experts.chosen.write(step, { x: normed, y: branch, scale: 1, residual });
      addNormed(step, name('experts norm after'), branch, norms.after, y, { epsilon, scale });
    },
  };
}
