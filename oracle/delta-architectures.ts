import {
  begin,
  denseFeedForward,
  end,
  type GroupedQueryShape,
  headSizes,
  QUERY_KEY_GAIN,
  routedExperts,
  VALUE_GAIN,
} from './parts.ts';
import type { RandomModel } from './random-model.ts';

/** The delta net's own heads. */
interface DeltaSizes {
  readonly deltaHeads: number;
  readonly deltaKeyHeads: number;
  /** Numbers of a key and of a value. */
  readonly deltaWidth: number;
}

interface Qwen35Shape extends GroupedQueryShape, DeltaSizes {
  /** Layers that attend are `A`, those of delta nets `D`. */
  readonly pattern: string;
  /** Whether the file lists the recurrent layers; otherwise every so-many-th attends, as in `DDA`. */
  readonly listed?: boolean;
  readonly ropeWidth: number;
  readonly ropeSections: readonly number[];
  /** Of the dense feed-forward, or of the shared expert. */
  readonly denseWidth: number;
  /** Blocks behind the trunk that predict further tokens. */
  readonly predictors?: number;
}

/** What goes into and out of a delta rule whose state fades by head. */
function deltaNet(model: RandomModel, layer: string, width: number, sizes: DeltaSizes): void {
  const { deltaHeads: heads, deltaKeyHeads: keyHeads, deltaWidth } = sizes;
  const inner = heads * deltaWidth;
  const mixed = 2 * keyHeads * deltaWidth + inner;
  model.matrix(`${layer}.attn_qkv`, [width, mixed], VALUE_GAIN);
  model.matrix(`${layer}.attn_gate`, [width, inner], VALUE_GAIN);
  model.numbers(`${layer}.ssm_conv1d.weight`, [4, mixed], (noise) => 0.6 * noise);
  model.bias(`${layer}.ssm_dt`, heads, 0.5);
  model.numbers(`${layer}.ssm_a`, [heads], (noise) => -Math.exp(0.7 * noise - 1.5));
  model.matrix(`${layer}.ssm_beta`, [width, heads], VALUE_GAIN);
  model.matrix(`${layer}.ssm_alpha`, [width, heads], VALUE_GAIN);
  model.norm(`${layer}.ssm_norm`, deltaWidth);
  model.matrix(`${layer}.ssm_out`, [inner, width], VALUE_GAIN);
}

/** Qwen3.5 and 3.6, with experts (`qwen35moe`) or without: delta nets, and gated attention in some layers. */
export function qwen35(shape: Qwen35Shape): RandomModel {
  const { width, heads, keyHeads, headWidth, pattern, predictors = 0 } = shape;
  const layers = pattern.length;
  const model = begin(shape.experts > 0 ? 'qwen35moe' : 'qwen35', { ...shape, layers: layers + predictors });
  headSizes(model, shape);
  model.integer('rope.dimension_count', shape.ropeWidth);
  model.integers('rope.dimension_sections', shape.ropeSections);
  model.integer('ssm.conv_kernel', 4);
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
      deltaNet(model, layer, width, shape);
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
