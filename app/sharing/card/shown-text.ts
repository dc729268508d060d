/** The words of an answer as a card shows them: without the marks of Markdown, and which token wrote each character. */
import type { WrittenPart } from '../../routing/written-parts.ts';

export interface ShownText {
  readonly text: string;
  /** Of each UTF-16 unit the token that wrote it; −1 where that is not known. */
  readonly tokens: Int32Array;
}

/** More never fits on a card. */
const MOST = 2_000;
/** Marks that say how something looks, and not what it is. */
const MARKS = /\*\*|__|```[\w-]*\n?|`|^#{1,6}[ \t]+|^>[ \t]?/gm;

/** @param part null where it is not known which token wrote what */
export function shownText(source: string, part: Pick<WrittenPart, 'from' | 'starts'> | null): ShownText {
  const isLeftOut = new Uint8Array(Math.min(source.length, 2 * MOST));
  const begin = source.slice(0, isLeftOut.length);
  for (const { 0: mark, index } of begin.matchAll(MARKS)) isLeftOut.fill(1, index, index + mark.length);
  let text = '';
  const tokens: number[] = [];
  const starts = part?.starts ?? new Int32Array(0);
  let token = 0;
  for (let at = 0; at < begin.length && text.length < MOST; at++) {
    const unit = begin[at] ?? '';
    while (token < starts.length - 2 && (starts[token + 1] ?? 0) <= at) token++;
    const isGap = unit === '\n' && (text === '' || text.endsWith('\n'));
    if (isLeftOut[at] === 1 || isGap || unit === '\r') continue;
    text += unit;
    tokens.push(part === null || at < (starts[token] ?? 0) ? -1 : part.from + token);
  }
  return { text, tokens: Int32Array.from(tokens) };
}

const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** As the first letter has it, which is how browsers decide for `dir="auto"`. */
export function isRightToLeft(text: string): boolean {
  const [letter] = /\p{L}/u.exec(text) ?? [];
  return letter !== undefined && RIGHT_TO_LEFT.test(letter);
}
