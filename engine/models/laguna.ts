import { gatingOf, MAX_SHARED_EXPERTS, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { mixture } from './blocks/mixture.ts';
import type { Architecture } from './model.ts';
import { slidingBase } from './rope-parameters.ts';
import { slidingWindow } from './sliding-window.ts';
import { transformer } from './transformer.ts';

/**
 * Laguna (poolside, 2026): grouped-query attention with a norm for each head's query and key, whose output is gated by softplus; in
 * three of four layers over a window, with more heads and a rotation of its own. After leading dense layers a shared expert beside
 * routed ones that sigmoids choose.
 */
export const laguna: Architecture = (file, weights, shape) => {
  const { layers } = shape;
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'neox',
    norm: 'head',
    window: slidingWindow(file, layers, { period: 4, full: 'first' }, 0),
    slidingRope: { base: slidingBase(file), scaled: false },
    gate: { from: 'attn_gate', opening: 'softplus' },
  });
  const dense = file.count('leading_dense_block_count', { least: 0, most: layers });
  const hidden = file.size('expert_feed_forward_length');
  const experts = routedExperts(file, weights, shape, {
    gating: gatingOf(file, 'sigmoid'),
    normalize: file.flag('expert_weights_norm', false),
    weightScale: file.factor('expert_weights_scale', 1),
    hidden,
  });
  const shared = file.count('expert_shared_count', { least: 1, most: MAX_SHARED_EXPERTS }, 1);
  const sharedHidden = file.size('expert_shared_feed_forward_length', hidden * shared);
  const feedForward = mixture(file, weights, shape, { dense, experts, sharedHidden });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: feedForward(layer) }));
};
