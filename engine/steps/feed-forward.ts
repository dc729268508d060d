import { packedVecs, type PackedMatrix, rowUnits } from '../kernels/packed-matrix.ts';
import { gateUp } from '../kernels/matvec.ts';
import type { GateUpMatrix } from '../weights/weights.ts';
import { multiply, product } from './linear.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation } from './step-buffers.ts';

export interface FeedForward {
  readonly gateUp: GateUpMatrix;
  readonly down: PackedMatrix;
}

/** y += scale · W_down (silu(W_gate x) ⊙ W_up x) */
export function feedForward(
  step: StepBuilder,
  name: string,
  { gateUp: matrix, down }: FeedForward,
  x: Activation,
  y: Activation,
  scale = 1,
): void {
  const h = step.activation(`hidden ${matrix.rows}`, matrix.rows);
  if (step.size === 'one') {
    const shape = { type: matrix.type, rows: matrix.rows, rowUnits: rowUnits(matrix.columns) };
    const { kernel, groups } = gateUp(step.target, shape);
    const operands = { x: x.region, h: h.region, weights: matrix.region };
    step.launch(`${name} gate and up`, kernel, operands, [groups, 1, 1]);
  } else {
    halfOfGateUp(step, `${name} gate`, matrix, 'gate', x, h);
    halfOfGateUp(step, `${name} up`, matrix, 'up', x, h);
  }
  multiply(step, `${name} down`, down, h, y, { scale, accumulate: true });
}

function halfOfGateUp(
  step: StepBuilder,
  name: string,
  { type, rows, columns, region }: GateUpMatrix,
  half: 'gate' | 'up',
  x: Activation,
  h: Activation,
): void {
  const shape = {
    rows,
    rowUnits: rowUnits(columns),
    wBase: half === 'gate' ? 0 : packedVecs(type, rows * rowUnits(columns)),
    wRows: rows,
    xToken: columns,
    yToken: rows,
    epilogue: half === 'gate' ? 'store' : 'gate',
    scale: 1,
  } as const;
  product(step, name, type, shape, x, h, region);
}
