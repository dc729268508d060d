import './plain-text.css';
import { memo, useMemo } from 'react';

/** Lines and characters of a piece: the browser lays out only those in sight, and each of them fast. */
const PIECE_LINES = 200;
const PIECE_CHARACTERS = 20_000;
/** Of one piece: the browser lays it out at once. */
const SHORT_TEXT = 5000;
/** Breaking a word into lines takes time that grows with the square of its length. */
const LONGEST_WORD = 1000;

/** Text as it was written, of any length. Piece after piece is its own element, so that a million lines cost what is in sight. */
export const PlainText = memo(function PlainText({ text }: { readonly text: string }) {
  const pieces = useMemo(() => textPieces(text), [text]);
  return (
    <div className="plain-text" dir="auto">
      {pieces.length === 1
        ? text
        : pieces.map((piece, index) => (
            <div key={index} className="plain-text-piece">
              {piece}
            </div>
          ))}
    </div>
  );
});

/**
 * Cut behind line breaks, or at spaces where lines are long. Joined, the pieces are the text.
 *
 * @param keepsLines as code must
 */
export function textPieces(text: string, keepsLines = false): string[] {
  if (text.length <= SHORT_TEXT) return [text];
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = keepsLines ? endOfLines(text, start) : wordsEnd(text, start, endOfLines(text, start));
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** As many whole lines as make a piece; one at least. */
function endOfLines(text: string, start: number): number {
  let end = start;
  for (let lines = 0; lines < PIECE_LINES; lines++) {
    const lineBreak = text.indexOf('\n', end);
    const next = lineBreak < 0 ? text.length : lineBreak + 1;
    if (end > start && next - start > PIECE_CHARACTERS) break;
    end = next;
    if (end === text.length) break;
  }
  return end;
}

/** Earlier, where a line is longer than a piece, or a word longer than what a browser breaks in good time. */
function wordsEnd(text: string, start: number, end: number): number {
  let word = 0;
  let space = start;
  for (let at = start; at < end; at++) {
    const isSpace = text[at] === ' ' || text[at] === '\n' || text[at] === '\t';
    word = isSpace ? 0 : word + 1;
    if (isSpace) space = at + 1;
    if (word > LONGEST_WORD) return isHighSurrogate(text, at) ? at : at + 1;
    if (at - start >= PIECE_CHARACTERS && space > start) return space;
  }
  return end;
}

function isHighSurrogate(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text[at] ?? '');
}
