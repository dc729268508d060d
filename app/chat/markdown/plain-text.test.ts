import { expect, test } from 'vitest';
import { textPieces } from './PlainText.tsx';

test('a short text is one piece', () => expect(textPieces('a\nb')).toEqual(['a\nb']));

test.each([
  ['a million lines', 'a\n'.repeat(1_000_000)],
  ['one line of words', 'word '.repeat(100_000)],
  ['one word', 'a'.repeat(100_000)],
  ['characters of two halves', '👩'.repeat(50_000)],
  ['a long word between lines', `a\n${'b'.repeat(30_000)}\n`.repeat(3)],
])('%s: nothing is lost, and no piece is long', (_name, text) => {
  const pieces = textPieces(text);
  expect(pieces.join('') === text).toBe(true);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(20_001);
  expect(pieces.every((piece) => !/\S{1002}/.test(piece) && !/[\uD800-\uDBFF]$/.test(piece))).toBe(true);
});

test('code is cut at the ends of lines only', () => {
  const code = `${'x'.repeat(50_000)}\n`.repeat(3);
  expect(textPieces(code, true)).toEqual(Array.from({ length: 3 }, () => `${'x'.repeat(50_000)}\n`));
});
