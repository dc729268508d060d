// CPU twins of the router and of the experts that it chooses.
import type { ActivationFunction } from '../kernels/activations.ts';
import type { RouterShape } from '../kernels/router.ts';
import { gateUpReference, projectReference, type ReferenceMatrix, type ReferenceSides } from './products.ts';

export interface ReferenceRoute {
  readonly expert: number;
  readonly weight: number;
}

/** llama.cpp's floor of the sum that weights are divided by: the smallest normal f16. */
const SMALLEST_SUM = 2 ** -14;

type Routing = Omit<RouterShape, 'type' | 'width'>;

/** What the gate makes of each logit, and what is compared. */
export function comparedReference(
  logits: readonly number[],
  bias: readonly number[],
  { gating, hasBias }: Pick<Routing, 'gating' | 'hasBias'>,
): { readonly scores: readonly number[]; readonly choice: readonly number[] } {
  const scores = gate(logits, gating);
  return { scores, choice: scores.map((score, e) => score + (hasBias ? (bias[e] ?? NaN) : 0)) };
}

/** What groups are chosen by: the two best of each. */
export function groupScores(choice: readonly number[], groups: number): number[] {
  const size = choice.length / groups;
  return Array.from({ length: groups }, (_, group) =>
    choice
      .slice(group * size, (group + 1) * size)
      .sort((a, b) => b - a)
      .slice(0, 2)
      .reduce((sum, score) => sum + score, 0),
  );
}

/** The chosen experts of one token, best first; of equal ones the lower index first. */
export function routeReference(logits: readonly number[], bias: readonly number[], routing: Routing): ReferenceRoute[] {
  const { experts, used, groups, groupsUsed } = routing;
  const { scores, choice } = comparedReference(logits, bias, routing);
  const groupSize = experts / groups;
  const ofGroups = groupScores(choice, groups);
  const groupScore = (group: number): number => ofGroups[group] ?? NaN;
  const groupOrder = Array.from({ length: groups }, (_, group) => group).sort((a, b) => groupScore(b) - groupScore(a));
  const open = new Set(groups > 1 ? groupOrder.slice(0, groupsUsed) : groupOrder);
  const chosen = choice
    .map((score, expert) => ({ score, expert }))
    .filter(({ expert }) => open.has(Math.floor(expert / groupSize)))
    .sort((a, b) => b.score - a.score)
    .slice(0, used)
    .map(({ expert }) => expert);
  return weigh(chosen, scores, routing);
}

function gate(logits: readonly number[], gating: Routing['gating']): number[] {
  switch (gating) {
    case 'softmax':
      return softmax(logits);
    case 'sigmoid':
      return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
    case 'softmax-chosen':
      return [...logits];
    default:
      return gating satisfies never;
  }
}

function weigh(chosen: readonly number[], scores: readonly number[], routing: Routing): ReferenceRoute[] {
  let weights = chosen.map((expert) => scores[expert] ?? NaN);
  if (routing.gating === 'softmax-chosen') weights = softmax(weights);
  else if (routing.normalize) {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    weights = weights.map((weight) => weight / Math.max(sum, SMALLEST_SUM));
  }
  return chosen.map((expert, i) => ({ expert, weight: (weights[i] ?? NaN) * routing.weightScale }));
}

function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const masses = logits.map((logit) => Math.exp(logit - highest));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}

type Projection = ReferenceMatrix & ReferenceSides;

export interface ReferenceExpert {
  readonly gate: Projection | undefined;
  readonly up: Projection;
  readonly down: Projection;
}

/** Σ weight · down(activate(gate x, up x)) over the chosen experts. */
export function expertsReference(
  activation: ActivationFunction,
  experts: readonly ReferenceExpert[],
  routes: readonly ReferenceRoute[],
  x: Float32Array,
): Float32Array {
  const y = new Float64Array(x.length);
  for (const { expert, weight } of routes) {
    const { gate: gateMatrix, up, down } = experts[expert] as ReferenceExpert;
    projectReference(down, gateUpReference(activation, gateMatrix, up, x)).forEach((value, i) => {
      y[i] = (y[i] ?? 0) + weight * value;
    });
  }
  return new Float32Array(y);
}

/** Sizes of the tiles that a step's entries (the experts chosen, by token) are cut into, by expert. */
export function sortRoutesReference(
  chosen: readonly number[],
  tileTokens: number,
): { readonly expert: number; readonly count: number }[] {
  const experts = [...new Set(chosen)].sort((a, b) => a - b);
  return experts.flatMap((expert) => {
    const entries = chosen.filter((each) => each === expert).length;
    return Array.from({ length: Math.ceil(entries / tileTokens) }, (_, tile) => ({
      expert,
      count: Math.min(tileTokens, entries - tile * tileTokens),
    }));
  });
}
