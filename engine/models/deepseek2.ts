import { gatingOf, MAX_SHARED_EXPERTS, routedExperts } from './blocks/experts.ts';
import { latentAttention } from './blocks/latent.ts';
import { mixture } from './blocks/mixture.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Architecture, ModelShape } from './model.ts';
import { transformer } from './transformer.ts';

/**
 * DeepSeek-V2, V3 and R1 (arXiv:2405.04434, arXiv:2412.19437): multi-head latent attention, leading dense layers, then layers
 * of shared and fine-grained routed experts. Mistral 4 is computed likewise, with attention that is sharpened in long contexts.
 */
export const deepseek2: Architecture = (file, weights, shape) => {
  const { layers, experts: expertCount } = shape;
  const attention = latentAttention(file, weights, shape);
  const dense = expertCount === 0 ? layers : file.count('leading_dense_block_count', { least: 0, most: layers }, 0);
  const hidden = dense < layers ? file.size('expert_feed_forward_length') : 0;
  const experts = routedExperts(file, weights, shape, {
    // Files older than the key are DeepSeek-V2.
    gating: gatingOf(file, isGlmFlash(file, shape) ? 'sigmoid' : 'softmax'),
    normalize: file.flag('expert_weights_norm', false),
    weightScale: file.factor('expert_weights_scale', 1),
    hidden,
  });
  const sharedHidden = hidden * file.count('expert_shared_count', { least: 0, most: MAX_SHARED_EXPERTS }, 0);
  const feedForward = mixture(file, weights, shape, { dense, experts, sharedHidden });
  return transformer(weights, shape, (layer) => ({ mixer: attention(layer), feedForward: feedForward(layer) }));
};

/** GLM-4.7-Flash is known by its numbers, as llama.cpp knows it: its first files do not say that it gates by sigmoids. */
function isGlmFlash(file: HyperParameters, { vocabularySize }: ModelShape): boolean {
  const blocks = file.count('block_count', { least: 1, most: 2 ** 31 });
  return (blocks === 47 || blocks === 48) && vocabularySize === 154_880;
}
