import type { ActivationFunction } from '../kernels/activations.ts';
import { activationLimit, SILU } from '../kernels/activations.ts';
import { gateRows } from '../kernels/experts.ts';
import { gateUp, gateUpParts, typesOf } from '../kernels/matvec.ts';
import { type PackedMatrix, rowUnits } from '../kernels/packed-matrix.ts';
import type { GateUpMatrix, PackedVector } from '../weights/weights.ts';
import { multiply, product } from './linear.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation } from './step-buffers.ts';

export interface FeedForward {
  readonly gateUp: GateUpMatrix;
  readonly down: PackedMatrix;
  readonly activation?: ActivationFunction;
  /** w [width]: what is added is multiplied by σ(w · x). Then `down` must have no bias. */
  readonly sharedGate?: PackedVector | undefined;
}

/** y += scale · W_down activate(W_gate x, W_up x) */
export function feedForward(
  step: StepBuilder,
  name: string,
  { gateUp: matrix, down, activation = SILU, sharedGate }: FeedForward,
  x: Activation,
  y: Activation,
  scale = 1,
): void {
  const h = step.activation(`hidden ${matrix.rows}`, matrix.rows);
  if (step.size === 'one') gateUpOfOne(step, name, matrix, activation, x, h);
  else gateUpOfMany(step, name, matrix, activation, x, h);
  if (sharedGate) {
    const { kernel, lanes } = gateRows(step.target, { width: x.width, hidden: matrix.rows });
    const operands = { step: step.buffers.step, x: x.region, w: sharedGate.region, h: h.region };
    step.launch(`${name} gate of all`, kernel, operands, (tokens) => [Math.ceil(tokens / lanes.perWorkgroup), 1, 1]);
  }
  multiply(step, `${name} down`, down, h, y, { scale, accumulate: true });
}

function gateUpOfOne(
  step: StepBuilder,
  name: string,
  { rows, columns, region, gate, up }: GateUpMatrix,
  activation: ActivationFunction,
  x: Activation,
  h: Activation,
): void {
  const shape = { rows, rowUnits: rowUnits(columns), gate, up, activation };
  const { target, site } = step.tuned('gate_up', `${typesOf(shape)} ${rows} × ${columns}`);
  for (const part of gateUpParts(shape)) {
    const { kernel, groups } = gateUp(target, part, shape);
    step.launch(`${name} ${part}`, kernel, { x: x.region, h: h.region, weights: region }, [groups, 1, 1], site);
  }
}

function gateUpOfMany(
  step: StepBuilder,
  name: string,
  { rows, columns, region, gate, up }: GateUpMatrix,
  activation: ActivationFunction,
  x: Activation,
  h: Activation,
): void {
  const shape = { rows, rowUnits: rowUnits(columns), wRows: rows, xToken: columns, yToken: rows, scale: 1 };
  if (gate) {
    const first = { ...shape, wBase: gate.base, beside: gate, epilogue: 'store' } as const;
    product(step, `${name} gate`, gate.type, first, x, h, region);
  }
  const limit = activationLimit(activation);
  const second = { ...shape, wBase: up.base, beside: up, epilogue: 'gate', limit } as const;
  product(step, `${name} up`, up.type, second, x, h, region, { activation });
}
