/**
 * Reasoning that a server leaves within the answer, because it was started without a parser for it: `<think>` at the very beginning,
 * up to the first `</think>`. Texts that may be half a mark are held back.
 */

const OPEN = '<think>';
const CLOSE = '</think>';

export interface ThoughtPart {
  readonly channel: 'reasoning' | 'answer';
  readonly text: string;
}

export class ThoughtSplitter {
  #state: 'start' | 'thought' | 'after' | 'answer' = 'start';
  #held = '';

  take(text: string): ThoughtPart[] {
    this.#held += text;
    const parts: ThoughtPart[] = [];
    if (this.#state === 'start') {
      const begun = this.#held.trimStart();
      if (begun.startsWith(OPEN)) {
        this.#state = 'thought';
        this.#held = begun.slice(OPEN.length).trimStart();
      } else if (!OPEN.startsWith(begun)) this.#state = 'answer';
    }
    if (this.#state === 'thought') {
      const close = this.#held.indexOf(CLOSE);
      if (close < 0) {
        const safe = this.#held.length - halfMark(this.#held);
        parts.push({ channel: 'reasoning', text: this.#held.slice(0, safe) });
        this.#held = this.#held.slice(safe);
      } else {
        parts.push({ channel: 'reasoning', text: this.#held.slice(0, close).trimEnd() });
        this.#held = this.#held.slice(close + CLOSE.length);
        this.#state = 'after';
      }
    }
    if (this.#state === 'after') {
      this.#held = this.#held.trimStart();
      if (this.#held !== '') this.#state = 'answer';
    }
    if (this.#state === 'answer') parts.push({ channel: 'answer', text: this.#held });
    if (this.#state === 'answer') this.#held = '';
    return parts;
  }

  /** No more is to come: what was held back is what it is. */
  end(): ThoughtPart[] {
    const text = this.#held;
    this.#held = '';
    if (text === '') return [];
    return [{ channel: this.#state === 'thought' ? 'reasoning' : 'answer', text }];
  }
}

/** Characters at the end that may be the beginning of the closing mark. */
function halfMark(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(CLOSE.slice(0, length))) return length;
  }
  return 0;
}
