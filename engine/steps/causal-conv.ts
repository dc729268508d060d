import { causalConv, type CausalConv, convStateSize } from '../kernels/causal-conv.ts';
import type { PackedVector } from '../weights/weights.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation } from './step-buffers.ts';

/** The weights of a causal depthwise convolution: [channels, taps], and [channels] where it has a bias. */
export interface ConvWeights {
  readonly weight: PackedVector;
  readonly bias?: PackedVector | undefined;
  readonly taps: number;
  readonly channels: number;
}

export interface ConvOptions {
  readonly form: CausalConv['form'];
  /** The first number of each row of x that is read. Default 0. */
  readonly xStart?: number;
}

/** y [tokens, channels] = the convolution of x; the rows that the next step needs are kept as the state `name`. */
export function convolve(
  step: StepBuilder,
  name: string,
  { weight, bias, taps, channels }: ConvWeights,
  x: Activation,
  y: Activation,
  { form, xStart = 0 }: ConvOptions,
): void {
  const shape = { form, taps, channels, hasBias: bias !== undefined, xToken: x.width, xStart };
  const { kernel, groups, tileTokens } = causalConv(step.target, shape);
  const operands = {
    step: step.buffers.step,
    x: x.region,
    weight: weight.region,
    bias: bias?.region ?? step.buffers.unused,
    state: step.memory.state(name, convStateSize(shape)),
    y: y.region,
  };
  step.launch(name, kernel, operands, (tokens) => [groups, Math.ceil(tokens / tileTokens), 1]);
}
