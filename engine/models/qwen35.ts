import { EngineError } from '../errors.ts';
import type { HeadOrder } from '../kernels/delta-net.ts';
import type { Weights } from '../weights/weights.ts';
import { gatedDeltaNet } from './blocks/delta-net.ts';
import { denseFeedForward } from './blocks/dense.ts';
import { expertHidden, MAX_SHARED_HIDDEN, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { mixture } from './blocks/mixture.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Architecture, Block, Model, ModelShape } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * Qwen3.5 and 3.6 without experts (Qwen 2026): gated delta nets, and in every fourth layer grouped-query attention with a norm for each
 * head's query and key and a gate for each number that it gives.
 */
export const qwen35: Architecture = (file, weights, shape) => {
  const hidden = file.size('feed_forward_length');
  return hybrid(file, weights, shape, (layer) => denseFeedForward(weights, shape, layer, hidden));
};

/** The same with routed experts beside a shared one, which has a gate of its own. */
export const qwen35moe: Architecture = (file, weights, shape) =>
  hybrid(file, weights, shape, gatedMixture(file, weights, shape));

function gatedMixture(file: HyperParameters, weights: Weights, shape: ModelShape): (layer: number) => Block {
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: true,
    weightScale: file.factor('expert_weights_scale', 1),
    hidden: expertHidden(file, shape),
  });
  const said = file.count('expert_shared_feed_forward_length', { least: 0, most: MAX_SHARED_HIDDEN }, 0);
  const sharedHidden = said || file.size('feed_forward_length');
  return mixture(file, weights, shape, { experts, sharedHidden });
}

/** Qwen3-Next (Qwen 2025), from which they come: other heads share keys. */
export const qwen3next: Architecture = (file, weights, shape) => {
  if (weights.has('blk.0.ssm_in.weight'))
    throw new EngineError(
      'unsupported-architecture',
      'This model was converted before its queries, keys, values and gates were put in order. Choose a newer file of it.',
      'blk.0.ssm_in.weight',
    );
  return hybrid(file, weights, shape, gatedMixture(file, weights, shape), 'grouped');
};

function hybrid(
  file: HyperParameters,
  weights: Weights,
  shape: ModelShape,
  feedForward: (layer: number) => Block,
  order: HeadOrder = 'dealt',
): Model {
  requireTextRotation(file);
  const interval = file.count('full_attention_interval', { least: 1, most: 2 ** 31 }, 4);
  const recurrent = file.flagPerLayer(
    'attention.recurrent_layers',
    shape.layers,
    (layer) => (layer + 1) % interval !== 0,
  );
  const deltaNet = gatedDeltaNet(file, weights, shape, order);
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'neox',
    norm: 'head',
    scale: file.factor('attention.scale', undefined),
    gate: { from: 'attn_q', opening: 'sigmoid' },
  });
  return transformer(
    weights,
    shape,
    (layer) => ({
      mixer: recurrent[layer] === true ? deltaNet(layer) : attention(layer),
      feedForward: feedForward(layer),
    }),
    // Named by where it stands, not by what it norms.
    { norms: { feedForward: 'post_attention_norm' } },
  );
}

/**
 * Pairs turn by the token's place in time, height or width, dealt out in turn (interleaved M-RoPE), which for text are all its position:
 * as without sections, as long as they leave no pair to the fourth kind of place, which text has not.
 */
function requireTextRotation(file: HyperParameters): void {
  const name = 'rope.dimension_sections';
  if (!file.has(name)) return;
  const sections = file.list(name, 4, { least: 0, most: 1_024 });
  const all = sections.reduce((sum, count) => sum + count, 0);
  for (let pair = 0; pair < all; pair++) {
    if (pair < 3 * (sections[pair % 3] ?? 0)) continue;
    throw new EngineError(
      'unsupported-architecture',
      `This model rotates by ${file.key(name)} = ${sections.join(', ')}, which Mixtab does not know.`,
    );
  }
}
