import {
  attentionHalf,
  begin,
  denseFeedForward,
  GATING_FUNCTIONS,
  type GroupedQueryShape,
  OUTPUT_GAIN,
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
}

/** LFM2, with experts (`lfm2moe`) or without: gated short convolutions, and attention where there are key heads. */
export function lfm2(shape: HybridShape): RandomModel {
  const { width, experts, heads, keyHeads, pattern } = shape;
  const model = begin(experts > 0 ? 'lfm2moe' : 'lfm2', shape);
  model.integers(
    'attention.head_count_kv',
    Array.from(pattern, (kind) => (kind === 'A' ? keyHeads : 0)),
  );
  model.integer('shortconv.l_cache', 3);
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
      model.numbers(`${layer}.shortconv.conv.weight`, [3, width], (noise) => 0.8 * noise);
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
