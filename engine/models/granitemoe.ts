import type { Metadata } from '../formats/metadata.ts';
import type { Weights } from '../weights/weights.ts';
import { groupedQueryAttention, groupedQueryShape, groupedQueryWeights } from './grouped-query.ts';
import { boundedNumber, embeddingAndHead, type Model, type ModelShape, vectorSize } from './model.ts';
import type { StepBuilder } from './step-builder.ts';

/**
 * Granite 3 MoE (IBM, "Granite 3.0 Language Models", 2024): grouped-query attention and routed experts, with multipliers on the
 * embedding, the attention scores, each residual branch and the logits (after muP). Some have a shared expert.
 */
export function granitemoe(metadata: Metadata, weights: Weights, shape: ModelShape): Model {
  const { width, layers, epsilon, experts, expertsUsed } = shape;
  const key = (name: string): string => `granitemoe.${name}`;

  // 1. Hyper-parameters.
  const { attention: sizes, rope } = groupedQueryShape(metadata, shape, 'interleaved');
  const attention = { ...sizes, scale: metadata.optionalNumber(key('attention.scale')) || sizes.scale };
  const hidden = vectorSize(
    metadata,
    key('expert_feed_forward_length'),
    metadata.optionalNumber(key('feed_forward_length')),
  );
  const sharedHidden = boundedNumber(metadata, key('expert_shared_feed_forward_length'), 0, 1_000_000, 0);
  const embeddingScale = metadata.optionalNumber(key('embedding_scale')) || 1;
  const residualScale = metadata.optionalNumber(key('residual_scale')) || 1;
  const logitScale = metadata.optionalNumber(key('logit_scale')) || 1;
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
