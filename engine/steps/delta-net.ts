import {
  deltaNet as deltaNetKernel,
  type DeltaNet,
  deltaStateSize,
  gatedNorm as gatedNormKernel,
  type InRow,
  type Opening,
} from '../kernels/delta-net.ts';
import type { PackedVector } from '../weights/weights.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation, Part } from './step-buffers.ts';

/** What a delta net reads for each token besides queries, keys and values. */
export interface DeltaGates {
  /** How much is learned, before the sigmoid: [tokens, heads]. */
  readonly betas: Part;
  /** How fast the state fades, before what {@link DeltaNet.decay} makes of it: [tokens, heads], or [tokens, heads, keyDim]. */
  readonly decays: Part;
  /** A bias of `decays`. */
  readonly dt: PackedVector;
  /** [heads] */
  readonly a: PackedVector;
}

/**
 * out [tokens, heads, valueDim] = the gated delta rule over x [tokens, queries | keys | values], which goes on from the state `name` and
 * leaves it as it is after the step's last token.
 */
export function deltaNet(
  step: StepBuilder,
  name: string,
  x: Activation,
  { betas, decays, dt, a }: DeltaGates,
  out: Activation,
  sizes: Omit<DeltaNet, 'xToken' | 'beta' | 'gate'>,
): void {
  const shape = { ...sizes, xToken: x.width, beta: inRow(betas), gate: inRow(decays) };
  const { kernel, groups } = deltaNetKernel(step.target, shape);
  const operands = {
    step: step.buffers.step,
    x: x.region,
    values: x.region,
    betas: betas.of.region,
    gates: decays.of.region,
    dt: dt.region,
    a: a.region,
    state: step.memory.state(name, deltaStateSize(shape)),
    out: out.region,
  };
  step.launch(name, kernel, operands, [groups, shape.heads, 1]);
}

/** y = RMSNorm(x) ⊙ weight ⊙ opening(z), all [tokens, heads, weight.length]: each head by itself. */
export function gatedNorm(
  step: StepBuilder,
  name: string,
  x: Activation,
  weight: PackedVector,
  z: Part,
  y: Activation,
  { epsilon, opening }: { readonly epsilon: number; readonly opening: Opening },
): void {
  const { length } = weight;
  const heads = x.width / length;
  const { kernel, lanes } = gatedNormKernel(step.target, { heads, length, z: inRow(z), epsilon, opening });
  const operands = { step: step.buffers.step, x: x.region, weight: weight.region, z: z.of.region, y: y.region };
  step.launch(name, kernel, operands, (tokens) => [Math.ceil((tokens * heads) / lanes.perWorkgroup), 1, 1]);
}

function inRow({ of, start }: Part): InRow {
  return { token: of.width, start };
}
