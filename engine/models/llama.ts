import { denseFeedForward } from './blocks/dense.ts';
import { routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { Architecture } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * Llama 1 and 2, Mistral and their many relatives (arXiv:2302.13971), and Mixtral (arXiv:2401.04088), which has routed experts in every
 * layer, weighted by a softmax that is normalised over the chosen.
 */
export const llama: Architecture = (file, weights, shape) => {
  const scale = file.factor('attention.scale', undefined);
  const attention = groupedQuery(file, weights, shape, { pairing: 'interleaved', scale });
  const hidden = file.size('feed_forward_length');
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: true,
    weightScale: file.factor('expert_weights_scale', 1),
    hidden,
  });
  return transformer(weights, shape, (layer) => ({
    mixer: attention(layer),
    feedForward: shape.experts === 0 ? denseFeedForward(weights, shape, layer, hidden) : experts(layer),
  }));
};
