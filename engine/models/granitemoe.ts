import { MAX_SHARED_HIDDEN, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { mixture } from './blocks/mixture.ts';
import type { Architecture } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * Granite 3 MoE (IBM, "Granite 3.0 Language Models", 2024): grouped-query attention and routed experts, with multipliers on the
 * embedding, the attention scores, each residual branch and the logits (after muP). Some have a shared expert.
 */
export const granitemoe: Architecture = (file, weights, shape) => {
  const scale = file.factor('attention.scale', undefined);
  const attention = groupedQuery(file, weights, shape, { pairing: 'interleaved', scale });
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: true,
    hidden: file.firstSize('expert_feed_forward_length', 'feed_forward_length'),
  });
  const sharedHidden = file.count('expert_shared_feed_forward_length', { least: 0, most: MAX_SHARED_HIDDEN }, 0);
  const feedForward = mixture(file, weights, shape, { experts, sharedHidden });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: feedForward(layer) }), {
    scales: {
      embedding: file.factor('embedding_scale', 1),
      residual: file.factor('residual_scale', 1),
      logits: 1 / file.factor('logit_scale', 1),
    },
  });
};
