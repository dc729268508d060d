import type { Kernel } from '../gpu/kernel.ts';
import { FRAGMENTS } from './fragments.ts';
import type { KernelTarget } from './target.ts';
import { TUNING } from './tuning.ts';

const FORM_FRAGMENTS = { silu: FRAGMENTS.convSilu, gated: FRAGMENTS.convGated } as const;

/** A causal depthwise convolution. Sizes in floats, multiples of 4. */
export interface CausalConv {
  /** `silu`: of x [tokens, channels], then SiLU. `gated`: of b ⊙ v where x is [tokens, b | c | v], then c ⊙ it. */
  readonly form: keyof typeof FORM_FRAGMENTS;
  readonly taps: number;
  readonly channels: number;
  readonly hasBias: boolean;
  /** From one token of x to the next, and before the first number that is read. */
  readonly xToken: number;
  readonly xStart: number;
}

/** Numbers of the state, [taps - 1, channels]. */
export function convStateSize({ taps, channels }: Pick<CausalConv, 'taps' | 'channels'>): number {
  return (taps - 1) * channels;
}

/** `shaders/causal_conv.wgsl`; workgroups [groups, ceil(tokens / tileTokens), 1]. */
export function causalConv(
  target: KernelTarget,
  shape: CausalConv,
): { readonly kernel: Kernel; readonly groups: number; readonly tileTokens: number } {
  const { elementThreads, convTokens } = TUNING[target.profile];
  const vecs = shape.channels / 4;
  return {
    groups: Math.ceil(vecs / elementThreads),
    tileTokens: convTokens,
    kernel: {
      fragments: [FRAGMENTS.causalConv, FRAGMENTS.step, FORM_FRAGMENTS[shape.form]],
      constants: { TAPS: shape.taps },
      overrides: {
        WG: elementThreads,
        VECS: vecs,
        X_TOKEN: shape.xToken / 4,
        X_START: shape.xStart / 4,
        HAS_BIAS: Number(shape.hasBias),
        TILE: convTokens,
      },
    },
  };
}
