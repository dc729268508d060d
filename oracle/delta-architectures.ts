import {
  begin,
  denseFeedForward,
  end,
  GATING_FUNCTIONS,
  type GroupedQueryShape,
  headSizes,
  QUERY_KEY_GAIN,
  routedExperts,
  type Shape,
  VALUE_GAIN,
} from './parts.ts';
import type { RandomModel } from './random-model.ts';

/** The delta net's own heads. */
interface DeltaSizes {
  readonly deltaHeads: number;
  readonly deltaKeyHeads: number;
  /** Numbers of a key and of a value. */
  readonly deltaWidth: number;
  /** Of convolutions; default: as published. */
  readonly taps?: number;
}

interface Qwen35Shape extends GroupedQueryShape, DeltaSizes {
  /** Layers that attend are `A`, those of delta nets `D`. */
  readonly pattern: string;
  /** Whether the file lists the recurrent layers; otherwise every so-many-th attends, as in `DDA`. */
  readonly listed?: boolean;
  readonly ropeWidth: number;
  /** Qwen3-Next has none, and its own order of heads. */
  readonly ropeSections?: readonly number[];
  /** Of the dense feed-forward, or of the shared expert. */
  readonly denseWidth: number;
  /** Blocks behind the trunk that predict further tokens. */
  readonly predictors?: number;
}

/** What goes into and out of a delta rule whose state fades by head. */
function deltaNet(model: RandomModel, layer: string, width: number, sizes: DeltaSizes, isNext: boolean): void {
  const { deltaHeads: heads, deltaKeyHeads: keyHeads, deltaWidth, taps = 4 } = sizes;
  const inner = heads * deltaWidth;
  const mixed = 2 * keyHeads * deltaWidth + inner;
  model.matrix(`${layer}.attn_qkv`, [width, mixed], VALUE_GAIN);
  model.matrix(`${layer}.attn_gate`, [width, inner], VALUE_GAIN);
  model.numbers(`${layer}.ssm_conv1d.weight`, [taps, mixed], (noise) => 0.6 * noise);
  model.bias(`${layer}.ssm_dt`, heads, 0.5);
  model.numbers(`${layer}.ssm_a`, [heads], (noise) => -Math.exp(0.7 * noise - 1.5));
  if (isNext) {
    model.matrix(`${layer}.ssm_ba`, [width, 2 * heads], VALUE_GAIN);
  } else {
    model.matrix(`${layer}.ssm_beta`, [width, heads], VALUE_GAIN);
    model.matrix(`${layer}.ssm_alpha`, [width, heads], VALUE_GAIN);
  }
  model.norm(`${layer}.ssm_norm`, deltaWidth);
  model.matrix(`${layer}.ssm_out`, [inner, width], VALUE_GAIN);
}

/** Qwen3.5 and 3.6, with experts (`qwen35moe`) or without: delta nets, and gated attention in some layers. */
export function qwen35(shape: Qwen35Shape): RandomModel {
  const { width, heads, keyHeads, headWidth, pattern, predictors = 0 } = shape;
  const layers = pattern.length;
  const isNext = shape.ropeSections === undefined;
  const architecture = shape.experts > 0 ? 'qwen35moe' : 'qwen35';
  const model = begin(isNext ? 'qwen3next' : architecture, { ...shape, layers: layers + predictors });
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.ropeWidth);
  if (shape.ropeSections !== undefined) model.integers('rope.dimension_sections', shape.ropeSections);
  model.integer('ssm.conv_kernel', shape.taps ?? 4);
  model.integer('ssm.inner_size', shape.deltaHeads * shape.deltaWidth);
  model.integer('ssm.state_size', shape.deltaWidth);
  model.integer('ssm.time_step_rank', shape.deltaHeads);
  model.integer('ssm.group_count', shape.deltaKeyHeads);
  const isRecurrent = Array.from({ length: layers + predictors }, (_, i) => pattern[i] === 'D');
  if (shape.listed === true) model.booleans('attention.recurrent_layers', isRecurrent);
  else model.integer('full_attention_interval', pattern.indexOf('A') + 1);
  if (shape.experts > 0) {
    model.integer('expert_feed_forward_length', shape.expertWidth);
    model.integer('expert_shared_feed_forward_length', shape.denseWidth);
  } else {
    model.integer('feed_forward_length', shape.denseWidth);
  }
  if (predictors > 0) model.integer('nextn_predict_layers', predictors);
  isRecurrent.forEach((recurrent, i) => {
    const layer = `blk.${i}`;
    model.norm(`${layer}.attn_norm`, width);
    if (recurrent) {
      deltaNet(model, layer, width, shape, isNext);
    } else {
      model.matrix(`${layer}.attn_q`, [width, 2 * heads * headWidth], QUERY_KEY_GAIN); // of each head the query, then its gate
      model.matrix(`${layer}.attn_k`, [width, keyHeads * headWidth], QUERY_KEY_GAIN);
      model.matrix(`${layer}.attn_v`, [width, keyHeads * headWidth], VALUE_GAIN);
      model.norm(`${layer}.attn_q_norm`, headWidth);
      model.norm(`${layer}.attn_k_norm`, headWidth);
      model.matrix(`${layer}.attn_output`, [heads * headWidth, width], VALUE_GAIN);
    }
    model.norm(`${layer}.post_attention_norm`, width); // before the feed-forward, whatever it is called
    if (shape.experts > 0) {
      routedExperts(model, layer, shape);
      model.numbers(`${layer}.ffn_gate_inp_shexp.weight`, [width], (noise) => (1.5 * noise) / Math.sqrt(width));
      denseFeedForward(model, layer, '_shexp', width, shape.denseWidth);
    } else {
      denseFeedForward(model, layer, '', width, shape.denseWidth);
    }
    if (i >= layers) {
      model.matrix(`${layer}.nextn.eh_proj`, [2 * width, width]);
      model.norm(`${layer}.nextn.enorm`, width);
      model.norm(`${layer}.nextn.hnorm`, width);
    }
  });
  return end(model, shape);
}

interface Bailing3Shape extends Shape {
  /** Layers of latent attention are `A`, those of Kimi Delta Attention `D`. */
  readonly pattern: string;
  readonly deltaWidth: number;
  readonly taps?: number;
  readonly lowerBound: number;
  /** Per-head widths of latent attention: the part of a key without position, the part with it, the value. */
  readonly nope: number;
  readonly rope: number;
  readonly value: number;
  readonly kvRank: number;
  /** 0: queries are not compressed. */
  readonly queryRank: number;
  readonly denseLayers: number;
  readonly denseWidth: number;
  readonly sharedWidth: number;
  /** Limits of SwiGLU, a number for each layer. */
  readonly clamps?: { readonly experts: readonly number[]; readonly shared: readonly number[] };
  readonly groups?: { readonly count: number; readonly used: number };
  readonly predictors?: number;
  readonly yarn?: { readonly factor: number; readonly originalContext: number };
}

/** Kimi Delta Attention: its state fades by key channel. */
function kimiDeltaAttention(model: RandomModel, layer: string, shape: Bailing3Shape): void {
  const { width, heads, deltaWidth, taps = 4 } = shape;
  const inner = heads * deltaWidth;
  for (const what of ['q', 'k', 'v']) {
    model.matrix(`${layer}.attn_${what}`, [width, inner], VALUE_GAIN);
    model.numbers(`${layer}.ssm_conv1d_${what}.weight`, [taps, 1, inner], (noise) => 0.6 * noise);
  }
  model.matrix(`${layer}.ssm_f_a`, [width, inner], VALUE_GAIN);
  model.matrix(`${layer}.ssm_g_a`, [width, inner], VALUE_GAIN);
  model.matrix(`${layer}.ssm_beta`, [width, heads], VALUE_GAIN);
  model.bias(`${layer}.ssm_dt`, inner, 0.5);
  model.numbers(`${layer}.ssm_a`, [1, heads], (noise) => Math.exp(0.5 * noise));
  model.norm(`${layer}.ssm_norm`, deltaWidth);
  model.matrix(`${layer}.attn_output`, [inner, width], VALUE_GAIN);
}

function gatedLatentAttention(model: RandomModel, layer: string, shape: Bailing3Shape): void {
  const { width, heads, nope, rope, value, kvRank, queryRank } = shape;
  if (queryRank === 0) {
    model.matrix(`${layer}.attn_q`, [width, heads * (nope + rope)], QUERY_KEY_GAIN);
  } else {
    model.matrix(`${layer}.attn_q_a`, [width, queryRank]);
    model.norm(`${layer}.attn_q_a_norm`, queryRank);
    model.matrix(`${layer}.attn_q_b`, [queryRank, heads * (nope + rope)], QUERY_KEY_GAIN);
  }
  model.matrix(`${layer}.attn_kv_a_mqa`, [width, kvRank + rope], QUERY_KEY_GAIN);
  model.norm(`${layer}.attn_kv_a_norm`, kvRank);
  model.matrix(`${layer}.attn_k_b`, [nope, kvRank, heads], QUERY_KEY_GAIN * Math.sqrt(nope / kvRank));
  model.matrix(`${layer}.attn_v_b`, [kvRank, value, heads], VALUE_GAIN);
  model.matrix(`${layer}.attn_gate`, [width, heads], VALUE_GAIN);
  model.matrix(`${layer}.attn_output`, [heads * value, width], VALUE_GAIN);
}

/** Ling 3.0: Kimi Delta Attention and gated latent attention, sigmoids with a bias for the choice, clamped SwiGLU. */
export function bailingmoe3(shape: Bailing3Shape): RandomModel {
  const { width, pattern, nope, rope, value, kvRank, predictors = 0, clamps, groups, yarn } = shape;
  const layers = pattern.length;
  const kinds = pattern + 'A'.repeat(predictors);
  const model = begin('bailingmoe3', { ...shape, layers: layers + predictors });
  model.integers(
    'attention.head_count_kv',
    Array.from(kinds, (kind) => (kind === 'A' ? 1 : 0)),
  );
  model.integer('attention.key_length', kvRank + rope);
  model.integer('attention.value_length', kvRank);
  model.integer('attention.key_length_mla', nope + rope);
  model.integer('attention.value_length_mla', value);
  model.integer('attention.kv_lora_rank', kvRank);
  if (shape.queryRank > 0) model.integer('attention.q_lora_rank', shape.queryRank);
  model.integer('rope.dimension_count', rope);
  model.integer('ssm.conv_kernel', shape.taps ?? 4);
  model.integer('kda.head_dim', shape.deltaWidth);
  model.boolean('kda.safe_gate', true);
  model.float('kda.gate_lower_bound', shape.lowerBound);
  model.integer('feed_forward_length', shape.denseWidth);
  model.integer('expert_feed_forward_length', shape.expertWidth);
  model.integer('expert_shared_feed_forward_length', shape.sharedWidth);
  model.integer('expert_shared_count', 1);
  model.integer('leading_dense_block_count', shape.denseLayers);
  model.float('expert_weights_scale', 2.5);
  model.boolean('expert_weights_norm', true);
  model.integer('expert_gating_func', GATING_FUNCTIONS.sigmoid);
  if (clamps !== undefined) {
    model.floats('swiglu_clamp_exp', clamps.experts);
    model.floats('swiglu_clamp_shexp', clamps.shared);
  }
  if (groups !== undefined) {
    model.integer('expert_group_count', groups.count);
    model.integer('expert_group_used_count', groups.used);
  }
  if (yarn !== undefined) {
    model.string('rope.scaling.type', 'yarn');
    model.float('rope.scaling.factor', yarn.factor);
    model.integer('rope.scaling.original_context_length', yarn.originalContext);
    // llama.cpp does not look at these.
    model.float('rope.scaling.yarn_beta_fast', 8);
    model.float('rope.scaling.yarn_beta_slow', 2);
  }
  if (predictors > 0) model.integer('nextn_predict_layers', predictors);
  for (const [i, kind] of [...kinds].entries()) {
    const layer = `blk.${i}`;
    model.norm(`${layer}.attn_norm`, width);
    if (kind === 'D') kimiDeltaAttention(model, layer, shape);
    else gatedLatentAttention(model, layer, shape);
    model.norm(`${layer}.ffn_norm`, width);
    if (i < shape.denseLayers) {
      denseFeedForward(model, layer, '', width, shape.denseWidth);
    } else {
      routedExperts(model, layer, shape);
      model.bias(`${layer}.exp_probs_b`, shape.experts, 0.1);
      denseFeedForward(model, layer, '_shexp', width, shape.sharedWidth);
    }
    if (i >= layers) {
      model.matrix(`${layer}.nextn.eh_proj`, [2 * width, width]);
      model.norm(`${layer}.nextn.enorm`, width);
      model.norm(`${layer}.nextn.hnorm`, width);
      model.norm(`${layer}.layer_output_norm`, width);
    }
  }
  return end(model, shape);
}
