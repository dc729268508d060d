import { denseFeedForward } from './blocks/dense.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { Architecture } from './model.ts';
import { transformer } from './transformer.ts';

/** Qwen3 without experts (arXiv:2505.09388): grouped-query attention with a norm for each head's query and key. */
export const qwen3: Architecture = (file, weights, shape) => {
  const attention = groupedQuery(file, weights, shape, { pairing: 'neox', norm: 'head' });
  const hidden = file.size('feed_forward_length');
  return transformer(weights, shape, (layer) => ({
    mixer: attention(layer),
    feedForward: denseFeedForward(weights, shape, layer, hidden),
  }));
};
