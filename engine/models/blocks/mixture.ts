import { type ActivationFunction, SILU } from '../../kernels/activations.ts';
import type { Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';
import { together } from '../transformer.ts';
import { denseFeedForward } from './dense.ts';

/** What stands around the routed experts of a model. */
interface Mixture {
  /** Which layers have a dense feed-forward instead: so many of the first, or those that are said. Default 0. */
  readonly dense?: number | ((layer: number) => boolean);
  readonly experts: (layer: number) => Block;
  /** The hidden layer of all shared experts together; 0: there are none. */
  readonly sharedHidden: number;
  /** Of the dense and the shared ones; default: SiLU of the gate. */
  readonly activation?: (layer: number) => ActivationFunction;
}

/** The feed-forward half of each layer: dense in the first layers, then routed experts, beside shared ones where there are any. */
export function mixture(
  file: HyperParameters,
  weights: Weights,
  shape: ModelShape,
  { dense = 0, experts, sharedHidden, activation = () => SILU }: Mixture,
): (layer: number) => Block {
  const isDense = typeof dense === 'number' ? (layer: number) => layer < dense : dense;
  return (layer) => {
    if (isDense(layer))
      return denseFeedForward(weights, shape, layer, file.size('feed_forward_length'), {
        activation: activation(layer),
      });
    if (sharedHidden === 0) return experts(layer);
    const options = { suffix: '_shexp', activation: activation(layer) } as const;
    return together(experts(layer), denseFeedForward(weights, shape, layer, sharedHidden, options));
  };
}
