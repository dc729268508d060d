import { EngineError } from '../../errors.ts';
import { type ActivationFunction, isGated, SILU } from '../../kernels/activations.ts';
import { feedForward } from '../../steps/feed-forward.ts';
import type { Weights } from '../../weights/weights.ts';
import type { Block, ModelShape } from '../model.ts';

/** @throws EngineError for a hidden layer of which kernels cannot read four numbers at a time */
export function requireWholeVectors(hidden: number): void {
  if (hidden % 4 !== 0)
    throw new EngineError(
      'unsupported-architecture',
      `Mixtab needs the hidden layers of feed-forward networks to be a multiple of 4 wide; here one is ${hidden}.`,
    );
}

export interface DenseOptions {
  /** Of the tensors' names; shared experts have one. */
  readonly suffix?: '' | '_shexp';
  readonly activation?: ActivationFunction;
}

/**
 * A feed-forward network without a choice of experts: W_down activate(W_gate x, W_up x), as a layer has it (Shazeer 2020,
 * arXiv:2002.05202), or beside routed experts for every token: then its tensors are named with the suffix `_shexp`. Biases and factors are
 * taken where the file has them, and so is a shared expert's own gate (`ffn_gate_inp_shexp`).
 */
export function denseFeedForward(
  weights: Weights,
  { width }: ModelShape,
  layer: number,
  hidden: number,
  { suffix = '', activation = SILU }: DenseOptions = {},
): Block {
  requireWholeVectors(hidden);
  const stem = (what: string): string => `blk.${layer}.ffn_${what}${suffix}`;
  const gateUp = weights.gateUp(isGated(activation) ? stem('gate') : undefined, stem('up'), hidden, width);
  const down = weights.matrixWithSides(stem('down'), width, hidden);
  const gateName = `blk.${layer}.ffn_gate_inp_shexp.weight`;
  const sharedGate = suffix === '_shexp' && weights.has(gateName) ? weights.vector(gateName, width) : undefined;
  if (sharedGate && down.shards.some(({ beside }) => beside && beside.bias > 0))
    throw new EngineError(
      'unsupported-architecture',
      `This model has a shared expert with a gate and a bias (${stem('down')}.bias), which Mixtab cannot compute with.`,
    );
  const label = `blk.${layer} ${suffix === '' ? 'ffn' : 'shared'}`;
  return {
    write: (step, { x, y, scale }) => feedForward(step, label, { gateUp, down, activation, sharedGate }, x, y, scale),
  };
}
