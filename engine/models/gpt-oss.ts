import { routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { Architecture } from './model.ts';
import { slidingBase } from './rope-parameters.ts';
import { slidingWindow } from './sliding-window.ts';
import { transformer } from './transformer.ts';

/**
 * gpt-oss (OpenAI 2025, arXiv:2508.10925): grouped-query attention with biases, and with sinks that its heads can turn away to; every other
 * layer, from the first on, sees a window. Experts with biases are weighted by a softmax over the logits of the chosen.
 */
export const gptOss: Architecture = (file, weights, shape) => {
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'neox',
    window: slidingWindow(file, shape.layers, { period: 2 }),
    slidingRope: { base: slidingBase(file), scaled: true },
  });
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax-chosen',
    normalize: false,
    hidden: file.size('expert_feed_forward_length'),
    activation: { kind: 'swiglu-oai' },
  });
  return transformer(
    weights,
    shape,
    (layer) => ({ mixer: attention(layer), feedForward: experts(layer) }),
    // Named by where it stands, not by what it norms.
    { norms: { feedForward: 'post_attention_norm' } },
  );
};
