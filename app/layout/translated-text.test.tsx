// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { surviveTranslation } from './translated-text.ts';

let undo: () => void;
beforeAll(() => {
  undo = surviveTranslation(document);
});
afterEach(cleanup);
afterAll(() => undo());

/** As a browser's translation does: each text goes, and two elements with other words come in its place. */
function translate(root: Element, inSteps: boolean): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.data.trim() === '') continue;
    const outer = document.createElement('font');
    outer.appendChild(document.createElement('font')).append(`«${text.data}»`);
    if (inSteps) {
      text.parentNode?.insertBefore(outer, text);
      text.remove();
    } else text.replaceWith(outer);
  }
}

function Page({ name, isOpen, items }: { name: string; isOpen: boolean; items: readonly string[] }) {
  return (
    <div data-testid="page">
      Hello {name}, {isOpen ? 'open' : null}
      {items.map((item) => (
        <span key={item}>{item}</span>
      ))}
      {isOpen && <b>bold</b>} end
    </div>
  );
}

test.each([false, true])(
  'a translated page can be changed in any way, and shows what it should (in steps: %s)',
  (inSteps) => {
    const { rerender } = render(<Page name="Ada" isOpen items={['a', 'b']} />);
    const page = screen.getByTestId('page');
    act(() => translate(page, inSteps));
    expect(page.textContent).toBe('«Hello »«Ada»«, »«open»«a»«b»«bold»« end»');
    rerender(<Page name="Ada" isOpen={false} items={['a', 'b']} />);
    expect(page.textContent).toBe('«Hello »«Ada»«, »«a»«b»« end»');
    rerender(<Page name="Bob" isOpen items={['c', 'b', 'a']} />);
    expect(page.textContent).toBe('«Hello »Bob«, »openc«b»«a»bold« end»');
    act(() => translate(page, inSteps));
    rerender(<Page name="Cy" isOpen items={[]} />);
    expect(page.querySelectorAll('span')).toHaveLength(0);
    expect(page.textContent).toContain('Cy');
    expect(page.textContent).not.toContain('Bob');
  },
);

test('what was removed by others is removed, and what nobody knows comes to the end', () => {
  const parent = document.createElement('div');
  const stranger = document.createElement('i');
  expect(parent.removeChild(stranger)).toBe(stranger);
  parent.append('a');
  parent.insertBefore(document.createElement('b'), stranger);
  expect(parent.lastChild?.nodeName).toBe('B');
});

test('main.tsx turns it on', () => {
  expect(readFileSync('app/mount.tsx', 'utf8')).toContain('surviveTranslation(');
});
