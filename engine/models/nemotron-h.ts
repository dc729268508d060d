import { EngineError } from '../errors.ts';
import type { ActivationFunction } from '../kernels/activations.ts';
import type { Weights } from '../weights/weights.ts';
import { denseFeedForward } from './blocks/dense.ts';
import { gatingOf, MAX_SHARED_HIDDEN, routedExperts } from './blocks/experts.ts';
import { groupedQuery } from './blocks/grouped-query.ts';
import { attentionLayers } from './blocks/hybrid.ts';
import { mamba2 } from './blocks/mamba2.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Architecture, Block, ModelShape } from './model.ts';
import { together, transformer } from './transformer.ts';

/** Eight times the most that are published. */
const MAX_HIDDEN = 262_144;

const RELU_SQUARED: ActivationFunction = { kind: 'squared-relu' };

/**
 * Nemotron-H, Nemotron 3 and 3.5 (NVIDIA, arXiv:2504.03624): each layer is one block, Mamba-2, attention without positions, or a feed-forward
 * without gates, W_down relu(W_up x)², dense or of experts chosen by sigmoids beside a shared one.
 */
export const nemotronH: Architecture = (file, weights, shape) => {
  const { layers, experts } = shape;
  const hidden = file.perLayer('feed_forward_length', layers, { least: 0, most: MAX_HIDDEN });
  const attends = attentionLayers(file, shape);
  const attention = groupedQuery(file, weights, shape, {
    pairing: 'neox',
    rotates: () => false,
    scale: file.factor('attention.scale', undefined),
  });
  const mamba = mamba2(file, weights, shape);
  const mixed = experts > 0 ? sharedAndRouted(file, weights, shape) : undefined;
  const feedForward = (layer: number, width: number): Block =>
    mixed?.(layer) ?? denseFeedForward(weights, shape, layer, width, { activation: RELU_SQUARED });
  return transformer(weights, shape, (layer) => {
    const width = hidden[layer] ?? 0;
    if (width > 0) return { mixer: feedForward(layer, width) };
    return { mixer: attends[layer] === true ? attention(layer) : mamba(layer) };
  });
};

function sharedAndRouted(file: HyperParameters, weights: Weights, shape: ModelShape): (layer: number) => Block {
  if (file.count('moe_latent_size', { least: 0, most: MAX_HIDDEN }, 0) > 0)
    throw new EngineError(
      'unsupported-architecture',
      `Mixtab does not know experts that work in a space of their own (${file.key('moe_latent_size')}).`,
    );
  const routed = routedExperts(file, weights, shape, {
    gating: gatingOf(file, 'sigmoid'),
    normalize: file.flag('expert_weights_norm', false),
    weightScale: file.factor('expert_weights_scale', 1),
    hidden: file.size('expert_feed_forward_length'),
    activation: RELU_SQUARED,
  });
  const sharedHidden = file.size('expert_shared_feed_forward_length', undefined, MAX_SHARED_HIDDEN);
  const shared = { suffix: '_shexp', activation: RELU_SQUARED } as const;
  return (layer) => together(routed(layer), denseFeedForward(weights, shape, layer, sharedHidden, shared));
}
