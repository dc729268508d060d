import { gatingOf, MAX_SHARED_EXPERTS, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { mixture } from './blocks/mixture.ts';
import type { Architecture } from './model.ts';
import { slidingBase } from './rope-parameters.ts';
import { slidingWindow } from './sliding-window.ts';
import { transformer } from './transformer.ts';

/** Every so many layers one has no positions, whatever its window. */
const STILL_PERIOD = 4;

/**
 * Trinity (Arcee, 2025): norms before and after each block, attention gated by sigmoids, in three of four layers over a window and
 * rotated, in the fourth over all tokens and without positions. After leading dense layers shared experts beside routed ones.
 */
export const afmoe: Architecture = (file, weights, shape) => {
  const { layers } = shape;
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'neox',
    norm: 'head',
    window: slidingWindow(file, layers, { period: 4 }, 0),
    slidingRope: { base: slidingBase(file), scaled: true },
    rotates: (layer) => (layer + 1) % STILL_PERIOD !== 0,
    gate: { from: 'attn_gate', opening: 'sigmoid' },
  });
  const dense = file.count('leading_dense_block_count', { least: 0, most: layers }, 0);
  const hidden = file.size('expert_feed_forward_length');
  const experts = routedExperts(file, weights, shape, {
    gating: gatingOf(file, 'sigmoid'),
    normalize: file.flag('expert_weights_norm', false),
    weightScale: file.factor('expert_weights_scale', 1),
    hidden,
  });
  const sharedHidden = hidden * file.count('expert_shared_count', { least: 0, most: MAX_SHARED_EXPERTS });
  const feedForward = mixture(file, weights, shape, { dense, experts, sharedHidden });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: feedForward(layer) }), {
    scales: { embedding: Math.sqrt(shape.width) },
    norms: { afterMixer: 'post_attention_norm', afterFeedForward: 'post_ffw_norm' },
  });
};
