import type { Weights } from '../weights/weights.ts';
import { denseFeedForward } from './blocks/dense.ts';
import { MAX_SHARED_HIDDEN, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { attentionLayers } from './blocks/hybrid.ts';
import { mamba2 } from './blocks/mamba2.ts';
import { mixture } from './blocks/mixture.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Architecture, Block, ModelShape } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * Granite 3 and 4 (IBM, "Granite 3.0 Language Models", 2024): grouped-query attention, with positions or without, and dense or
 * routed feed-forwards, some beside a shared expert; multipliers on the embedding, the attention scores, each residual branch and the
 * logits (after muP). In the hybrids of Granite 4 most layers are Mamba-2.
 */
export const granite: Architecture = (file, weights, shape) => {
  const attends = attentionLayers(file, shape);
  const mamba = attends.every(Boolean) ? undefined : mamba2(file, weights, shape);
  const hasPositions = file.flag('rope.scaling.finetuned', true); // as Granite's files say it
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'interleaved',
    scale: file.factor('attention.scale', undefined),
    rotates: () => hasPositions,
  });
  const feedForward = feedForwards(file, weights, shape);
  return transformer(
    weights,
    shape,
    (layer) => ({
      mixer: attends[layer] === true || mamba === undefined ? attention(layer) : mamba(layer),
      feedForward: feedForward(layer),
    }),
    {
      scales: {
        embedding: file.factor('embedding_scale', 1),
        residual: file.factor('residual_scale', 1),
        logits: 1 / file.factor('logit_scale', 1),
      },
    },
  );
};

function feedForwards(file: HyperParameters, weights: Weights, shape: ModelShape): (layer: number) => Block {
  if (shape.experts === 0) {
    const hidden = file.size('feed_forward_length');
    return (layer) => denseFeedForward(weights, shape, layer, hidden);
  }
  const experts = routedExperts(file, weights, shape, {
    gating: 'softmax',
    normalize: true,
    hidden: file.firstSize('expert_feed_forward_length', 'feed_forward_length'),
  });
  const sharedHidden = file.count('expert_shared_feed_forward_length', { least: 0, most: MAX_SHARED_HIDDEN }, 0);
  return mixture(file, weights, shape, { experts, sharedHidden });
}
