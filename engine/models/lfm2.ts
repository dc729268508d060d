import type { Weights } from '../weights/weights.ts';
import { denseFeedForward } from './blocks/dense.ts';
import { gatingOf, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { attentionLayers } from './blocks/hybrid.ts';
import { mixture } from './blocks/mixture.ts';
import { shortConvolution } from './blocks/short-conv.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Architecture, Block, Model, ModelShape } from './model.ts';
import { type SlidingWindow, slidingWindow } from './sliding-window.ts';
import { transformer } from './transformer.ts';

/**
 * LFM2 and LFM2.5 (Liquid AI 2025, arXiv:2511.23404): gated short convolutions in most layers, grouped-query attention with a norm
 * for each head's query and key in the others.
 */
export const lfm2: Architecture = (file, weights, shape) => {
  const hidden = file.size('feed_forward_length');
  const window = slidingWindow(file, shape.layers, { period: 0 }, 0); // in all layers that attend, if there is one
  return hybrid(file, weights, shape, (layer) => denseFeedForward(weights, shape, layer, hidden), window);
};

/** The same with experts, chosen by sigmoids, after leading dense layers. */
export const lfm2moe: Architecture = (file, weights, shape) => {
  const dense = file.count('leading_dense_block_count', { least: 0, most: shape.layers }, 0);
  const experts = routedExperts(file, weights, shape, {
    gating: gatingOf(file),
    normalize: true,
    hidden: file.size('expert_feed_forward_length'),
  });
  return hybrid(file, weights, shape, mixture(file, weights, shape, { dense, experts, sharedHidden: 0 }));
};

function hybrid(
  file: HyperParameters,
  weights: Weights,
  shape: ModelShape,
  feedForward: (layer: number) => Block,
  window?: SlidingWindow,
): Model {
  const attends = attentionLayers(file, shape);
  const attention = groupedQuery(file, weights, shape, { pairing: 'neox', norm: 'head', ...(window && { window }) });
  const convolution = shortConvolution(file, weights, shape);
  return transformer(
    weights,
    shape,
    (layer) => ({
      mixer: attends[layer] === true ? attention(layer) : convolution(layer),
      feedForward: feedForward(layer),
    }),
    // Its files name the norm before the output matrix so.
    { norms: { output: 'token_embd_norm' } },
  );
}
