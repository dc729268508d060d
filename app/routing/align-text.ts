/**
 * Finds what is shown in what was written: Markdown drops its marks, and leaves the words as they are and in their order. Word after
 * word is looked for behind the one before; what is not found (an entity, a word of the page's own) is left out.
 */

/** A stretch of a text node that shows a stretch of the source. */
export interface Segment {
  /** Which of the shown texts. */
  readonly node: number;
  /** Within it, UTF-16 units: `start` to `end`. */
  readonly start: number;
  readonly end: number;
  /** Where it begins in the source. */
  readonly source: number;
}

/** Marks between two words: of a table's head, of a fence with its language. */
const NEAR = 24;
/** The address of a link, or of an image. */
const FAR = 2500;
const WORD = /\S+/g;

/** O(length of both), where the words are found. */
export function alignText(source: string, shown: readonly string[], from = 0): Segment[] {
  const segments: Segment[] = [];
  const words = shown.flatMap((text, node) =>
    Array.from(text.matchAll(WORD), ({ 0: word, index }) => ({ word, node, start: index })),
  );
  let at = from;
  words.forEach(({ word, node, start }, index) => {
    const place = findWord(source, word, at, words[index + 1]?.word);
    if (place === null) return;
    segments.push({ node, start, end: start + word.length, source: place });
    at = place + word.length;
  });
  return segments;
}

function findWord(source: string, word: string, at: number, next: string | undefined): number | null {
  const near = within(source, word, at, NEAR + word.length);
  if (near !== null) return near;
  const far = within(source, word, at, FAR + word.length);
  if (far === null || next === undefined) return far;
  // A word that only happens to come again later would take all between with it.
  return within(source, next, far + word.length, NEAR + next.length) === null ? null : far;
}

function within(source: string, word: string, at: number, room: number): number | null {
  const found = source.slice(at, at + room).indexOf(word);
  return found < 0 ? null : at + found;
}
