export interface StopMatch {
  /** Text that may be shown now. */
  readonly text: string;
  /** The stop string that ended the text; it and what came after it are not in `text`. */
  readonly stopped?: string;
}

/**
 * Watches a text that arrives in pieces for stop strings, and holds back what may be the beginning of one.
 * Of several the one that is complete first wins; of those complete at once the one that began first.
 */
export class StopMatcher {
  readonly #stops: readonly string[];
  #held = '';

  /** Empty strings are ignored: they would stop at once. */
  constructor(stops: readonly string[] = []) {
    this.#stops = stops.filter((stop) => stop !== '');
  }

  /** After a match nothing more may be pushed. */
  push(piece: string): StopMatch {
    const text = this.#held + piece;
    const match = this.#firstMatch(text);
    if (match) {
      this.#held = '';
      return { text: text.slice(0, match.start), stopped: match.stop };
    }
    const heldLength = Math.max(0, ...this.#stops.map((stop) => overlap(text, stop)));
    this.#held = text.slice(text.length - heldLength);
    return { text: text.slice(0, text.length - heldLength) };
  }

  /** The end without a match: what was held back. */
  flush(): string {
    const text = this.#held;
    this.#held = '';
    return text;
  }

  #firstMatch(text: string): { start: number; stop: string } | undefined {
    const matches = this.#stops
      .map((stop) => ({ stop, start: text.indexOf(stop) }))
      .filter(({ start }) => start >= 0)
      .sort((a, b) => a.start + a.stop.length - (b.start + b.stop.length) || a.start - b.start);
    return matches[0];
  }
}

/** Length of the longest end of `text` that is a beginning of `stop`, but not all of it. */
export function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
