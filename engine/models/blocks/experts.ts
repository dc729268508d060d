import { EngineError } from '../../errors.ts';
import type { Gating } from '../../kernels/router.ts';
import { ROUTER_TYPE_NAMES, unsupportedTensorType } from '../../kernels/weight-types.ts';
import { experts as runExperts, route } from '../../steps/experts.ts';
import type { Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';

/** How experts are chosen, as far as the architecture and not the file says it. */
export interface Routing {
  readonly gating: Gating;
  /** Whether the chosen experts' weights are divided by their sum. */
  readonly normalize: boolean;
  readonly weightScale?: number;
  /** The size of an expert's hidden layer. */
  readonly hidden: number;
}

/** Published: 8. */
export const MAX_GROUPS = 64;
/** Published: 2. */
export const MAX_SHARED_EXPERTS = 64;
/** The largest published is 1,024. */
export const MAX_SHARED_HIDDEN = 262_144;

/**
 * Routed experts (Shazeer et al. 2017, arXiv:1701.06538) in the given layers: for each token a router chooses some of many
 * small feed-forward networks and weighs what they say. A bias for the choice alone is taken where the file has one.
 */
export function routedExperts(
  file: HyperParameters,
  weights: Weights,
  { width, experts, expertsUsed }: ModelShape,
  layers: readonly number[],
  { gating, normalize, weightScale = 1, hidden }: Routing,
): (layer: number) => Block {
  const pages = layers.length === 0 ? [] : weights.experts(layers, experts, width, hidden);
  const mostGroups = Math.min(MAX_GROUPS, Math.max(1, experts));
  const groups = file.count('expert_group_count', { least: 0, most: mostGroups }, 1) || 1;
  if (experts % groups !== 0)
    throw new EngineError(
      'corrupt-file',
      `The header of this model says ${file.key('expert_group_count')} = ${groups}, but ${experts} experts cannot be in ` +
        `${groups} groups of one size.`,
    );
  const groupsUsed = file.count('expert_group_used_count', { least: 0, most: groups }, groups) || groups;
  const routing = { width, experts, used: expertsUsed, groups, groupsUsed, gating, normalize, weightScale };

  return (layer) => {
    const index = layers.indexOf(layer);
    const page = pages[index];
    if (page === undefined) throw new RangeError(`layer ${layer} has no experts`);
    const name = (what: string): string => `blk.${layer}.${what}`;
    const matrix = weights.matrix(name('ffn_gate_inp.weight'), experts, width);
    if (!ROUTER_TYPE_NAMES.includes(matrix.type))
      throw unsupportedTensorType(name('ffn_gate_inp.weight'), matrix.type, ROUTER_TYPE_NAMES);
    const bias = weights.has(name('exp_probs_b.bias')) ? weights.vector(name('exp_probs_b.bias'), experts) : undefined;
    const label = `blk.${layer} experts`;
    return {
      routing: { experts, used: expertsUsed },
      write(step, { x, y, scale }) {
        const routes = route(step, `blk.${layer} router`, { matrix, bias, routing, index }, page, x);
        runExperts(step, label, page, routes, x, y, scale);
      },
    };
  };
}

/** 0, 1, … `count` - 1: of a model with experts in every layer. */
export function everyLayer({ layers }: ModelShape): readonly number[] {
  return Array.from({ length: layers }, (_, layer) => layer);
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
