/**
 * Answers as they were kept before messages had parts: the text with its `<think>…</think>`. Read once, when such a record is
 * read; what models write now, the engine tells apart.
 */

const OPEN = '<think>';
const CLOSE = '</think>';

export interface AnswerTexts {
  readonly content: string;
  readonly reasoning: string | null;
}

export function splitTextMarks(text: string): AnswerTexts {
  const start = text.trimStart();
  if (start.startsWith(OPEN)) {
    const inner = start.slice(OPEN.length);
    const close = closingMark(inner, false);
    return close < 0 ? { reasoning: wordsOf(inner), content: '' } : cutAt(inner, close);
  }
  // A template may have opened the block, so that only its end is in the text.
  const close = closingMark(text, true);
  return close < 0 ? { reasoning: null, content: text } : cutAt(text, close);
}

function cutAt(text: string, close: number): AnswerTexts {
  return { reasoning: wordsOf(text.slice(0, close)), content: text.slice(close + CLOSE.length).trimStart() };
}

function wordsOf(reasoning: string): string | null {
  const words = reasoning.trim();
  return words === '' ? null : words;
}

/** The first closing mark outside of code, or -1. */
function closingMark(text: string, isUnopened: boolean): number {
  let fence: string | null = null;
  let at = 0;
  for (const line of text.split('\n')) {
    const [, ticks] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === null) {
      const found = outsideOfSpans(line, isUnopened);
      if (found >= 0) return at + found;
      fence = ticks ?? null;
    } else if (ticks?.startsWith(fence) === true && line.trim() === ticks) fence = null;
    at += line.length + 1;
  }
  return -1;
}

function outsideOfSpans(line: string, isUnopened: boolean): number {
  // Whole runs of backticks: tried from each of its characters, a long one would take for ever.
  const plain = line.replaceAll(/(?<!`)(`+)(?!`)[^`]+\1(?!`)/g, (span) => ' '.repeat(span.length));
  const found = plain.indexOf(CLOSE);
  if (found < 0 || !isUnopened) return found;
  const after = plain.slice(found + CLOSE.length);
  // In the midst of a sentence it is spoken of.
  const isSpokenOf = after.trim() !== '' && (/\s$/.test(plain.slice(0, found)) || /^\s/.test(after));
  return isSpokenOf ? -1 : found;
}
