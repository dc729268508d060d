import type { AssistantMessage } from './conversation.ts';

const CLOSE = '</think>';

/**
 * Measures how long a model reasons: from its first token to `</think>`. (`<think>` is that first token, or the template
 * has written it already.)
 */
export class ReasoningClock {
  #ms: number | null;
  #startedAt: number | null = null;
  #isOver: boolean;
  /** What an answer that goes on had reasoned for before. */
  #earlierMs: number;

  constructor({ content, reasoningMs, status }: Pick<AssistantMessage, 'content' | 'reasoningMs' | 'status'>) {
    this.#ms = reasoningMs;
    this.#isOver = content.includes(CLOSE);
    this.#earlierMs = status.kind === 'done' ? status.timings.decodeMs : 0;
  }

  /** Null while it is not over, and where there was no reasoning. */
  get ms(): number | null {
    return this.#ms;
  }

  /** `content`: all of the answer, of which the last `added` characters are new at the time `now`, in ms. */
  read(content: string, added: number, now: number): void {
    this.#startedAt ??= now;
    if (this.#isOver) return;
    // Only the end is new, and with it a tag that began before.
    if (!content.includes(CLOSE, Math.max(0, content.length - added - CLOSE.length))) return;
    this.#isOver = true;
    this.#ms = this.#earlierMs + now - this.#startedAt;
  }
}
