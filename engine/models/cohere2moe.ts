import { denseFeedForward } from './blocks/dense.ts';
import { gatingOf, MAX_SHARED_EXPERTS, MAX_SHARED_HIDDEN, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import type { Architecture, Block } from './model.ts';
import { slidingBase } from './rope-parameters.ts';
import { slidingWindow } from './sliding-window.ts';
import { together, transformer } from './transformer.ts';

/**
 * Command A and North with experts (Cohere, 2026): attention and feed-forward stand side by side, after one norm that may take the mean
 * away too. Layers with a window are rotated, and the dense ones that lead; the others have no positions. Shared experts and routed ones
 * count half each.
 */
export const cohere2moe: Architecture = (file, weights, shape) => {
  const { layers } = shape;
  const window = slidingWindow(file, layers, { period: 4, full: 'first' });
  // The header may say a base for layers with a window, but llama.cpp rotates them with that of the others.
  slidingBase(file);
  const dense = file.count('leading_dense_block_count', { least: 0, most: layers });
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'interleaved',
    window,
    rotates: (layer) => window.slides(layer) || layer < dense,
  });
  const hidden = file.size('expert_feed_forward_length');
  const experts = routedExperts(file, weights, shape, {
    gating: gatingOf(file, 'sigmoid'),
    normalize: file.flag('expert_weights_norm', false),
    weightScale: file.factor('expert_weights_scale', 1),
    hidden,
  });
  const shared = file.count('expert_shared_count', { least: 0, most: MAX_SHARED_EXPERTS }, 0);
  const said = file.count('expert_shared_feed_forward_length', { least: 0, most: MAX_SHARED_HIDDEN }, 0);
  const feedForward = (layer: number): Block => {
    if (layer < dense) return denseFeedForward(weights, shape, layer, file.size('feed_forward_length'));
    if (shared === 0) return experts(layer);
    const suffix = '_shexp';
    return half(together(experts(layer), denseFeedForward(weights, shape, layer, said || hidden * shared, { suffix })));
  };
  return transformer(weights, shape, (layer) => ({ mixer: together(attention(layer), feedForward(layer)) }), {
    scales: { logits: file.factor('logit_scale', 1) },
  });
};

function half(block: Block): Block {
  return { ...block, write: (step, operands) => block.write(step, { ...operands, scale: operands.scale / 2 }) };
}
