// @vitest-environment happy-dom
import '../i18n/i18n.ts';
import { cleanup, render } from '@testing-library/react';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { KeepSelection } from './KeepSelection.tsx';
import { loadMarkdown, Markdown } from './markdown/Markdown.tsx';

beforeAll(loadMarkdown);
afterEach(cleanup);

const view = (text: string) => (
  <KeepSelection text={text} className="x">
    <Markdown text={text} isStreaming />
  </KeepSelection>
);

test('what is selected stays selected while more is written, in the same paragraph and below', () => {
  const { container, rerender } = render(view('First words'));
  const text = container.querySelector('p')?.firstChild;
  if (!(text instanceof Text)) throw new Error('no text');
  const selection = document.getSelection();
  selection?.setBaseAndExtent(text, 0, text, 5);
  for (const grown of [
    'First words and',
    'First words and **more**',
    'First words and **more**\n\n- below\n\n```\ncode',
  ]) {
    rerender(view(grown));
    expect(selection?.toString()).toBe('First');
  }
});

test('a selection that was lost with the change is put back, also from its end to its start', () => {
  const { container, rerender } = render(view('First words'));
  const text = container.querySelector('p')?.firstChild;
  if (!(text instanceof Text)) throw new Error('no text');
  document.getSelection()?.setBaseAndExtent(text, 11, text, 6);
  Object.defineProperty(text, 'nodeValue', {
    configurable: true,
    get: () => text.data,
    set: (value: string) => {
      text.data = value;
      document.getSelection()?.collapse(text, 0); // as the DOM standard says
    },
  });
  rerender(view('First words and more'));
  const selection = document.getSelection();
  expect([selection?.anchorOffset, selection?.focusOffset]).toEqual([11, 6]);
  expect(selection?.toString()).toBe('words');
});
