import { MAX_SHARED_HIDDEN, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { mixture } from './blocks/mixture.ts';
import type { Architecture } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * ERNIE 4.5 MoE (Baidu, "ERNIE 4.5 Technical Report", 2025): grouped-query attention, leading dense layers, then in
 * each or each few routed experts beside shared ones, weighted by a softmax that is normalised over the chosen.
 */
export const ernie45moe: Architecture = (file, weights, shape) => {
  const { layers } = shape;
  const step = file.count('interleave_moe_layer_step', { least: 1, most: layers }, 1);
  const attention = groupedQuery(file, weights, shape, { pairing: 'interleaved' });
  const dense = file.count('leading_dense_block_count', { least: 0, most: layers }, 0);
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: true,
    weightScale: file.factor('expert_weights_scale', 1),
    hidden: file.size('expert_feed_forward_length'),
  });
  const sharedHidden = file.count('expert_shared_feed_forward_length', { least: 0, most: MAX_SHARED_HIDDEN }, 0);
  const feedForward = mixture(file, weights, shape, {
    dense: (layer) => layer < dense || (layer + 1) % step !== 0,
    experts,
    sharedHidden,
  });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: feedForward(layer) }));
};
