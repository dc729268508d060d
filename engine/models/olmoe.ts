import { routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { Architecture } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * OLMoE (arXiv:2409.02060): queries and keys are normed over their whole rows, and the experts' weights are the plain softmax
 * over all experts, not normalised over the chosen.
 */
export const olmoe: Architecture = (file, weights, shape) => {
  const attention = groupedQuery(file, weights, shape, { pairing: 'neox', norm: 'row' });
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: false,
    hidden: file.firstSize('expert_feed_forward_length', 'feed_forward_length'),
  });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: experts(layer) }));
};
