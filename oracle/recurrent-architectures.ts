import {
  attentionHalf,
  begin,
  denseFeedForward,
  DOWN_GAIN,
  end,
  GATING_FUNCTIONS,
  type GroupedQueryShape,
  OUTPUT_GAIN,
  groupedQueryAttention,
  ROUTER_GAIN,
  routedExperts,
  VALUE_GAIN,
} from './parts.ts';
import type { RandomModel } from './random-model.ts';
import { VOCABULARY } from './vocabulary.ts';

/** Layers that attend are `A`, others remember by a state: `SSA`. */
interface HybridShape extends GroupedQueryShape {
  readonly pattern: string;
  readonly denseWidth: number;
  readonly denseLayers: number;
  /** Of convolutions; default: as published. */
  readonly taps?: number;
}

/** Mamba-2's sizes. */
interface ScanShape {
  readonly inner: number;
  readonly scanHeads: number;
  readonly groups: number;
  readonly stateSize: number;
}

function keyHeadsPerLayer(model: RandomModel, { pattern, keyHeads }: HybridShape): void {
  model.integers(
    'attention.head_count_kv',
    Array.from(pattern, (kind) => (kind === 'A' ? keyHeads : 0)),
  );
}

function scanSizes(model: RandomModel, shape: HybridShape & ScanShape): void {
  model.integer('ssm.conv_kernel', shape.taps ?? 4);
  model.integer('ssm.inner_size', shape.inner);
  model.integer('ssm.state_size', shape.stateSize);
  model.integer('ssm.time_step_rank', shape.scanHeads);
  model.integer('ssm.group_count', shape.groups);
}

/** A layer of Mamba-2, with steps of time from small to large, and heads that forget slowly and fast. */
function mamba2(model: RandomModel, layer: string, { width, ...shape }: HybridShape & ScanShape): void {
  const { inner, scanHeads, groups, stateSize, taps = 4 } = shape;
  const channels = inner + 2 * groups * stateSize;
  model.matrix(`${layer}.ssm_in`, [width, inner + channels + scanHeads], VALUE_GAIN);
  model.numbers(`${layer}.ssm_conv1d.weight`, [taps, channels], (noise) => 0.7 * noise);
  model.bias(`${layer}.ssm_conv1d`, channels, 0.2);
  model.bias(`${layer}.ssm_dt`, scanHeads, 1);
  model.numbers(`${layer}.ssm_a`, [1, scanHeads], (noise) => -Math.exp(noise - 1));
  model.numbers(`${layer}.ssm_d`, [1, scanHeads], (noise) => 1 + 0.3 * noise);
  model.numbers(`${layer}.ssm_norm.weight`, [inner / groups, groups], (noise) => 1 + 0.2 * noise);
  model.matrix(`${layer}.ssm_out`, [inner, width], VALUE_GAIN);
}

/** LFM2, with experts (`lfm2moe`) or without: gated short convolutions, and attention where there are key heads. */
export function lfm2(shape: HybridShape & { readonly window?: number }): RandomModel {
  const { width, experts, heads, pattern, taps = 3 } = shape;
  const model = begin(experts > 0 ? 'lfm2moe' : 'lfm2', shape);
  keyHeadsPerLayer(model, shape);
  model.integer('shortconv.l_cache', taps);
  if (shape.window !== undefined) model.integer('attention.sliding_window', shape.window);
  model.integer('feed_forward_length', shape.denseWidth);
  if (experts > 0) {
    model.integer('leading_dense_block_count', shape.denseLayers);
    model.integer('expert_feed_forward_length', shape.expertWidth);
    model.integer('expert_gating_func', GATING_FUNCTIONS.sigmoid);
  }
  for (const [i, kind] of [...pattern].entries()) {
    const layer = `blk.${i}`;
    if (kind === 'A') {
      attentionHalf(model, layer, { ...shape, headWidth: width / heads }, 'head');
    } else {
      model.norm(`${layer}.attn_norm`, width);
      model.matrix(`${layer}.shortconv.in_proj`, [width, 3 * width], VALUE_GAIN);
      model.numbers(`${layer}.shortconv.conv.weight`, [taps, width], (noise) => 0.8 * noise);
      model.matrix(`${layer}.shortconv.out_proj`, [width, width], VALUE_GAIN);
    }
    model.norm(`${layer}.ffn_norm`, width);
    if (experts > 0 && i >= shape.denseLayers) {
      routedExperts(model, layer, shape);
      model.bias(`${layer}.exp_probs_b`, experts, 0.1);
    } else {
      denseFeedForward(model, layer, '', width, shape.denseWidth);
    }
  }
  model.norm('token_embd_norm', width); // before the output matrix, whatever it is called
  if (shape.tied !== true) model.matrix('output', [width, VOCABULARY.length], OUTPUT_GAIN);
  return model;
}

interface GraniteShape extends HybridShape, ScanShape {
  /** Of the shared expert; 0: there is none. */
  readonly sharedWidth: number;
  readonly positions: boolean;
}

/** Granite without Mamba-2 (`granite`, if there are no experts) and with it (`granitehybrid`), with its four scales. */
export function granite(shape: GraniteShape): RandomModel {
  const { width, experts, pattern, sharedWidth } = shape;
  const isHybrid = pattern.includes('S');
  const logitScale = shape.tied === true ? 1.25 : 4;
  const model = begin(isHybrid ? 'granitehybrid' : 'granite', shape, 0.15);
  if (isHybrid) {
    keyHeadsPerLayer(model, shape);
    scanSizes(model, shape);
  } else {
    model.integer('attention.head_count_kv', shape.keyHeads);
  }
  model.integer('rope.dimension_count', shape.headWidth);
  if (!shape.positions) model.boolean('rope.scaling.finetuned', false);
  model.integer('feed_forward_length', experts > 0 ? shape.expertWidth : shape.denseWidth);
  if (sharedWidth > 0) model.integer('expert_shared_feed_forward_length', sharedWidth);
  model.float('embedding_scale', 12);
  model.float('residual_scale', 0.6);
  model.float('attention.scale', 0.7 / Math.sqrt(shape.headWidth));
  model.float('logit_scale', logitScale);
  for (const [i, kind] of [...pattern].entries()) {
    const layer = `blk.${i}`;
    model.norm(`${layer}.attn_norm`, width);
    if (kind === 'A') groupedQueryAttention(model, layer, shape);
    else mamba2(model, layer, shape);
    model.norm(`${layer}.ffn_norm`, width);
    if (experts > 0) routedExperts(model, layer, shape);
    else denseFeedForward(model, layer, '', width, shape.denseWidth);
    if (sharedWidth > 0) denseFeedForward(model, layer, '_shexp', width, sharedWidth);
  }
  return end(model, shape, OUTPUT_GAIN * logitScale);
}

interface NemotronShape extends HybridShape, ScanShape {
  readonly sharedWidth: number;
  readonly biased?: 'all';
}

/** Nemotron-H, with experts (`nemotron_h_moe`) or without: a layer is Mamba-2 (`S`), attention (`A`) or a feed-forward (`F`). */
export function nemotronH(shape: NemotronShape): RandomModel {
  const { width, experts, expertWidth, sharedWidth, denseWidth, pattern } = shape;
  const model = begin(experts > 0 ? 'nemotron_h_moe' : 'nemotron_h', shape);
  keyHeadsPerLayer(model, shape);
  scanSizes(model, shape);
  model.float('attention.layer_norm_epsilon', 1e-5); // llama.cpp wants it, and computes without
  model.integer('attention.key_length', shape.headWidth);
  model.integer('attention.value_length', shape.headWidth);
  model.integers(
    'feed_forward_length',
    Array.from(pattern, (kind) => (kind === 'F' ? denseWidth : 0)),
  );
  if (experts > 0) {
    model.integer('expert_feed_forward_length', expertWidth);
    model.integer('expert_shared_feed_forward_length', sharedWidth);
    model.integer('expert_shared_count', 1);
    model.boolean('expert_weights_norm', true);
    model.float('expert_weights_scale', 2.5);
    model.integer('expert_group_count', 1);
    model.integer('expert_group_used_count', 1);
  }
  for (const [i, kind] of [...pattern].entries()) {
    const layer = `blk.${i}`;
    model.norm(`${layer}.attn_norm`, width);
    if (kind === 'S') mamba2(model, layer, shape);
    else if (kind === 'A') groupedQueryAttention(model, layer, shape);
    else if (experts > 0) {
      model.router(`${layer}.ffn_gate_inp`, [width, experts], ROUTER_GAIN);
      model.bias(`${layer}.exp_probs_b`, experts, 0.1);
      model.matrix(`${layer}.ffn_up_exps`, [width, expertWidth, experts]);
      model.matrix(`${layer}.ffn_down_exps`, [expertWidth, width, experts]);
      model.matrix(`${layer}.ffn_up_shexp`, [width, sharedWidth]);
      model.matrix(`${layer}.ffn_down_shexp`, [sharedWidth, width]);
    } else {
      model.matrix(`${layer}.ffn_up`, [width, denseWidth]);
      model.matrix(`${layer}.ffn_down`, [denseWidth, width], DOWN_GAIN);
    }
  }
  return end(model, shape);
}
