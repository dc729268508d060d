import { describe, expect, test } from 'vitest';
import { excerptOf } from './excerpt.ts';
import { foldWord, wordsOf } from './words.ts';

const marked = (text: string, ...terms: string[]): string[] => {
  const { excerpt, marks } = excerptOf(text, new Set(terms));
  return marks.map(({ start, length }) => excerpt.slice(start, start + length));
};

describe('an excerpt', () => {
  test('marks the words as they are written', () => {
    expect(excerptOf('A Café, a cafe.', new Set(['cafe']))).toEqual({
      excerpt: 'A Café, a cafe.',
      marks: [
        { start: 2, length: 4 },
        { start: 10, length: 4 },
      ],
    });
  });

  test('shows the place where most words lie together, on whole words', () => {
    const text = `${'far away '.repeat(30)}dragon here. ${'filler words '.repeat(30)}the dragon breathes fire. ${'end '.repeat(60)}`;
    const { excerpt } = excerptOf(text, new Set(['dragon', 'fire']));
    expect(excerpt).toContain('the dragon breathes fire');
    expect(excerpt.startsWith('…')).toBe(true);
    expect(excerpt.endsWith('…')).toBe(true);
    expect(excerpt.length).toBeLessThan(150);
    expect(marked(text, 'dragon', 'fire')).toEqual(['dragon', 'fire']);
  });

  test('is one line', () => {
    const { excerpt } = excerptOf('Hm.\n\nFive\n  apples', new Set(['five']));
    expect(excerpt).toBe('Hm. Five apples');
  });

  test('marks nothing where only the beginning is shown', () => {
    expect(excerptOf('Nothing to see', new Set(['elsewhere']))).toEqual({ excerpt: 'Nothing to see', marks: [] });
  });
});

describe('words', () => {
  test('are found in scripts without spaces too', () => {
    expect(wordsOf('私は学生です').length).toBeGreaterThan(1);
    expect(wordsOf('naïve Straße, 42!').map(({ text, start }) => [text, start])).toEqual([
      ['naïve', 0],
      ['Straße', 6],
      ['42', 14],
    ]);
  });

  test('are folded', () => {
    expect(foldWord('ÉCOLE')).toBe('ecole');
  });
});
