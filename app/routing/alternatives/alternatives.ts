/** What else a model might have written in each place of an answer, and how sure it was of what it wrote. */
import type { TokenLogprob } from '../../../engine/api.ts';

/** So many of the most likely tokens are told of each place. */
export const MOST_RIVALS = 10;

export interface Rival {
  /** What it would have written; null: a control token, such as the one that ends an answer. */
  readonly text: string | null;
  /** 0 to 1, before temperature and filters. */
  readonly probability: number;
  /** Whether it is the one that was written. */
  readonly isChosen: boolean;
}

export interface Place {
  /** Of the token that was written. */
  readonly probability: number;
  /** Most likely first; the chosen one is among them only where it was one of the ten. */
  readonly rivals: readonly Rival[];
}

/** By the tokens of a record; null where it is not known. */
export type Alternatives = readonly (Place | null)[];

/**
 * @param chosen ids of the tokens of the answer, `first` of which is the record's first
 * @param logprobs of the same places, with bytes (`GenerateRequest.promptLogprobs` and `tokenBytes`)
 * @param count tokens of the record
 */
export function alternativesOf(
  chosen: readonly number[],
  logprobs: readonly (readonly TokenLogprob[] | null)[],
  count: number,
): Alternatives {
  const first = chosen.length - count;
  return Array.from({ length: count }, (_, token) => {
    const id = chosen[first + token];
    const top = logprobs[first + token];
    const own = top?.find((one) => one.id === id);
    if (top === null || top === undefined || own === undefined) return null;
    const rivals = top.slice(0, MOST_RIVALS).map((one) => ({
      text: textOf(one.bytes),
      probability: Math.exp(one.logprob),
      isChosen: one.id === id,
    }));
    return { probability: Math.exp(own.logprob), rivals };
  });
}

/** Part of a character that takes several tokens is shown by its bytes. */
function textOf(bytes: Uint8Array<ArrayBuffer> | undefined): string | null {
  if (bytes === undefined || bytes.length === 0) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return [...bytes].map((byte) => `⟨${byte.toString(16).padStart(2, '0')}⟩`).join('');
  }
}
