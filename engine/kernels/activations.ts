import type { Fragment } from '../gpu/kernel.ts';
import { ACTIVATION_FRAGMENTS } from './fragments.ts';

/** What a feed-forward does with its projections: see `shaders/lib/act_*.wgsl`. */
export type ActivationFunction =
  | { readonly kind: Exclude<keyof typeof ACTIVATION_FRAGMENTS, 'clamped-silu'> }
  | { readonly kind: 'clamped-silu'; readonly limit: number };

export const SILU: ActivationFunction = { kind: 'silu' };

/** Whether it takes a gate besides the up projection. */
export function isGated({ kind }: ActivationFunction): boolean {
  return kind !== 'squared-relu';
}

export function activationFragment({ kind }: ActivationFunction): Fragment {
  return ACTIVATION_FRAGMENTS[kind];
}

/** 0 where it has none, and does not look at it. */
export function activationLimit(activation: ActivationFunction): number {
  return activation.kind === 'clamped-silu' ? activation.limit : 0;
}
