import type { Weights } from '../weights/weights.ts';
import { groupedQueryAttention, groupedQueryShape, groupedQueryWeights } from './grouped-query.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import { embeddingAndHead, type Model, type ModelShape } from './model.ts';
import type { StepBuilder } from './step-builder.ts';

/**
 * Qwen3-MoE (arXiv:2505.09388): grouped-query attention with a norm for each head's query and key, and in every layer routed
 * experts without a shared one, weighted by a softmax that is normalised over the chosen.
 */
export function qwen3moe(file: HyperParameters, weights: Weights, shape: ModelShape): Model {
  const { width, layers, epsilon, experts, expertsUsed } = shape;

  // 1. Hyper-parameters.
  const { attention, rope } = groupedQueryShape(file, shape, 'neox');
  const hidden = file.size('expert_feed_forward_length');
  const routing = {
    width,
    experts,
    used: expertsUsed,
    groups: 1,
    groupsUsed: 1,
    gating: 'softmax',
    normalize: true,
    weightScale: file.factor('expert_weights_scale', 1),
  } as const;

  // 2. Weights.
  const { embedding, head } = embeddingAndHead(weights, shape);
  const moeLayers = Array.from({ length: layers }, (_, i) => i);
  const pages = weights.experts(moeLayers, experts, width, hidden);
  const blocks = pages.map((page, i) => ({
    attentionNorm: weights.vector(`blk.${i}.attn_norm.weight`, width),
    attention: {
      ...groupedQueryWeights(weights, i, width, attention),
      norm: {
        per: 'head',
        query: weights.vector(`blk.${i}.attn_q_norm.weight`, attention.headDim),
        key: weights.vector(`blk.${i}.attn_k_norm.weight`, attention.headDim),
      },
    } as const,
    feedForwardNorm: weights.vector(`blk.${i}.ffn_norm.weight`, width),
    moe: {
      pages: page,
      router: weights.matrix(`blk.${i}.ffn_gate_inp.weight`, experts, width),
      routing,
      index: i,
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
      step.embed(embedding, x);
      blocks.forEach((block, i) => {
        step.norm(`blk.${i} attention norm`, x, block.attentionNorm, normed, { epsilon });
        groupedQueryAttention(step, i, block.attention, attention, ropeTable, normed, x);
        step.norm(`blk.${i} ffn norm`, x, block.feedForwardNorm, normed, { epsilon });
        step.moe(`blk.${i} moe`, block.moe, normed, x);
      });
      return x;
    },
  };
}
