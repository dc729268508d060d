import { expect, test } from 'vitest';
import { alignText } from './align-text.ts';
import { writtenParts } from './written-parts.ts';

/** What is found of each shown text, as the source has it. */
function found(source: string, shown: readonly string[]): string[] {
  return alignText(source, shown).map((segment) =>
    source.slice(segment.source, segment.source + segment.end - segment.start),
  );
}

test('the words of formatted text are found in what was written', () => {
  const source =
    '# Ember\n\nA **small** dragon, see [her page](https://example.org/a_b).\n\n1. fire\n2. steam\n\n```js\nlet x = 1;\n```';
  const shown = ['Ember', 'A ', 'small', ' dragon, see ', 'her page', '.', 'fire', 'steam', 'let', ' x = ', '1', ';'];
  expect(found(source, shown).join(' ')).toBe('Ember A small dragon, see her page . fire steam let x = 1 ;');
  const segments = alignText(source, shown);
  expect(segments.every(({ source: at }, i) => i === 0 || at > (segments[i - 1]?.source ?? 0))).toBe(true);
});

test('a word that was not written is left out, and what follows it is found all the same', () => {
  expect(found('fish &amp; chips, and then more chips later', ['fish & chips, and then'])).toEqual([
    'fish',
    '&',
    'chips,',
    'and',
    'then',
  ]);
  expect(found(`one two ${'x '.repeat(40)}Copy more`, ['one', 'Copy', 'two'])).toEqual(['one', 'two']);
});

const record = (...texts: readonly string[]) => ({ texts, count: texts.length });

test('tokens belong to the thought or to the answer that they wrote', () => {
  const parts = writtenParts(record('Hm', '.', '', 'Par', 'is'), 'Hm.', 'Paris');
  expect(parts?.reasoning).toMatchObject({ from: 0, to: 3 });
  expect(parts?.answer).toMatchObject({ from: 3, to: 5 });
  expect([...(parts?.answer?.starts ?? [])]).toEqual([0, 3, 5]);
});

test('a record may be behind, or begin later; one of another text is refused', () => {
  expect([...(writtenParts(record('Par'), null, 'Paris')?.answer?.starts ?? [])]).toEqual([0, 3]);
  expect([...(writtenParts(record(' is', ' it'), null, 'Paris is it')?.answer?.starts ?? [])]).toEqual([5, 8, 11]);
  expect(writtenParts(record('London'), null, 'Paris')).toBeNull();
  expect(writtenParts(record('A thou'), 'A thought', '')?.answer).toBeNull();
});
