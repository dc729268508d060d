const FENCE_BEGIN = /^\s*(?:(?:[-*+>]|\d+[.)])\s+)*(`{3,}|~{3,})[^`]*$/;
/** No line whose end matters is longer. */
const LINE_CHARACTERS = 200;

/**
 * Follows a Markdown text as it arrives, and knows whether its end is within code: a fenced block, or a span between backticks.
 * A span ends with its line: CommonMark lets it go on, but a stray backtick must not hold for long.
 */
export class CodeSpans {
  #fence: string | null = null;
  /** The present line, as far as it matters. */
  #line = '';
  /** How many backticks opened the span; 0 outside of one. */
  #span = 0;
  /** Backticks at the end of what was read: more may follow. */
  #run = 0;

  read(text: string): void {
    for (const character of text) {
      if (character === '`') this.#run++;
      else this.#endRun();
      if (character === '\n') this.#endLine();
      else if (this.#line.length < LINE_CHARACTERS) this.#line += character;
    }
  }

  get isInFence(): boolean {
    return this.#fence !== null && !this.#closesFence();
  }

  /** The backticks that would end the span at the end of the text; null outside of one. What follows is none of them. */
  spanAtEnd(): string | null {
    this.#endRun();
    return this.#fence === null && this.#span > 0 ? '`'.repeat(this.#span) : null;
  }

  get isAtLineStart(): boolean {
    return this.#line.trim() === '';
  }

  #endRun(): void {
    if (this.#run > 0 && this.#fence === null) {
      if (this.#span === 0) this.#span = this.#run;
      else if (this.#span === this.#run) this.#span = 0;
    }
    this.#run = 0;
  }

  #endLine(): void {
    if (this.#fence === null) this.#fence = FENCE_BEGIN.exec(this.#line)?.[1] ?? null;
    else if (this.#closesFence()) this.#fence = null;
    this.#line = '';
    this.#span = 0;
  }

  #closesFence(): boolean {
    const line = this.#line.trim();
    return this.#fence !== null && line.startsWith(this.#fence) && line === line.charAt(0).repeat(line.length);
  }
}

/**
 * Whether a span that those backticks end does end on its line, within a text that follows; null: the text does not tell. Where
 * the line is long it does not: an answer cannot wait for it.
 */
export function endsOnItsLine(followed: string, backticks: string): boolean | null {
  const text = followed.slice(0, LINE_CHARACTERS);
  const newline = text.indexOf('\n');
  const line = newline < 0 ? text : text.slice(0, newline);
  const runs = [...line.matchAll(/`+/g)];
  // One that the text ends with may be longer yet.
  const ends = runs.some((run) => run[0] === backticks && (newline >= 0 || run.index + run[0].length < line.length));
  if (ends) return true;
  return newline >= 0 || text.length === LINE_CHARACTERS ? false : null;
}
