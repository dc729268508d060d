import { denseFeedForward } from './blocks/dense.ts';
import { expertHidden, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { mixture } from './blocks/mixture.ts';
import type { Architecture } from './model.ts';
import { transformer } from './transformer.ts';

/** Qwen 1.5, 2 and 2.5 (arXiv:2407.10671, arXiv:2412.15115): grouped-query attention with biases of queries, keys and values. */
export const qwen2: Architecture = (file, weights, shape) => {
  const attention = groupedQuery(file, weights, shape, { pairing: 'neox' });
  const hidden = file.size('feed_forward_length');
  return transformer(weights, shape, (layer) => ({
    mixer: attention(layer),
    feedForward: denseFeedForward(weights, shape, layer, hidden),
  }));
};

/**
 * The same with experts (Qwen Team, "Qwen1.5-MoE", 2024): routed ones, weighted by a softmax that is not normalised over the chosen, beside
 * a shared one with a gate of its own.
 */
export const qwen2moe: Architecture = (file, weights, shape) => {
  const attention = groupedQuery(file, weights, shape, { pairing: 'neox' });
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: false,
    hidden: expertHidden(file, shape),
  });
  const sharedHidden = file.firstSize('expert_shared_feed_forward_length', 'feed_forward_length');
  const feedForward = mixture(file, weights, shape, { experts, sharedHidden });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: feedForward(layer) }));
};
