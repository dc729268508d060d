import type { Measurement } from './page/contender.ts';

/** A number for each of the two kinds of work: tokens per second, or milliseconds per token. */
export interface Rates {
  readonly prefill: number;
  readonly decode: number;
}

/** A generation, and how long processors worked for it where the system tells. */
export interface TimedRun extends Measurement {
  readonly processorMs?: number;
}

/** One generation that ends with its first token, and one that goes on. */
export interface Round {
  readonly short: TimedRun;
  readonly long: TimedRun;
}

/** Tokens per second on the clock. */
export function ratesOf({ short, long }: Round): Rates {
  return {
    prefill: toTenth((short.promptTokens / short.prefillMs) * 1000),
    decode: toTenth(((long.outputTokens - 1) / long.decodeMs) * 1000),
  };
}

/** Milliseconds of processor time per token. Undefined where the system does not tell. */
export function processorMsOf({ short, long }: Round): Rates | undefined {
  if (short.processorMs === undefined || long.processorMs === undefined) return undefined;
  const prefill = short.processorMs / short.promptTokens;
  const decode = (long.processorMs - prefill * long.promptTokens) / (long.outputTokens - 1);
  return { prefill: toTenth(prefill), decode: toTenth(decode) };
}

export function highest(rounds: readonly Rates[]): Rates {
  return each(rounds, (values) => Math.max(...values));
}

export function median(rounds: readonly Rates[]): Rates {
  return each(rounds, (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    const half = sorted.length / 2;
    return toTenth(((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2);
  });
}

/** a / b, to two digits: more is noise. */
export function ratio(a: Rates, b: Rates): Rates {
  return {
    prefill: Math.round((a.prefill / b.prefill) * 100) / 100,
    decode: Math.round((a.decode / b.decode) * 100) / 100,
  };
}

function each(rounds: readonly Rates[], summary: (values: readonly number[]) => number): Rates {
  return {
    prefill: summary(rounds.map(({ prefill }) => prefill)),
    decode: summary(rounds.map(({ decode }) => decode)),
  };
}

function toTenth(value: number): number {
  return Math.round(value * 10) / 10;
}
