import { convolve } from '../../steps/causal-conv.ts';
import { multiply } from '../../steps/linear.ts';
import type { Weights } from '../../weights/weights.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { Block, ModelShape } from '../model.ts';

/** Taps of a convolution over the sequence: published are 3 and 4. One tap would remember nothing. */
export const CONV_TAPS = { least: 2, most: 32 } as const;

/**
 * LFM2's gated short convolution (Liquid AI 2025, arXiv:2511.23404): y += scale · W_out (c ⊙ conv(b ⊙ v)) with [b | c | v] = W_in x.
 * What it remembers is the last `l_cache` - 1 rows of b ⊙ v.
 */
export function shortConvolution(
  file: HyperParameters,
  weights: Weights,
  { width }: ModelShape,
): (layer: number) => Block {
  const taps = file.count('shortconv.l_cache', CONV_TAPS);
  return (layer) => {
    const name = (what: string): string => `blk.${layer} ${what}`;
    const tensor = (what: string): string => `blk.${layer}.shortconv.${what}.weight`;
    const input = weights.matrix(tensor('in_proj'), 3 * width, width);
    const convolution = { weight: weights.vector(tensor('conv'), taps, width), taps, channels: width };
    const output = weights.matrix(tensor('out_proj'), width, width);
    return {
      norms: true,
      write(step, { x, norm, y, scale }) {
        const gated = step.activation('conv gates', 3 * width); // [tokens, b | c | v]
        const convolved = step.activation('convolved', width);
        multiply(step, name('conv in'), input, x, gated, { norm });
        convolve(step, name('conv'), convolution, gated, convolved, { form: 'gated' });
        multiply(step, name('conv out'), output, convolved, y, { accumulate: true, scale });
      },
    };
  };
}
