import type { FinishReason, GeneratedToken } from '../../engine/api.ts';
import type { TokenLogprob, TopLogprob } from './types.ts';

/**
 * Log-probabilities of the tokens of an answer, in step with its text: those of a stop text, which is no part of the answer, and of the
 * token that ends it are left out. So the last is held back until it is known to belong to it.
 */
export class AnswerLogprobs {
  #held: GeneratedToken[] = [];

  /** @returns what belongs to the answer for sure, now that this token has come */
  push(token: GeneratedToken): TokenLogprob[] {
    const last = this.#held.at(-1);
    const isSure = last !== undefined && last.text !== '';
    const sure = isSure ? this.#held : [];
    this.#held = [...(isSure ? [] : this.#held), token];
    return sure.map(tokenLogprob);
  }

  /** @returns the rest, when no more tokens come */
  end(reason: FinishReason): TokenLogprob[] {
    const rest = this.#held;
    this.#held = [];
    switch (reason) {
      case 'stop':
        return rest.slice(0, -1).map(tokenLogprob); // the last ends the turn
      case 'stop-string': {
        // Up to the one with which the last text before the stop text came.
        const last = rest.findLastIndex(({ text }) => text !== '');
        return rest.slice(0, last + 1).map(tokenLogprob);
      }
      case 'length':
      case 'context':
      case 'aborted':
        return rest.map(tokenLogprob);
      default:
        return reason satisfies never;
    }
  }
}

function tokenLogprob({ bytes, logprob, top = [] }: GeneratedToken): TokenLogprob {
  return { ...topLogprob({ bytes, logprob }), top_logprobs: top.map(topLogprob) };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function topLogprob({
  bytes = new Uint8Array(),
  logprob,
}: {
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
  readonly logprob: number;
}): TopLogprob {
  return { token: decoder.decode(bytes), logprob, bytes: [...bytes] };
}
