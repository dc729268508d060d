import { routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { Architecture } from './model.ts';
import { ropeBase, slidingBase } from './rope-parameters.ts';
import { slidingWindow } from './sliding-window.ts';
import { transformer } from './transformer.ts';

/**
 * Mellum 2 (JetBrains, 2026): Qwen3-MoE's layers, of which three in four see a window of the newest tokens. Those are not rotated
 * more slowly in long contexts, as the others are.
 */
export const mellum: Architecture = (file, weights, shape) => {
  // A base of their own is what the header could say, but llama.cpp rotates them with that of the others.
  const base = ropeBase(file);
  slidingBase(file);
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'neox',
    norm: 'head',
    window: slidingWindow(file, shape.layers, { period: 4 }, 0),
    slidingRope: { base, scaled: false },
  });
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: true,
    hidden: file.size('expert_feed_forward_length'),
  });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: experts(layer) }));
};
