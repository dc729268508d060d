import { feedForward } from '../../steps/feed-forward.ts';
import type { Weights } from '../../weights/weights.ts';
import type { Block, ModelShape } from '../model.ts';

/**
 * A feed-forward network without a choice of experts: W_down (silu(W_gate x) ⊙ W_up x), as a layer has it (Shazeer 2020,
 * arXiv:2002.05202), or beside routed experts for every token: then its tensors are named with the suffix `_shexp`.
 */
export function denseFeedForward(
  weights: Weights,
  { width }: ModelShape,
  layer: number,
  hidden: number,
  suffix: '' | '_shexp' = '',
): Block {
  const name = (what: string): string => `blk.${layer}.ffn_${what}${suffix}.weight`;
  const gateUp = weights.gateUp(name('gate'), name('up'), hidden, width);
  const down = weights.matrix(name('down'), width, hidden);
  const label = `blk.${layer} ${suffix === '' ? 'ffn' : 'shared'}`;
  return {
    write: (step, { x, y, scale }) => feedForward(step, label, { gateUp, down }, x, y, scale),
  };
}
