import { addNormed as addNormedKernel, rmsNorm } from '../kernels/pointwise.ts';
import type { PackedVector } from '../weights/weights.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation } from './step-buffers.ts';

export interface NormOptions {
  readonly epsilon: number;
  /** Norm `segments` parts of each row by themselves. Default 1. */
  readonly segments?: number;
  /** Only the first `length` numbers of a row (or segment); default: all. */
  readonly length?: number;
  readonly lastOnly?: boolean;
  /** Of the result; default 1. */
  readonly scale?: number;
  /** Takes the mean away first (LayerNorm). */
  readonly centred?: boolean | undefined;
}

/** y = scale · RMSNorm(x) ⊙ weight, row by row; a weight of all segments' numbers is each segment's own. */
export function norm(
  step: StepBuilder,
  name: string,
  x: Activation,
  weight: PackedVector,
  y: Activation,
  { epsilon, segments = 1, length = x.width / segments, lastOnly = false, scale, centred }: NormOptions,
): void {
  const weightSegment = segments > 1 && weight.length === length * segments ? length : 0;
  const strides = { xToken: x.width, yToken: y.width, weightSegment };
  const shape = { length, segments, ...strides, epsilon, lastOnly, scale, centred };
  const { kernel, lanes } = rmsNorm(step.target, shape);
  const operands = { step: step.buffers.step, x: x.region, weight: weight.region, y: y.region };
  step.launch(name, kernel, operands, (tokens) => [
    Math.ceil(((lastOnly ? 1 : tokens) * segments) / lanes.perWorkgroup),
    1,
    1,
  ]);
}

export interface AddNormedOptions {
  readonly epsilon: number;
  readonly scale: number;
  /** f32 [1]: what all of the new y is multiplied by. */
  readonly factor?: PackedVector | undefined;
}

/** y = factor · (y + scale · RMSNorm(x) ⊙ weight), row by row, and x = 0. */
export function addNormed(
  step: StepBuilder,
  name: string,
  x: Activation,
  weight: PackedVector,
  y: Activation,
  { epsilon, scale, factor }: AddNormedOptions,
): void {
  const shape = { length: x.width, epsilon, scale, hasFactor: factor !== undefined };
  const { kernel, lanes } = addNormedKernel(step.target, shape);
  const operands = {
    step: step.buffers.step,
    x: x.region,
    weight: weight.region,
    y: y.region,
    factor: factor?.region ?? step.buffers.unused,
  };
  step.launch(name, kernel, operands, (tokens) => [Math.ceil(tokens / lanes.perWorkgroup), 1, 1]);
}
