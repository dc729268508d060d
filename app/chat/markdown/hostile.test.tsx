// @vitest-environment happy-dom
import '../../i18n/i18n.ts';
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HOSTILE_MARKDOWN } from '../../testing/hostile-markdown.ts';
import { loadMarkdown, Markdown } from './Markdown.tsx';
import { PIECE_LIMIT_MS } from './markdown-document.ts';
import { markdownPieces } from './markdown-pieces.ts';
import { pieceCost } from './piece-cost.ts';

// KaTeX refuses documents in quirks mode, and happy-dom does not say that its own is in none.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat' });
configure({ asyncUtilTimeout: 15_000 });

beforeAll(loadMarkdown);
afterEach(cleanup);

const answer = (name: string): string => HOSTILE_MARKDOWN[name]?.() ?? '';

/** Elements that lie within each other. */
function depthOf(element: Element): number {
  let depth = 0;
  for (let level = [element]; level.length > 0; depth++) level = level.flatMap((one) => [...one.children]);
  return depth;
}

describe('what is nested too deep is shown as it was written', () => {
  test.each([
    'a thousand lists on a line',
    'numbered lists on a line',
    'four thousand quotes',
    'four thousand quotes without spaces',
    'quotes of lists of numbers',
    'lists below lists',
    'emphasis on both sides',
    'emphasis of two kinds',
    'emphasis in emphasis',
    'struck out in itself',
    'links in links',
    'pictures in pictures',
  ])('%s', (name) => {
    const { container } = render(<Markdown text={answer(name)} />);
    expect(container.querySelector('.plain-text')?.textContent).toBe(answer(name));
    expect(depthOf(container)).toBeLessThan(20);
    fireEvent.click(screen.getByRole('button', { name: 'Show formatted' }));
    expect(screen.getByRole('alert').textContent).toContain('This cannot be formatted');
    expect(container.querySelector('.plain-text')?.textContent).toBe(answer(name));
  });

  test.each([
    'roots',
    'lines over lines',
    'powers',
    'indices that do not end',
    'fractions without braces',
    'brackets that grow',
    'matrices in matrices',
    'a macro that nests',
    'a macro that doubles',
  ])('the formula: %s', async (name) => {
    const { container } = render(<Markdown text={`${answer(name)}\n\nand $y$`} />);
    await waitFor(() => expect(container.querySelectorAll('.katex')).toHaveLength(1));
    expect(container.querySelector('.formula-source')?.textContent).toBe(answer(name));
    expect(depthOf(container)).toBeLessThan(60);
  });

  test('what people write is formatted', async () => {
    const levels = Array.from({ length: 30 }, (_, level) => `${'  '.repeat(level)}- level`).join('\n');
    const { container } = render(
      <Markdown text={`${'> '.repeat(50)}deep\n\n${levels}\n\n$${'\\sqrt{'.repeat(40)}x${'}'.repeat(40)}$`} />,
    );
    expect(container.querySelectorAll('blockquote')).toHaveLength(50);
    expect(container.querySelectorAll('li')).toHaveLength(30);
    await waitFor(() => expect(container.querySelectorAll('.sqrt')).toHaveLength(40));
  });
});

describe('what takes too long is shown as it was written', () => {
  test.each([
    'a word of 100,000 letters',
    'something like a mail address',
    'escapes',
    'backslashes',
    'brackets',
    'angles',
    'bars',
    'stars with words',
    'beginnings of formulas',
    'five thousand links in a paragraph',
    'five thousand formulas in a paragraph',
    'a line of a million words',
  ])('%s', (name) => {
    const { container } = render(<Markdown text={answer(name)} />);
    expect(container.querySelector('.plain-text')?.textContent).toBe(answer(name));
    expect(screen.getByRole('button', { name: 'Show formatted' })).toBeTruthy();
  });

  test('a paragraph that is only long is formatted when the reader asks for it', () => {
    const text = `${'A **bold** word among others that are not. '.repeat(900)}end`;
    expect(pieceCost(text).ms).toBeGreaterThan(PIECE_LIMIT_MS);
    const { container } = render(<Markdown text={text} />);
    expect(container.querySelector('strong')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Show formatted' }));
    expect(container.querySelectorAll('strong')).toHaveLength(900);
  });

  test('no piece of any of them is parsed at a high cost, and none is lost', () => {
    for (const [name, text] of Object.entries(HOSTILE_MARKDOWN)) {
      const written = text();
      if (written.length > 500_000) continue;
      const pieces = markdownPieces(written);
      expect(pieces.map((piece) => piece.text).join('\n') === written, name).toBe(true);
    }
  });
});

describe('addresses that cannot be read', () => {
  test('are shown as they are', () => {
    const { container } = render(
      <Markdown
        text={`${answer('percent signs in a mail address')} ${answer('percent signs in a mail address by itself')}`}
      />,
    );
    expect([...container.querySelectorAll('a')].map((link) => link.dataset['host'])).toEqual([
      '%E0%A4%25A',
      '%FF@x.org',
    ]);
  });

  test('lead nowhere', () => {
    const { container } = render(<Markdown text="[x](#%E0%A4%A) [y](#z)" />);
    for (const link of container.querySelectorAll('a')) fireEvent.click(link);
    expect(container.querySelectorAll('a')).toHaveLength(2);
  });
});

test('a footnote is found, and the way back', () => {
  const { container } = render(<Markdown text={'A[^Ä b] and[^2].\n\nText.\n\n[^2]: Two, $x$.\n\n[^Ä]: no.'} />);
  const [reference] = container.querySelectorAll<HTMLElement>('sup a');
  if (reference === undefined) throw new Error('There is no reference');
  fireEvent.click(reference);
  expect(document.activeElement?.tagName).toBe('LI');
  const back = document.activeElement?.querySelector('a');
  if (back === null || back === undefined) throw new Error('There is no way back');
  fireEvent.click(back);
  expect(document.activeElement).toBe(reference);
});

test('five thousand links have one tooltip', async () => {
  const { container } = render(<Markdown text={answer('five thousand links')} />);
  await waitFor(() => expect(container.querySelectorAll('a').length).toBeGreaterThan(100));
  const [first] = container.querySelectorAll('a');
  if (first === undefined) throw new Error('There is no link');
  fireEvent.focus(first);
  await waitFor(() => expect(document.querySelectorAll('[role=tooltip]')).toHaveLength(1));
  expect(document.querySelector('[role=tooltip]')?.textContent).toBe('Opens example.org in a new tab');
});
