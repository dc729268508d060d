/** The piece of a text that shows where words were found. */
import type { SearchHit } from '../chat-state.ts';
import { foldWord, wordsOf } from './words.ts';

/** About two lines of the sidebar. */
const EXCERPT_CHARACTERS = 140;
/** Words before the find, to understand it by. */
const LEAD_CHARACTERS = 32;

/** `terms`: words as the index has them, folded. */
export function excerptOf(text: string, terms: ReadonlySet<string>): Pick<SearchHit, 'excerpt' | 'marks'> {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  const found = wordsOf(flat).filter((word) => terms.has(foldWord(word.text)));
  const isShort = flat.length <= EXCERPT_CHARACTERS;
  const start = isShort ? 0 : startOf(flat, bestStart(found.map((word) => word.start)));
  const end = endOf(flat, start + EXCERPT_CHARACTERS);
  const lead = start > 0 ? '…' : '';
  const marks = found
    .filter((word) => word.start >= start && word.start + word.text.length <= end)
    .map((word) => ({ start: word.start - start + lead.length, length: word.text.length }));
  return { excerpt: lead + flat.slice(start, end) + (end < flat.length ? '…' : ''), marks };
}

/** Where most finds lie close together; `starts` in order. One pass: a text may hold a word a hundred thousand times. */
function bestStart(starts: readonly number[]): number {
  let best = starts[0] ?? 0;
  let most = 0;
  let end = 0;
  starts.forEach((start, index) => {
    while (end < starts.length && (starts[end] ?? 0) < start + EXCERPT_CHARACTERS - LEAD_CHARACTERS) end++;
    if (end - index <= most) return;
    most = end - index;
    best = start;
  });
  return best;
}

/** A little before, at a word. */
function startOf(text: string, find: number): number {
  const earliest = find - LEAD_CHARACTERS;
  if (earliest <= 0) return 0;
  const space = text.indexOf(' ', earliest);
  return space >= 0 && space < find ? space + 1 : find;
}

function endOf(text: string, latest: number): number {
  if (latest >= text.length) return text.length;
  const space = text.lastIndexOf(' ', latest);
  return space > latest - LEAD_CHARACTERS ? space : latest;
}
