import { EngineError } from '../../errors.ts';
import { type ActivationFunction, isGated, SILU } from '../../kernels/activations.ts';
import type { Gating } from '../../kernels/router.ts';
import { ROUTER_TYPE_NAMES, unsupportedTensorType } from '../../kernels/weight-types.ts';
import { experts as runExperts, normsWhileRouting, route as writeRouter, routesOf } from '../../steps/experts.ts';
import type { StepBuilder } from '../../steps/step-builder.ts';
import type { Activation, RoutedLayer } from '../../steps/step-buffers.ts';
import type { PackedVector, Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { InputNorm } from '../../steps/linear.ts';
import type { Block, BlockOperands, ModelShape } from '../model.ts';
import { requireWholeVectors } from './dense.ts';

/** How experts are chosen and computed, as far as the architecture and not the file says it. */
export interface Routing {
  readonly gating: Gating;
  /** Whether the chosen experts' weights are divided by their sum. */
  readonly normalize: boolean;
  readonly weightScale?: number;
  /** The size of an expert's hidden layer. */
  readonly hidden: number;
  /** What experts read and write, where it is not as wide as the residual stream. The router always reads as much as that. */
  readonly width?: number;
  /** Default: SiLU of the gate. */
  readonly activation?: ActivationFunction | ((layer: number) => ActivationFunction);
}

/** Routed experts of a layer: as a block, they read what the router reads. */
export interface RoutedBlock extends Block {
  readonly routing: Omit<RoutedLayer, 'layer'>;
  /** Chooses the experts of x, for {@link chosen}: where the router reads something else, or earlier. */
  readonly route: (step: StepBuilder, x: Activation) => unknown;
  /** y += scale · what the experts say that {@link route} has chosen last. */
  readonly chosen: Block;
}

/** Published: 8. */
export const MAX_GROUPS = 64;
/** Published: 2. */
export const MAX_SHARED_EXPERTS = 64;
/** The largest published is 1,024. */
export const MAX_SHARED_HIDDEN = 262_144;

/**
 * Routed experts (Shazeer et al. 2017, arXiv:1701.06538): for each token a router chooses some of many small feed-forward networks and
 * weighs what they say. What else the file has is taken: a bias for the choice alone, one of the router's logits, biases and factors of the
 * experts' matrices.
 */
export function routedExperts(
  file: HyperParameters,
  weights: Weights,
  { width, experts, expertsUsed: used }: ModelShape,
  { gating, normalize, weightScale = 1, hidden, width: expertWidth = width, activation = SILU }: Routing,
): (layer: number) => RoutedBlock {
  const mostGroups = Math.min(MAX_GROUPS, Math.max(1, experts));
  const groups = file.count('expert_group_count', { least: 0, most: mostGroups }, 1) || 1;
  if (experts % groups !== 0)
    throw new EngineError(
      'corrupt-file',
      `The header of this model says ${file.key('expert_group_count')} = ${groups}, but ${experts} experts cannot be in ` +
        `${groups} groups of one size.`,
    );
  const groupsUsed = file.count('expert_group_used_count', { least: 0, most: groups }, groups) || groups;
  const routing = { width, experts, used, groups, groupsUsed, gating, normalize, weightScale };

  return (layer) => {
    if (experts === 0)
      throw new EngineError(
        'corrupt-file',
        `The header of this model does not say "${file.key('expert_count')}", but its layers have experts.`,
      );
    requireWholeVectors(hidden);
    const activate = typeof activation === 'function' ? activation(layer) : activation;
    const name = (what: string): string => `blk.${layer}.${what}`;
    const shape = { experts, width: expertWidth, hidden, gated: isGated(activate) };
    const matrices = weights.experts(layer, shape);
    const matrix = weights.matrix(name('ffn_gate_inp.weight'), experts, width);
    if (!ROUTER_TYPE_NAMES.includes(matrix.type))
      throw unsupportedTensorType(name('ffn_gate_inp.weight'), matrix.type, ROUTER_TYPE_NAMES);
    const biasOf = (what: string): PackedVector | undefined =>
      weights.has(name(what)) ? weights.vector(name(what), experts) : undefined;
    const router = {
      layer,
      matrix,
      bias: biasOf('exp_probs_b.bias'),
      logitBias: biasOf('ffn_gate_inp.bias'),
      routing,
    };
    const route = (step: StepBuilder, x: Activation, norm?: InputNorm): Activation =>
      writeRouter(step, `blk.${layer} router`, router, matrices.pages, x, norm);
    const chosen: Block = {
      routing: { experts, used, groups, groupsUsed },
      write: (step, { x, y, scale }) =>
        runExperts(step, `blk.${layer} experts`, matrices.pages, routesOf(step, routing), activate, x, y, scale),
    };
    const writeFirst = (step: StepBuilder, operands: BlockOperands): BlockOperands => {
      const left = { ...operands, x: route(step, operands.x, operands.norm), norm: undefined };
      chosen.write(step, left);
      return left;
    };
    return {
      routing: { experts, used, groups, groupsUsed },
      norms: normsWhileRouting,
      route,
      chosen,
      write: writeFirst,
      writeFirst,
    };
  };
}

/** The hidden layer of one expert. Early files say only what all chosen experts have together. */
export function expertHidden(file: HyperParameters, { expertsUsed }: ModelShape): number {
  return file.has('expert_feed_forward_length')
    ? file.size('expert_feed_forward_length')
    : file.size('feed_forward_length') / expertsUsed;
}

/**
 * How the header says that experts are gated.
 * @param silent where it does not say
 * @throws EngineError `unsupported-architecture`
 */
export function gatingOf(file: HyperParameters, silent?: Gating): Gating {
  const code = file.count('expert_gating_func', { least: 0, most: 2 ** 31 }, silent === undefined ? undefined : 0);
  switch (code) {
    case 0:
      return silent ?? 'softmax';
    case 1:
      return 'softmax';
    case 2:
      return 'sigmoid';
    case 3:
      return 'softmax-chosen';
    default:
      throw new EngineError(
        'unsupported-architecture',
        `This model gates its experts by a function (${code}) that Mixtab does not know. It knows softmax, sigmoid, and softmax of ` +
          'the chosen.',
      );
  }
}
