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
  VALUE_GAIN,
} from './parts.ts';
import type { RandomModel } from './random-model.ts';

/** Models of which some layers see a window of the newest tokens only. */
export interface WindowShape extends GroupedQueryShape {
  readonly window: number;
  /** Which layers slide, as a list or by a period; default: the header does not say. */
  readonly pattern?: readonly boolean[] | number;
  readonly yarn?: { readonly factor: number; readonly originalContext: number } | undefined;
  readonly slidingBase?: number;
}

interface SharedWindowShape extends WindowShape {
  readonly denseLayers: number;
  readonly denseWidth: number;
  /** Of all shared experts together. */
  readonly sharedWidth: number;
  readonly sharedExperts: number;
}

function window(model: RandomModel, { window: size, pattern, yarn, slidingBase }: WindowShape): void {
  if (size > 0) model.integer('attention.sliding_window', size);
  if (typeof pattern === 'number') model.integer('attention.sliding_window_pattern', pattern);
  else if (pattern !== undefined) model.booleans('attention.sliding_window_pattern', pattern);
  if (yarn !== undefined) {
    model.string('rope.scaling.type', 'yarn');
    model.float('rope.scaling.factor', yarn.factor);
    model.integer('rope.scaling.original_context_length', yarn.originalContext);
  }
  if (slidingBase !== undefined) model.float('rope.freq_base_swa', slidingBase);
}

/** What Laguna and Trinity say of their experts. */
function sigmoidExperts(model: RandomModel, shape: SharedWindowShape): void {
  model.integer('feed_forward_length', shape.denseWidth);
  model.integer('leading_dense_block_count', shape.denseLayers);
  model.integer('expert_feed_forward_length', shape.expertWidth);
  model.integer('expert_gating_func', GATING_FUNCTIONS.sigmoid);
  model.boolean('expert_weights_norm', true);
  model.float('expert_weights_scale', 2.5);
}

function denseOrShared(model: RandomModel, index: number, shape: SharedWindowShape, isBiased = true): void {
  const layer = `blk.${index}`;
  if (index < shape.denseLayers) {
    denseFeedForward(model, layer, '', shape.width, shape.denseWidth);
    return;
  }
  routedExperts(model, layer, shape);
  if (isBiased) model.bias(`${layer}.exp_probs_b`, shape.experts, 0.1);
  if (shape.sharedExperts > 0) denseFeedForward(model, layer, '_shexp', shape.width, shape.sharedWidth);
}

/** gpt-oss: windows in every other layer, sinks, and biases everywhere. */
export function gptOss(shape: WindowShape): RandomModel {
  const { width, heads, experts, expertWidth } = shape;
  const model = begin('gpt-oss', shape);
  headSizes(model, shape);
  model.integer('expert_feed_forward_length', expertWidth);
  window(model, shape);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, { ...shape, biased: 'all' });
    model.numbers(`${layer}.attn_sinks.weight`, [heads], (noise) => 2 * noise);
    model.norm(`${layer}.post_attention_norm`, width);
    routedExperts(model, layer, shape);
    model.bias(`${layer}.ffn_gate_inp`, experts, 0.5);
    model.numbers(`${layer}.ffn_gate_exps.bias`, [expertWidth, experts], (noise) => 2 * noise);
    model.numbers(`${layer}.ffn_up_exps.bias`, [expertWidth, experts], (noise) => 2 * noise);
    model.numbers(`${layer}.ffn_down_exps.bias`, [width, experts], (noise) => 0.3 * noise);
  }
  return end(model, shape);
}

/** Mellum 2: Qwen3-MoE with windows, whose layers are not scaled by YaRN. */
export function mellum(shape: WindowShape): RandomModel {
  const model = begin('mellum', shape);
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.headWidth);
  model.integer('expert_feed_forward_length', shape.expertWidth);
  window(model, shape);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape, 'head');
    model.norm(`${layer}.ffn_norm`, shape.width);
    routedExperts(model, layer, shape);
  }
  return end(model, shape);
}

/** Laguna: more heads and another rotation in layers with a window, softplus gates per head or per number. */
export function laguna(
  shape: SharedWindowShape & {
    /** Heads of each layer; default: the same in all. */
    readonly layerHeads?: readonly number[];
    readonly ropeWidth: number;
    readonly slidingRopeWidth?: number;
    readonly gate: 'head' | 'number';
  },
): RandomModel {
  const { layerHeads, slidingRopeWidth } = shape;
  const model = begin('laguna', shape, 1, layerHeads);
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.ropeWidth);
  if (slidingRopeWidth !== undefined) model.integer('rope.dimension_count_swa', slidingRopeWidth);
  sigmoidExperts(model, shape);
  model.integer('expert_shared_feed_forward_length', shape.sharedWidth);
  window(model, shape);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    const heads = layerHeads?.[i] ?? shape.heads;
    attentionHalf(model, layer, { ...shape, heads }, 'head');
    const gates = shape.gate === 'head' ? heads : heads * shape.headWidth;
    model.matrix(`${layer}.attn_gate`, [shape.width, gates], QUERY_KEY_GAIN);
    model.norm(`${layer}.ffn_norm`, shape.width);
    denseOrShared(model, i, shape);
  }
  return end(model, shape);
}

/** K-EXAONE: positions where there are windows, and none where there are not. */
export function exaoneMoe(shape: SharedWindowShape): RandomModel {
  const model = begin('exaone-moe', shape);
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.headWidth);
  sigmoidExperts(model, shape);
  model.integer('expert_shared_count', shape.sharedExperts);
  model.integer('expert_shared_feed_forward_length', shape.sharedWidth);
  window(model, shape);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape, 'head');
    model.norm(`${layer}.ffn_norm`, shape.width);
    denseOrShared(model, i, shape);
  }
  return end(model, shape);
}

/** Cohere's: attention and feed-forward side by side, after one norm. */
export function cohere2moe(shape: SharedWindowShape): RandomModel {
  const logitScale = 0.5;
  const model = begin('cohere2moe', shape);
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.headWidth);
  sigmoidExperts(model, shape);
  model.integer('expert_shared_count', shape.sharedExperts);
  model.float('logit_scale', logitScale);
  window(model, shape);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape);
    denseOrShared(model, i, shape, false);
  }
  return end(model, shape, OUTPUT_GAIN / logitScale);
}

/** Trinity: norms around both halves of a layer, sigmoid gates, every fourth layer without positions. */
export function afmoe(shape: SharedWindowShape): RandomModel {
  // It multiplies its embedding by the root of its width.
  const model = begin('afmoe', shape, 1 / Math.sqrt(shape.width));
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.headWidth);
  sigmoidExperts(model, shape);
  model.integer('expert_shared_count', shape.sharedExperts);
  window(model, shape);
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    attentionHalf(model, layer, shape, 'head');
    model.norm(`${layer}.post_attention_norm`, shape.width);
    model.matrix(`${layer}.attn_gate`, [shape.width, shape.heads * shape.headWidth], QUERY_KEY_GAIN);
    model.norm(`${layer}.ffn_norm`, shape.width);
    denseOrShared(model, i, shape);
    model.norm(`${layer}.post_ffw_norm`, shape.width);
  }
  return end(model, shape);
}

/** Gemma 4: wider heads without values in the layers that see all, two branches of the feed-forward where there are experts. */
export function gemma4(
  shape: WindowShape & {
    readonly pattern: readonly boolean[];
    /** Of layers that see all; the others have `headWidth` and `keyHeads`. */
    readonly fullHeadWidth: number;
    readonly fullKeyHeads: number;
    readonly denseWidths: readonly number[];
  },
): RandomModel {
  const { width, heads, experts, expertWidth, pattern, fullHeadWidth, headWidth, keyHeads, denseWidths } = shape;
  const keyHeadsOf = (i: number): number => (pattern[i] === true ? keyHeads : shape.fullKeyHeads);
  const model = begin('gemma4', shape, 1 / Math.sqrt(width));
  model.integers(
    'attention.head_count_kv',
    pattern.map((_, i) => keyHeadsOf(i)),
  );
  model.integer('attention.key_length', fullHeadWidth);
  model.integer('attention.value_length', fullHeadWidth);
  model.integer('attention.key_length_swa', headWidth);
  model.integer('attention.value_length_swa', headWidth);
  model.integer('rope.dimension_count', fullHeadWidth);
  model.integer('rope.dimension_count_swa', headWidth);
  model.integers('feed_forward_length', denseWidths);
  if (experts > 0) model.integer('expert_feed_forward_length', expertWidth);
  model.integer('embedding_length_per_layer_input', 0);
  model.integer('attention.shared_kv_layers', 0);
  model.float('final_logit_softcapping', 6);
  window(model, shape);
  // A quarter of the pairs turn, the others hardly.
  let pair = 0;
  model.numbers('rope_freqs.weight', [fullHeadWidth / 2], () => (pair++ < fullHeadWidth / 8 ? 1 : 1e30));
  for (let i = 0; i < shape.layers; i++) {
    const layer = `blk.${i}`;
    const slides = pattern[i] === true;
    const size = slides ? headWidth : fullHeadWidth;
    const kvWidth = keyHeadsOf(i) * size;
    model.norm(`${layer}.attn_norm`, width);
    model.matrix(`${layer}.attn_q`, [width, heads * size], QUERY_KEY_GAIN);
    model.matrix(`${layer}.attn_k`, [width, kvWidth], QUERY_KEY_GAIN);
    if (slides) model.matrix(`${layer}.attn_v`, [width, kvWidth], VALUE_GAIN);
    model.matrix(`${layer}.attn_output`, [heads * size, width], VALUE_GAIN);
    // Scores are not divided by the root of the head's size: the norms are small instead.
    for (const which of ['q', 'k'])
      model.numbers(`${layer}.attn_${which}_norm.weight`, [size], (noise) => (1 + 0.2 * noise) * 1.3 * size ** -0.25);
    model.norm(`${layer}.post_attention_norm`, width);
    model.norm(`${layer}.ffn_norm`, width);
    denseFeedForward(model, layer, '', width, denseWidths[i] ?? 0);
    // llama.cpp looks GELU up in a table of f16: what that rounds must not outweigh all else.
    model.numbers(`${layer}.post_ffw_norm.weight`, [width], (noise) => 0.2 * (1 + 0.2 * noise));
    model.numbers(`${layer}.layer_output_scale.weight`, [1], (noise) => 0.8 + 0.1 * noise);
    if (experts === 0) continue;
    routedExperts(model, layer, shape);
    model.numbers(`${layer}.ffn_gate_inp.scale`, [width], (noise) => (1 + 0.2 * noise) * Math.sqrt(width));
    model.numbers(`${layer}.ffn_down_exps.scale`, [experts], (noise) => 1 + 0.3 * noise);
    model.norm(`${layer}.pre_ffw_norm_2`, width);
    model.norm(`${layer}.post_ffw_norm_1`, width);
    model.norm(`${layer}.post_ffw_norm_2`, width);
  }
  return end(model, shape);
}
