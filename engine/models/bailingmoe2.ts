import { gatingOf, MAX_SHARED_EXPERTS, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { mixture } from './blocks/mixture.ts';
import type { Architecture } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * Ling and Ring 2.0 (Inclusion AI, arXiv:2510.22115): grouped-query attention with a norm for each head's query and key, leading
 * dense layers, then a shared expert beside many small routed ones, chosen by sigmoids within groups as in DeepSeek-V3.
 */
export const bailingmoe2: Architecture = (file, weights, shape) => {
  const { layers } = shape;
  const attention = groupedQuery(file, weights, shape, { pairing: 'neox', norm: 'head' });
  const dense = file.count('leading_dense_block_count', { least: 0, most: layers }, 0);
  const hidden = file.size('expert_feed_forward_length');
  const experts = routedExperts(file, weights, shape, {
    gating: gatingOf(file),
    normalize: file.flag('expert_weights_norm', false),
    weightScale: file.factor('expert_weights_scale', 1),
    hidden,
  });
  const sharedHidden =
    file.size('expert_shared_feed_forward_length', hidden) *
    file.count('expert_shared_count', { least: 1, most: MAX_SHARED_EXPERTS });
  const feedForward = mixture(file, weights, shape, { dense, experts, sharedHidden });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: feedForward(layer) }));
};
