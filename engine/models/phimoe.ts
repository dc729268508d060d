import { routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { Architecture } from './model.ts';
import { slidingWindow } from './sliding-window.ts';
import { transformer } from './transformer.ts';

/**
 * Phi-3.5-MoE and Phi-mini-MoE (arXiv:2404.14219): grouped-query attention with biases all over and frequencies divided for long contexts,
 * and routed experts, weighted by a softmax that is normalised over the chosen. Like llama.cpp we choose as others do, not by SparseMixer
 * (arXiv:2310.00811), norm by the root mean square, and see all tokens: the window that files name is as long as their context.
 */
export const phimoe: Architecture = (file, weights, shape) => {
  slidingWindow(file, shape.layers, { period: 0 }, 0);
  const attention = groupedQuery(file, weights, shape, { pairing: 'neox' });
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: true,
    hidden: file.size('feed_forward_length'),
  });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: experts(layer) }));
};
