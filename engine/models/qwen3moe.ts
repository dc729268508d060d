import { expertHidden, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { Architecture } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * Qwen3-MoE (arXiv:2505.09388): grouped-query attention with a norm for each head's query and key, and in every layer routed
 * experts without a shared one, weighted by a softmax that is normalised over the chosen.
 */
export const qwen3moe: Architecture = (file, weights, shape) => {
  const attention = groupedQuery(file, weights, shape, { pairing: 'neox', norm: 'head' });
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: true,
    weightScale: file.factor('expert_weights_scale', 1),
    hidden: expertHidden(file, shape),
  });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: experts(layer) }));
};
