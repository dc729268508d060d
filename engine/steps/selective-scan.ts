import { selectiveScan, type SelectiveScan } from '../kernels/selective-scan.ts';
import type { PackedVector } from '../weights/weights.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation } from './step-buffers.ts';

/** One number a head. */
export interface ScanWeights {
  readonly a: PackedVector;
  readonly dtBias: PackedVector;
  readonly d: PackedVector;
}

/**
 * y [tokens, heads, headDim] = Mamba-2's recurrence over `convolved` [tokens, x | B | C], gated by z of `mixed`
 * [tokens, z | x | B | C | dt]; what it remembers is the state `name`.
 */
export function scan(
  step: StepBuilder,
  name: string,
  shape: SelectiveScan,
  { a, dtBias, d }: ScanWeights,
  mixed: Activation,
  convolved: Activation,
  y: Activation,
): void {
  const { kernel, rowBlocks, stateNumbers } = selectiveScan(step.target, shape);
  const operands = {
    step: step.buffers.step,
    mixed: mixed.region,
    convolved: convolved.region,
    a: a.region,
    dt_bias: dtBias.region,
    d: d.region,
    state: step.memory.state(name, stateNumbers),
    y: y.region,
  };
  step.launch(name, kernel, operands, [shape.heads, rowBlocks, 1]);
}
