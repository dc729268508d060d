import type { Weights } from '../weights/weights.ts';
import { groupedQueryAttention, groupedQueryShape, groupedQueryWeights } from './grouped-query.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import { embeddingAndHead, type Model, type ModelShape } from './model.ts';
import type { StepBuilder } from './step-builder.ts';

/** The largest published is 1,024. */
const MAX_SHARED_WIDTH = 262_144;

/**
 * Granite 3 MoE (IBM, "Granite 3.0 Language Models", 2024): grouped-query attention and routed experts, with multipliers on the
 * embedding, the attention scores, each residual branch and the logits (after muP). Some have a shared expert.
 */
export function granitemoe(file: HyperParameters, weights: Weights, shape: ModelShape): Model {
  const { width, layers, epsilon, experts, expertsUsed } = shape;

  // 1. Hyper-parameters.
  const { attention: sizes, rope } = groupedQueryShape(file, shape, 'interleaved');
  const attention = { ...sizes, scale: file.factor('attention.scale', sizes.scale) };
  const hidden = file.has('expert_feed_forward_length')
    ? file.size('expert_feed_forward_length')
    : file.size('feed_forward_length');
  const sharedHidden = file.count('expert_shared_feed_forward_length', { least: 0, most: MAX_SHARED_WIDTH }, 0);
  const embeddingScale = file.factor('embedding_scale', 1);
  const residualScale = file.factor('residual_scale', 1);
  const logitScale = file.factor('logit_scale', 1);
  const routing = {
    width,
    experts,
    used: expertsUsed,
    groups: 1,
    groupsUsed: 1,
    gating: 'softmax',
    normalize: true,
    weightScale: 1,
  } as const;

  // 2. Weights.
  const { embedding, head } = embeddingAndHead(weights, shape, 1 / logitScale);
  const moeLayers = Array.from({ length: layers }, (_, i) => i);
  const pages = weights.experts(moeLayers, experts, width, hidden);
  const blocks = pages.map((page, i) => ({
    attentionNorm: weights.vector(`blk.${i}.attn_norm.weight`, width),
    attention: groupedQueryWeights(weights, i, width, attention),
    feedForwardNorm: weights.vector(`blk.${i}.ffn_norm.weight`, width),
    moe: {
      pages: page,
      router: weights.matrix(`blk.${i}.ffn_gate_inp.weight`, experts, width),
      routing,
      index: i,
    },
    shared:
      sharedHidden === 0
        ? undefined
        : {
            gateUp: weights.gateUp(
              `blk.${i}.ffn_gate_shexp.weight`,
              `blk.${i}.ffn_up_shexp.weight`,
              sharedHidden,
              width,
            ),
            down: weights.matrix(`blk.${i}.ffn_down_shexp.weight`, width, sharedHidden),
          },
  }));

  // 3. The step.
  return {
    shape,
    moeLayers,
    rope,
    head,
    cacheWidth: 2 * attention.kvHeads * attention.headDim * layers,
    layers(step: StepBuilder, ropeTable) {
      const x = step.activation('residual', width);
      const normed = step.activation('normed', width);
      step.embed(embedding, x, embeddingScale);
      blocks.forEach((block, i) => {
        step.norm(`blk.${i} attention norm`, x, block.attentionNorm, normed, { epsilon });
        groupedQueryAttention(step, i, block.attention, attention, ropeTable, normed, x, residualScale);
        step.norm(`blk.${i} ffn norm`, x, block.feedForwardNorm, normed, { epsilon });
        step.moe(`blk.${i} moe`, block.moe, normed, x, residualScale);
        if (block.shared) step.feedForward(`blk.${i} shared`, block.shared, normed, x, residualScale);
      });
      return x;
    },
  };
}
