import {
  attentionHalf,
  begin,
  denseFeedForward,
  end,
  GATING_FUNCTIONS,
  type GroupedQueryShape,
  headSizes,
  OUTPUT_GAIN,
  QUERY_KEY_GAIN,
  routedExperts,
  type Shape,
  VALUE_GAIN,
} from './parts.ts';
import type { RandomModel } from './random-model.ts';

export interface DeepseekShape extends Shape {
  /** Per-head widths: the part of a key without position, the part with it, the value. */
  readonly nope: number;
  readonly rope: number;
  readonly value: number;
  readonly kvRank: number;
  /** 0: queries are not compressed. */
  readonly queryRank: number;
  /** Newer files split the up-projection of keys and values (`attn_k_b`, `attn_v_b`), older ones have `attn_kv_b`. */
  readonly keyValue: 'split' | 'joint';
  readonly denseLayers: number;
  readonly denseWidth: number;
  readonly sharedExperts: number;
  /** `softmax-chosen`: over the chosen experts' logits. */
  readonly gating: keyof typeof GATING_FUNCTIONS;
  /** Blocks behind the trunk that predict further tokens; llama.cpp loads and does not run them. */
  readonly predictors?: number;
  readonly weightsNorm: boolean;
  readonly weightsScale: number;
  /** `exp_probs_b`: added for the choice, not for the weights. */
  readonly gatingBias?: boolean;
  readonly groups?: { readonly count: number; readonly used: number };
  readonly yarn?: { readonly factor: number; readonly originalContext: number; readonly logMultiplier: number };
  /** Positions are divided by it. */
  readonly linear?: number;
  /** A factor of the rotated numbers. */
  readonly ropeMagnitude?: number;
  /** Mistral 4 is the same graph under another name. */
  readonly architecture?: 'deepseek2' | 'mistral4';
  /** Attention is sharpened with the position. */
  readonly temperature?: { readonly scale: number; readonly length: number };
}

/** OLMoE: multi-head attention with a norm over the whole width of queries and keys; NEOX rope; softmax gating. */
export function olmoe(shape: GroupedQueryShape): RandomModel {
  const model = begin('olmoe', shape);
  model.integer('attention.head_count_kv', shape.keyHeads);
  model.integer('feed_forward_length', shape.expertWidth);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape, 'row');
    model.norm(`${layer}.ffn_norm`, shape.width);
    routedExperts(model, layer, shape);
  }
  return end(model, shape);
}

/** Qwen3 MoE: grouped queries, a norm per head of queries and keys, NEOX rope, normalised weights. */
export function qwen3moe(shape: GroupedQueryShape): RandomModel {
  const model = begin('qwen3moe', shape);
  headSizes(model, shape);
  model.integer('feed_forward_length', shape.expertWidth * shape.expertsUsed);
  model.integer('expert_feed_forward_length', shape.expertWidth);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape, 'head');
    model.norm(`${layer}.ffn_norm`, shape.width);
    routedExperts(model, layer, shape);
  }
  return end(model, shape);
}

/** Qwen3 without experts. */
export function qwen3(shape: GroupedQueryShape): RandomModel {
  const model = begin('qwen3', shape);
  headSizes(model, shape);
  model.integer('feed_forward_length', shape.expertWidth);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape, 'head');
    model.norm(`${layer}.ffn_norm`, shape.width);
    denseFeedForward(model, layer, '', shape.width, shape.expertWidth);
  }
  return end(model, shape);
}

/** Llama without experts, and with them as Mixtral: interleaved rope, normalised weights. */
export function llama(shape: GroupedQueryShape): RandomModel {
  const model = begin('llama', shape);
  model.integer('attention.head_count_kv', shape.keyHeads);
  model.integer('rope.dimension_count', shape.headWidth);
  model.integer('feed_forward_length', shape.expertWidth);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape);
    model.norm(`${layer}.ffn_norm`, shape.width);
    if (shape.experts > 0) routedExperts(model, layer, shape);
    else denseFeedForward(model, layer, '', shape.width, shape.expertWidth);
  }
  return end(model, shape);
}

interface SharedShape extends GroupedQueryShape {
  readonly denseLayers: number;
  readonly denseWidth: number;
  /** Of all shared experts together. */
  readonly sharedWidth: number;
}

/** The feed-forward half of a layer in models whose first layers are dense and whose others have shared experts too. */
function denseOrShared(model: RandomModel, index: number, shape: SharedShape, bias: number): void {
  const layer = `blk.${index}`;
  model.norm(`${layer}.ffn_norm`, shape.width);
  if (index < shape.denseLayers) {
    denseFeedForward(model, layer, '', shape.width, shape.denseWidth);
    return;
  }
  routedExperts(model, layer, shape);
  if (bias > 0) model.bias(`${layer}.exp_probs_b`, shape.experts, bias);
  denseFeedForward(model, layer, '_shexp', shape.width, shape.sharedWidth);
}

/** Ling 2.0: fused queries, keys and values, a norm per head, NEOX rope, sigmoids in groups. */
export function bailingmoe2(shape: SharedShape & { readonly sharedExperts: number }): RandomModel {
  const model = begin('bailingmoe2', shape);
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.headWidth);
  model.integer('feed_forward_length', shape.denseWidth);
  model.integer('leading_dense_block_count', shape.denseLayers);
  model.integer('expert_feed_forward_length', shape.expertWidth);
  model.integer('expert_shared_feed_forward_length', shape.sharedWidth / shape.sharedExperts);
  model.integer('expert_shared_count', shape.sharedExperts);
  model.integer('expert_gating_func', GATING_FUNCTIONS.sigmoid);
  model.boolean('expert_weights_norm', true);
  model.float('expert_weights_scale', 2.5);
  model.integer('expert_group_count', 4);
  model.integer('expert_group_used_count', 2);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape, 'head');
    denseOrShared(model, i, shape, 0.1);
  }
  return end(model, shape);
}

/** ERNIE 4.5: interleaved rope, softmax with a bias for the choice, normalised weights. */
export function ernie45moe(shape: SharedShape): RandomModel {
  const model = begin('ernie4_5-moe', shape);
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.headWidth);
  model.integer('feed_forward_length', shape.denseWidth);
  model.integer('leading_dense_block_count', shape.denseLayers);
  model.integer('expert_feed_forward_length', shape.expertWidth);
  model.integer('expert_shared_feed_forward_length', shape.sharedWidth);
  model.integer('interleave_moe_layer_step', 1);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape);
    denseOrShared(model, i, shape, 0.02);
  }
  return end(model, shape);
}

/** Granite MoE: grouped queries, interleaved rope, four scales of its own; a shared expert in some. */
export function granitemoe(shape: GroupedQueryShape & { readonly sharedWidth?: number }): RandomModel {
  // Logits are divided by it. A tied embedding cannot be scaled up to make good for it without drowning the layers.
  const logitScale = shape.tied === true ? 1.25 : 4;
  const model = begin('granitemoe', shape, 0.15);
  model.integer('attention.head_count_kv', shape.keyHeads);
  model.integer('feed_forward_length', shape.expertWidth);
  model.integer('rope.dimension_count', shape.headWidth);
  model.float('embedding_scale', 12);
  model.float('residual_scale', 0.6);
  model.float('attention.scale', 0.7 / Math.sqrt(shape.headWidth));
  model.float('logit_scale', logitScale);
  if (shape.sharedWidth !== undefined) model.integer('expert_shared_feed_forward_length', shape.sharedWidth);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape);
    model.norm(`${layer}.ffn_norm`, shape.width);
    routedExperts(model, layer, shape);
    if (shape.sharedWidth !== undefined) denseFeedForward(model, layer, '_shexp', shape.width, shape.sharedWidth);
  }
  return end(model, shape, OUTPUT_GAIN * logitScale);
}

/** DeepSeek V2 and V3 in all forms: latent attention, leading dense layers, shared experts. */
export function deepseek2(shape: DeepseekShape): RandomModel {
  const { width, heads, nope, rope, value, kvRank, queryRank, groups, yarn, predictors = 0 } = shape;
  const blocks = shape.layers + predictors;
  const model = begin(shape.architecture ?? 'deepseek2', { ...shape, layers: blocks });
  if (shape.temperature) {
    model.float('attention.temperature_scale', shape.temperature.scale);
    model.integer('attention.temperature_length', shape.temperature.length);
  }
  model.integer('feed_forward_length', shape.denseWidth);
  model.integer('leading_dense_block_count', shape.denseLayers);
  model.integer('expert_feed_forward_length', shape.expertWidth);
  model.integer('expert_shared_count', shape.sharedExperts);
  model.integer('expert_gating_func', GATING_FUNCTIONS[shape.gating]);
  if (predictors > 0) model.integer('nextn_predict_layers', predictors);
  model.boolean('expert_weights_norm', shape.weightsNorm);
  model.float('expert_weights_scale', shape.weightsScale);
  if (groups !== undefined) {
    model.integer('expert_group_count', groups.count);
    model.integer('expert_group_used_count', groups.used);
  }
  model.integer('attention.q_lora_rank', queryRank);
  model.integer('attention.kv_lora_rank', kvRank);
  model.integer('rope.dimension_count', rope);
  if (shape.keyValue === 'split') {
    model.integer('attention.head_count_kv', 1);
    model.integer('attention.key_length', kvRank + rope);
    model.integer('attention.value_length', kvRank);
    model.integer('attention.key_length_mla', nope + rope);
    model.integer('attention.value_length_mla', value);
  } else {
    model.integer('attention.head_count_kv', heads);
    model.integer('attention.key_length', nope + rope);
    model.integer('attention.value_length', value);
  }
  if (yarn !== undefined) {
    model.string('rope.scaling.type', 'yarn');
    model.float('rope.scaling.factor', yarn.factor);
    model.integer('rope.scaling.original_context_length', yarn.originalContext);
    model.float('rope.scaling.yarn_log_multiplier', yarn.logMultiplier);
  }
  if (shape.linear !== undefined) model.float('rope.scaling.factor', shape.linear);
  if (shape.ropeMagnitude !== undefined) model.float('rope.scaling.attn_factor', shape.ropeMagnitude);
  for (let i = 0; i < blocks; i++) {
    const layer = `blk.${i}`;
    model.norm(`${layer}.attn_norm`, width);
    if (queryRank === 0) {
      model.matrix(`${layer}.attn_q`, [width, heads * (nope + rope)], QUERY_KEY_GAIN);
    } else {
      model.matrix(`${layer}.attn_q_a`, [width, queryRank]);
      model.norm(`${layer}.attn_q_a_norm`, queryRank);
      model.matrix(`${layer}.attn_q_b`, [queryRank, heads * (nope + rope)], QUERY_KEY_GAIN);
    }
    model.matrix(`${layer}.attn_kv_a_mqa`, [width, kvRank + rope], QUERY_KEY_GAIN);
    model.norm(`${layer}.attn_kv_a_norm`, kvRank);
    if (shape.keyValue === 'split') {
      // Stored for the absorbed product: rows of k_b run over the head's width, those of v_b over the latent.
      model.matrix(`${layer}.attn_k_b`, [nope, kvRank, heads], QUERY_KEY_GAIN * Math.sqrt(nope / kvRank));
      model.matrix(`${layer}.attn_v_b`, [kvRank, value, heads], VALUE_GAIN);
    } else {
      model.matrix(`${layer}.attn_kv_b`, [kvRank, heads * (nope + value)], VALUE_GAIN);
    }
    model.matrix(`${layer}.attn_output`, [heads * value, width], VALUE_GAIN);
    model.norm(`${layer}.ffn_norm`, width);
    if (i < shape.denseLayers) {
      denseFeedForward(model, layer, '', width, shape.denseWidth);
    } else {
      routedExperts(model, layer, shape);
      if (shape.gatingBias === true) model.bias(`${layer}.exp_probs_b`, shape.experts, 0.1);
      denseFeedForward(model, layer, '_shexp', width, shape.expertWidth * shape.sharedExperts);
    }
    if (i >= shape.layers) predictor(model, layer, width);
  }
  return end(model, shape);
}

/** What a block for multi-token prediction has besides. */
function predictor(model: RandomModel, layer: string, width: number): void {
  model.matrix(`${layer}.nextn.eh_proj`, [2 * width, width]);
  model.norm(`${layer}.nextn.enorm`, width);
  model.norm(`${layer}.nextn.hnorm`, width);
  model.norm(`${layer}.nextn.shared_head_norm`, width);
}
