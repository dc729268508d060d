import { gatingOf, MAX_SHARED_HIDDEN, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { mixture } from './blocks/mixture.ts';
import type { Architecture } from './model.ts';
import { slidingBase } from './rope-parameters.ts';
import { slidingWindow } from './sliding-window.ts';
import { transformer } from './transformer.ts';

/**
 * K-EXAONE (LG AI Research, 2026): grouped-query attention with a norm for each head's query and key, in three of four layers over a
 * window and rotated, in the fourth over all tokens and without positions. After leading dense layers a shared expert beside routed ones.
 */
export const exaoneMoe: Architecture = (file, weights, shape) => {
  const { layers } = shape;
  const window = slidingWindow(file, layers, { period: 4 });
  // The header may say a base for layers with a window, but llama.cpp rotates them with that of the others.
  slidingBase(file);
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'neox',
    norm: 'head',
    window,
    rotates: window.slides,
  });
  const dense = file.count('leading_dense_block_count', { least: 0, most: layers }, 0);
  const hidden = file.size('expert_feed_forward_length');
  const experts = routedExperts(file, weights, shape, {
    gating: gatingOf(file),
    normalize: file.flag('expert_weights_norm', false),
    weightScale: file.factor('expert_weights_scale', 1),
    hidden,
  });
  const said = file.count('expert_shared_feed_forward_length', { least: 0, most: MAX_SHARED_HIDDEN }, 0);
  const feedForward = mixture(file, weights, shape, { dense, experts, sharedHidden: said || hidden });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: feedForward(layer) }));
};
