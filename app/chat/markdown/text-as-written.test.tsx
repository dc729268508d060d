// @vitest-environment happy-dom
import '../../i18n/i18n.ts';
import { cleanup, render } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadMarkdown, Markdown } from './Markdown.tsx';

beforeAll(loadMarkdown);
afterEach(cleanup);

const markdown = (text: string): HTMLElement => render(<Markdown text={text} />).container;
const streamed = (text: string): HTMLElement => render(<Markdown text={text} isStreaming />).container;
const texts = (page: HTMLElement, selector: string): (string | null)[] =>
  [...page.querySelectorAll(selector)].map((element) => element.textContent);

describe('a line break is a line break', () => {
  test.each([
    ['a poem', 'An old silent pond\nA frog jumps\nSplash!', 2],
    ['an item', '- 12 High Street\n  London\n- else', 1],
    ['a quote', '> one\n> two', 1],
    ['emphasis', '*one\ntwo*', 1],
    ['two spaces, and a backslash', 'one  \ntwo\\\nthree', 2],
    ['beside a formula', 'a $x$\nb $y$', 1],
    ['with the line ends of Windows', 'one\r\ntwo', 1],
  ])('%s', (_name, text, count) => expect(markdown(text).querySelectorAll('br')).toHaveLength(count));

  test('but not in code, and not at the end of a text that is being written', () => {
    expect(markdown('```\na\nb\n```').querySelector('br')).toBeNull();
    expect(streamed('one\n').querySelector('br')).toBeNull();
  });
});

test.each([
  ['Bake 20~25 minutes at 180~200 degrees.', []],
  ['~one~ and ~~two~~', ['two']],
  ['删除~~（这个）~~的', ['（这个）']],
  ['~~half', []],
])('strikes out what stands between two and two: %s', (text, struck) => {
  expect(texts(markdown(text), 'del')).toEqual(struck);
});

describe('bold and italic beside the punctuation of Chinese, Japanese and Korean', () => {
  test.each([
    ['**重点：**这里是正文。', 'strong', ['重点：']],
    ['他说**“你好”**然后走了。', 'strong', ['“你好”']],
    ['**日本語（にほんご）**を勉強する。', 'strong', ['日本語（にほんご）']],
    ['これは*「強調」*です', 'em', ['「強調」']],
    ['**한국어(韓國語)**는', 'strong', ['한국어(韓國語)']],
    ['**`代码`**的', 'strong', ['代码']],
    ['- **第一，**然后', 'strong', ['第一，']],
    ['2 ** 3 and snake_case_name', 'strong, em', []],
  ])('%s', (text, selector, found) => expect(texts(markdown(text), selector)).toEqual(found));
});

describe('tags', () => {
  const table = (cell: string): string => `| A | B |\n| - | - |\n| one | ${cell} |`;
  const cell = (text: string): Element | undefined => [...markdown(table(text)).querySelectorAll('td')].at(-1);

  test.each(['first<br>second', 'first<br/>second', 'first<br />second', 'first<BR>second', '**first<br>second**'])(
    'a bare break in a cell breaks the line: %s',
    (text) => {
      expect(cell(text)?.querySelectorAll('br')).toHaveLength(1);
      expect(cell(text)?.textContent.replace('\n', '')).toBe('firstsecond');
    },
  );

  test.each([
    'a <b>bold</b> c',
    'a <br class="x"> c',
    'a </br> c',
    'a <script>x</script>',
    'a <!-- c --> d',
    'a <brx> c',
  ])('all others stay text: %s', (text) => {
    expect(cell(text)?.textContent).toBe(text);
    expect(cell(text)?.querySelector('*')).toBeNull();
  });

  test('code is code', () => expect(cell('`<br>`')?.textContent).toBe('<br>'));

  test('outside of a table they are text, and keep their lines', () => {
    expect(markdown('one<br>two').textContent).toBe('one<br>two');
    expect(markdown('[a <b>c</b>](https://example.org)').textContent).toContain('a <b>c</b>');
    const source = '<div>\n  <p>words</p>\n</div>';
    const page = markdown(source);
    expect(page.textContent).toBe(source);
    expect(page.querySelector('.markdown-tags')).not.toBeNull();
  });

  test('half of a break is not shown while a row is written', () => {
    for (const half of ['<', '<b', '<br', '<br/', '<br /']) {
      expect(streamed(`| A |\n| - |\n| first${half}`).querySelector('td')?.textContent).toBe('first');
      cleanup();
    }
    expect(streamed('a <').textContent).toBe('a <');
  });
});

describe('the direction of a text', () => {
  const directions = (page: HTMLElement, selector: string): (string | null)[] =>
    [...page.querySelectorAll(selector)].map((element) => element.getAttribute('dir'));

  test('is its own: paragraphs, headings, items and cells', () => {
    const page = markdown(
      '# عنوان\n\nمرحبا API بسيط.\n\n- أولا\n- second\n\nEnglish.\n\n| א | b |\n| - | - |\n| ג | d |\n\n> اقتباس',
    );
    for (const selector of ['h1', 'p', 'li', 'th', 'td']) {
      const found = directions(page, selector);
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found)).toEqual(new Set(['auto']));
    }
    // What holds blocks is read from where its first letter is: `auto` passes over those.
    expect(directions(page, 'ul, .markdown-table, blockquote')).toEqual(['rtl', 'rtl', 'rtl']);
  });

  test('of an item with paragraphs, and of one with a list in it', () => {
    const loose = markdown('- أولا\n\n  more\n\n- second');
    expect(directions(loose, 'li')).toEqual(['rtl', 'ltr']);
    const nested = markdown('- outer\n  - داخل');
    expect(directions(nested, 'li')).toEqual(['auto', 'auto']);
    expect(directions(nested, 'ul')).toEqual(['ltr', 'rtl']);
  });

  test('does not depend on code, which is read from the left', () => {
    const page = markdown('`npm start` مرحبا\n\n- `x` שלום\n\n```\nشيفرة\n```');
    expect(directions(page, 'p code, li code, pre')).toEqual(['ltr', 'ltr', 'ltr']);
    expect(directions(page, 'ul')).toEqual(['rtl']);
  });

  test('of formulas is from the left', () => {
    expect(markdown('مرحبا $x+1$').querySelector('.formula')?.getAttribute('dir')).toBe('ltr');
  });
});

test('a fence in a Markdown fence stays in it, also while it is written', () => {
  const text = '```markdown\n# Title\n\n```bash\nnpm start\n```\n\nThen **open** it.\n```\n\nDone.';
  const page = markdown(text);
  expect(page.querySelectorAll('pre')).toHaveLength(1);
  expect(page.querySelector('pre')?.textContent).toBe(text.slice(12, -11));
  expect(texts(page, 'p')).toEqual(['Done.']);
  for (let length = 12; length < text.length - 6; length++) {
    const written = streamed(text.slice(0, length));
    expect(written.querySelectorAll('pre')).toHaveLength(1);
    expect(written.querySelector('strong')).toBeNull();
    cleanup();
  }
});
