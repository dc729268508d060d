import { type ActivationFunction, SILU } from '../kernels/activations.ts';
import { kimiDeltaAttention } from './blocks/delta-net.ts';
import { gatingOf, MAX_SHARED_EXPERTS, MAX_SHARED_HIDDEN, routedExperts } from './blocks/experts.ts';
import { attentionLayers } from './blocks/hybrid.ts';
import { latentAttention } from './blocks/latent.ts';
import { mixture } from './blocks/mixture.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Architecture, ModelShape } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * Ling 3.0 (Inclusion AI 2026): Kimi Delta Attention, and in every fourth layer latent attention whose heads have gates; leading dense
 * layers, then a shared expert beside many small routed ones, chosen by sigmoids as in DeepSeek-V3.
 */
export const bailingmoe3: Architecture = (file, weights, shape) => {
  const { layers } = shape;
  const attends = attentionLayers(file, shape);
  const deltaAttention = kimiDeltaAttention(file, weights, shape);
  const attention = latentAttention(file, weights, shape, { gate: 'sigmoid', tempers: false });
  const dense = file.count('leading_dense_block_count', { least: 0, most: layers }, 0);
  const hidden = file.size('expert_feed_forward_length');
  const experts = routedExperts(file, weights, shape, {
    gating: gatingOf(file),
    normalize: file.flag('expert_weights_norm', false),
    weightScale: file.factor('expert_weights_scale', 1),
    hidden,
    activation: clampedBy(file, shape, 'swiglu_clamp_exp'),
  });
  const sharedCount = file.count('expert_shared_count', { least: 0, most: MAX_SHARED_EXPERTS });
  const sharedHidden =
    file.count('expert_shared_feed_forward_length', { least: 0, most: MAX_SHARED_HIDDEN }, 0) ||
    hidden * Math.max(1, sharedCount);
  const activation = clampedBy(file, shape, 'swiglu_clamp_shexp');
  const feedForward = mixture(file, weights, shape, { dense, experts, sharedHidden, activation });
  return transformer(weights, shape, (layer) => ({
    mixer: attends[layer] === true ? attention(layer) : deltaAttention(layer),
    feedForward: feedForward(layer),
  }));
};

/** Limits that mean none, as llama.cpp reads them. */
const NO_LIMIT = 1e-6;

/** SwiGLU whose factors are kept within a limit of each layer's own, if it has one. */
function clampedBy(file: HyperParameters, { layers }: ModelShape, name: string): (layer: number) => ActivationFunction {
  const limits = file.numberPerLayer(name, layers, { least: 0, most: 1e6 }, 0);
  return (layer) => {
    const limit = limits[layer] ?? 0;
    return limit > NO_LIMIT ? { kind: 'clamped-silu', limit } : SILU;
  };
}
