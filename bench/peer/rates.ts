import type { Measurement } from './page/contender.ts';

/** Tokens per second. */
export interface Rates {
  readonly prefill: number;
  readonly decode: number;
}

export function ratesOf({ promptTokens, prefillMs, outputTokens, decodeMs }: Measurement): Rates {
  return {
    prefill: perSecond(promptTokens, prefillMs),
    decode: perSecond(outputTokens - 1, decodeMs),
  };
}

/** The best of each, which need not be of one round. */
export function best(rounds: readonly Rates[]): Rates {
  return {
    prefill: Math.max(...rounds.map(({ prefill }) => prefill)),
    decode: Math.max(...rounds.map(({ decode }) => decode)),
  };
}

export function median(rounds: readonly Rates[]): Rates {
  return {
    prefill: middle(rounds.map(({ prefill }) => prefill)),
    decode: middle(rounds.map(({ decode }) => decode)),
  };
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

/** To a tenth: more is noise. */
function perSecond(tokens: number, ms: number): number {
  return Math.round((tokens / ms) * 10_000) / 10;
}
