// @vitest-environment happy-dom
import '../../i18n/i18n.ts';
import { cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadMarkdown, Markdown } from './Markdown.tsx';

// KaTeX refuses documents in quirks mode, and happy-dom does not say that its own is in none.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat' });

// A busy machine loads the renderers slowly.
configure({ asyncUtilTimeout: 15_000 });

beforeAll(loadMarkdown);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const markdown = (text: string): HTMLElement => render(<Markdown text={text} />).container;

describe('what a model may not do', () => {
  test('raw HTML is text', () => {
    const page = markdown(
      '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> a <b onclick="x()">b</b> <iframe src="//e">',
    );
    for (const tag of ['script', 'img', 'b', 'iframe']) expect(page.querySelector(tag)).toBeNull();
    expect(page.textContent).toContain('alert(1)');
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html;base64,AAAA',
    'vbscript:x',
    '/settings',
    'java&#10;script:alert(1)',
  ])('a link to %s is no link', (url) => {
    const page = markdown(`[click](<${url}>)`);
    expect(page.querySelector('a')).toBeNull();
    expect(page.textContent).toContain('click');
  });

  test('links open in a new tab that learns nothing, and say where they lead', async () => {
    markdown('[good](https://example.org/path)');
    const link = screen.getByRole('link', { name: 'good' });
    expect(link.getAttribute('target')).toBe('_blank');
    expect(link.getAttribute('rel')).toContain('noopener noreferrer');
    await userEvent.setup().tab();
    expect((await screen.findAllByText('Opens example.org in a new tab')).length).toBeGreaterThan(0);
  });

  test('a link that claims another host has its own beside it', () => {
    const page = markdown('[https://bank.example](https://evil.example/x)');
    expect(page.textContent).toContain('(evil.example)');
  });

  test('a picture is no request, and an address that carries data is no picture', () => {
    const request = vi.fn<typeof fetch>();
    vi.stubGlobal('fetch', request);
    const page = markdown('![a cat](https://example.org/cat.png) ![x](data:image/png;base64,AAAA) ![](/secret.png)');
    expect(page.querySelector('img')).toBeNull();
    expect(request).not.toHaveBeenCalled();
    expect(screen.getAllByRole('button', { name: 'Load image' })).toHaveLength(1);
    expect(page.textContent).toContain('a cat');
  });

  test('footnotes stay inside their answer', () => {
    const page = markdown('A[^1].\n\n[^1]: Note.');
    expect(page.querySelector('a[href^="#"]')?.getAttribute('target')).toBeNull();
  });
});

describe('images with consent', () => {
  const PNG = new Response(new Uint8Array([137, 80, 78, 71]), { headers: { 'content-type': 'image/png' } });

  test('are fetched without cookies and referrer, and shown from memory', async () => {
    const request = vi.fn<typeof fetch>().mockResolvedValue(PNG);
    vi.stubGlobal('fetch', request);
    markdown('![a cat](https://example.org/cat.png)');
    await userEvent.setup().click(screen.getByRole('button', { name: 'Load image' }));
    const image = await screen.findByRole('img', { name: 'a cat' });
    expect(image.getAttribute('src')).toMatch(/^blob:/);
    expect(request.mock.calls[0]?.[0]).toBe('https://example.org/cat.png');
    expect(request.mock.calls[0]?.[1]).toMatchObject({ credentials: 'omit', referrerPolicy: 'no-referrer' });
  });

  test.each([
    ['image/svg+xml', '<svg/>', /not an image that can be shown/],
    ['text/html', '<p>', /not an image that can be shown/],
  ])('%s is refused, and the address offered', async (type, body, words) => {
    vi.stubGlobal('fetch', async () => new Response(body, { headers: { 'content-type': type } }));
    markdown('![x](https://example.org/x)');
    await userEvent.setup().click(screen.getByRole('button', { name: 'Load image' }));
    expect((await screen.findByRole('alert')).textContent).toMatch(words);
    expect(screen.getByRole('link', { name: 'Open in a new tab' }).getAttribute('href')).toBe('https://example.org/x');
  });

  test('one without an end is given up', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (queue) => queue.enqueue(new Uint8Array(1_000_000)) });
    vi.stubGlobal('fetch', async () => new Response(endless, { headers: { 'content-type': 'image/png' } }));
    markdown('![x](https://example.org/x)');
    await userEvent.setup().click(screen.getByRole('button', { name: 'Load image' }));
    expect((await screen.findByRole('alert')).textContent).toMatch(/larger than 15\sMB/);
  });
});

describe('code', () => {
  test('is coloured, keeps its text while it grows, and is copied as it is', async () => {
    const written: string[] = [];
    const user = userEvent.setup();
    vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void written.push(text));
    const first = 'const a = 1;\n\nlet b';
    const { container, rerender } = render(<Markdown text={'```js\n' + first} />);
    const block = container.querySelector('pre');
    await waitFor(() => expect(container.querySelector('.hljs-keyword')?.textContent).toBe('const'));
    rerender(<Markdown text={'```js\n' + first + ' = 2;\n```\nDone.'} />);
    expect(container.querySelector('pre')).toBe(block); // the same element: no jump
    expect(block?.textContent).toBe('const a = 1;\n\nlet b = 2;');
    expect(screen.getByText('js')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Copy code' }));
    expect(written).toEqual(['const a = 1;\n\nlet b = 2;']);
  });

  test('in a language that nobody knows stays plain', async () => {
    const page = markdown('```nosuchlanguage\na < b\n```');
    expect(page.querySelector('pre')?.textContent).toBe('a < b');
    expect(screen.getByText('nosuchlanguage')).toBeTruthy();
  });

  test('indented code is code too', () => {
    expect(markdown('Look:\n\n    a $x$ b').querySelector('pre')?.textContent).toBe('a $x$ b');
  });
});

describe('mathematics', () => {
  test('is drawn, with MathML for those who listen', async () => {
    const page = markdown(String.raw`Since $a_1 * b_2 * c$ and \[ \frac{1}{2} \]`);
    await waitFor(() => expect(page.querySelectorAll('.katex')).toHaveLength(2));
    expect(page.querySelectorAll('.katex-display')).toHaveLength(1);
    expect(page.querySelector('math')).not.toBeNull();
    expect(page.querySelector('em')).toBeNull();
  });

  test.each([String.raw`$\frac{$`, String.raw`$\nosuchcommand$`, String.raw`$\def\a{\a\a}\a$`])(
    'what cannot be drawn shows its source: %s',
    async (text) => {
      const page = markdown(`before ${text} after, and $x$`);
      await waitFor(() => expect(page.querySelectorAll('.katex').length).toBeGreaterThan(0));
      expect(page.textContent).toContain(text);
      expect(page.querySelector('.katex-error')).toBeNull();
    },
  );

  test('links, images and styles of TeX are not followed', async () => {
    const page = markdown(
      String.raw`$\href{javascript:alert(1)}{x}$ $\includegraphics{https://example.org/x.png}$ $y$`,
    );
    await waitFor(() => expect(page.querySelector('.katex')).not.toBeNull());
    expect(page.querySelector('a, img')).toBeNull();
  });

  test('prices are prices', () => {
    expect(markdown('It costs $5 and $10.').textContent).toBe('It costs $5 and $10.');
  });

  test('in addresses and in code it is what was written', () => {
    const page = markdown('[x](https://example.org/?q=$a$) and `$b$`');
    expect(page.querySelector('a')?.getAttribute('href')).toBe('https://example.org/?q=$a$');
    expect(page.querySelector('code')?.textContent).toBe('$b$');
  });
});

test('tables scroll by keyboard and tasks say whether they are done', () => {
  markdown('| a | b |\n| - | -: |\n| 1 | 2 |\n\n- [x] one\n- [ ] two');
  const table = screen.getByRole('group', { name: 'Table' });
  expect(table.tabIndex).toBe(0);
  expect(within(table).getAllByRole('cell')).toHaveLength(2);
  expect(screen.getByRole('img', { name: 'Done' })).toBeTruthy();
  expect(screen.getByRole('img', { name: 'Not done' })).toBeTruthy();
});
