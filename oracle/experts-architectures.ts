import {
  attentionHalf,
  begin,
  denseFeedForward,
  end,
  GATING_FUNCTIONS,
  type GroupedQueryShape,
  headSizes,
  ROUTER_GAIN,
  routedExperts,
} from './parts.ts';
import type { RandomModel } from './random-model.ts';
import { VOCABULARY } from './vocabulary.ts';

interface SharedShape extends GroupedQueryShape {
  readonly sharedWidth: number;
}

/** Qwen 1.5 and 2, without experts (`qwen2`) or with them, beside a shared one that has a gate of its own. */
export function qwen2(shape: SharedShape): RandomModel {
  const { width, experts, expertsUsed, expertWidth, sharedWidth } = shape;
  const model = begin(experts > 0 ? 'qwen2moe' : 'qwen2', shape);
  model.integer('attention.head_count_kv', shape.keyHeads);
  model.integer('feed_forward_length', experts > 0 ? expertWidth * expertsUsed : expertWidth);
  if (experts > 0) {
    model.integer('expert_feed_forward_length', expertWidth);
    model.integer('expert_shared_feed_forward_length', sharedWidth);
  }
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, { ...shape, biased: 'inputs' });
    model.norm(`${layer}.ffn_norm`, width);
    if (experts === 0) {
      denseFeedForward(model, layer, '', width, expertWidth);
      continue;
    }
    routedExperts(model, layer, shape);
    denseFeedForward(model, layer, '_shexp', width, sharedWidth);
    model.numbers(`${layer}.ffn_gate_inp_shexp.weight`, [width], (noise) => (ROUTER_GAIN / Math.sqrt(width)) * noise);
  }
  return end(model, shape);
}

/** Phi-3.5-MoE: biases of attention, norms and output; frequencies divided for long contexts. */
export function phimoe(shape: GroupedQueryShape): RandomModel {
  const { width, headWidth } = shape;
  const model = begin('phimoe', shape);
  model.integer('attention.head_count_kv', shape.keyHeads);
  model.integer('rope.dimension_count', headWidth);
  model.integer('feed_forward_length', shape.expertWidth);
  model.integer('rope.scaling.original_context_length', 4096);
  model.float('rope.scaling.attn_factor', 1.2);
  model.integer('attention.sliding_window', 8); // which llama.cpp does not look at
  for (const kind of ['long', 'short'])
    model.numbers(`rope_factors_${kind}.weight`, [headWidth / 2], (noise) => 1 + 0.5 * Math.abs(noise));
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, { ...shape, biased: 'all' });
    model.bias(`${layer}.attn_norm`, width, 0.2);
    model.norm(`${layer}.ffn_norm`, width);
    model.bias(`${layer}.ffn_norm`, width, 0.2);
    routedExperts(model, layer, shape);
  }
  model.bias('output_norm', width, 0.2);
  model.bias('output', VOCABULARY.length, 0.5);
  return end(model, shape);
}

/** SmallThinker: the router reads a layer's input as it is; ReLU gates; windows and rotation in all but each fourth layer. */
export function smallthinker(shape: GroupedQueryShape & { readonly windows: boolean }): RandomModel {
  const { width, expertWidth } = shape;
  const model = begin('smallthinker', shape);
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.headWidth);
  model.integer('feed_forward_length', expertWidth);
  model.integer('expert_feed_forward_length', expertWidth);
  model.integer('expert_gating_func', GATING_FUNCTIONS[shape.windows ? 'sigmoid' : 'softmax']);
  if (shape.windows) model.integer('attention.sliding_window', 8); // whatever it says, llama.cpp takes 4096
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape);
    model.norm(`${layer}.ffn_norm`, width);
    routedExperts(model, layer, shape);
  }
  return end(model, shape);
}

/** Llama whose feed-forward has biases. */
export function biasedLlama(shape: GroupedQueryShape): RandomModel {
  const { width, expertWidth } = shape;
  const model = begin('llama', shape);
  model.integer('attention.head_count_kv', shape.keyHeads);
  model.integer('rope.dimension_count', shape.headWidth);
  model.integer('feed_forward_length', expertWidth);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape);
    model.norm(`${layer}.ffn_norm`, width);
    denseFeedForward(model, layer, '', width, expertWidth);
    model.bias(`${layer}.ffn_gate`, expertWidth, 0.3);
    model.bias(`${layer}.ffn_up`, expertWidth, 0.3);
    model.bias(`${layer}.ffn_down`, width, 0.3);
  }
  return end(model, shape);
}

/** Qwen3-MoE whose matrices have factors, those of experts one per expert, as files in NVFP4 do. */
export function scaledQwen3moe(shape: GroupedQueryShape): RandomModel {
  const { experts } = shape;
  const model = begin('qwen3moe', shape);
  headSizes(model, shape);
  model.integer('feed_forward_length', shape.expertWidth);
  model.integer('expert_feed_forward_length', shape.expertWidth);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape, 'head');
    model.norm(`${layer}.ffn_norm`, shape.width);
    routedExperts(model, layer, shape);
    for (const what of ['attn_q', 'attn_k', 'attn_v', 'attn_output'])
      model.numbers(`${layer}.${what}.scale`, [1], (noise) => 1 + 0.3 * noise);
    for (const what of ['gate', 'up', 'down'])
      model.numbers(`${layer}.ffn_${what}_exps.scale`, [experts], (noise) => 1 + 0.3 * noise);
  }
  return end(model, shape);
}

/** ERNIE 4.5 with experts in every second layer, behind a dense one. */
export function interleavedErnie(shape: SharedShape & { readonly denseWidth: number }): RandomModel {
  const { width, experts, sharedWidth } = shape;
  const model = begin('ernie4_5-moe', shape);
  headSizes(model, shape);
  model.integer('feed_forward_length', shape.denseWidth);
  model.integer('leading_dense_block_count', 1);
  model.integer('expert_feed_forward_length', shape.expertWidth);
  model.integer('expert_shared_feed_forward_length', sharedWidth);
  model.integer('interleave_moe_layer_step', 2);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape);
    model.norm(`${layer}.ffn_norm`, width);
    if (i % 2 === 0) {
      denseFeedForward(model, layer, '', width, shape.denseWidth);
      continue;
    }
    routedExperts(model, layer, shape);
    model.bias(`${layer}.exp_probs_b`, experts, 0.02);
    denseFeedForward(model, layer, '_shexp', width, sharedWidth);
  }
  return end(model, shape);
}
