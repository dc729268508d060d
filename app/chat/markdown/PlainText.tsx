import './plain-text.css';
import { memo, useMemo } from 'react';

/** Lines and characters of a piece: the browser lays out only those in sight, and each of them fast. */
const PIECE_LINES = 200;
const PIECE_CHARACTERS = 20_000;

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

/** Cut behind line breaks where there are any. Joined, the pieces are the text. */
export function textPieces(text: string): string[] {
  if (text.length <= PIECE_CHARACTERS / 4) return [text];
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = pieceEnd(text, start);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

function pieceEnd(text: string, start: number): number {
  const furthest = start + PIECE_CHARACTERS;
  let end = start;
  for (let lines = 0; lines < PIECE_LINES; lines++) {
    const lineBreak = text.indexOf('\n', end);
    if (lineBreak < 0 || lineBreak >= furthest) break;
    end = lineBreak + 1;
  }
  if (end > start) return end;
  if (furthest >= text.length) return text.length;
  const space = text.lastIndexOf(' ', furthest);
  if (space > start) return space + 1;
  // Within a word: at least not within a character.
  return /[\uD800-\uDBFF]/.test(text[furthest - 1] ?? '') ? furthest - 1 : furthest;
}
