import type { Weights } from '../weights/weights.ts';
import { groupedQueryAttention, groupedQueryShape, groupedQueryWeights } from './grouped-query.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import { embeddingAndHead, type Model, type ModelShape } from './model.ts';
import type { StepBuilder } from './step-builder.ts';

/**
 * OLMoE (arXiv:2409.02060): queries and keys are normed over their whole rows, and the experts' weights are the plain softmax
 * over all experts, not normalised over the chosen.
 */
export function olmoe(file: HyperParameters, weights: Weights, shape: ModelShape): Model {
  const { width, layers, epsilon, experts, expertsUsed } = shape;

  // 1. Hyper-parameters.
  const { attention, rope } = groupedQueryShape(file, shape, 'neox');
  const hidden = file.has('expert_feed_forward_length')
    ? file.size('expert_feed_forward_length')
    : file.size('feed_forward_length');
  const routing = {
    width,
    experts,
    used: expertsUsed,
    groups: 1,
    groupsUsed: 1,
    gating: 'softmax',
    normalize: false,
    weightScale: 1,
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
        per: 'row',
        query: weights.vector(`blk.${i}.attn_q_norm.weight`, attention.heads * attention.headDim),
        key: weights.vector(`blk.${i}.attn_k_norm.weight`, attention.kvHeads * attention.headDim),
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
