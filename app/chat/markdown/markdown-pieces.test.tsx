// @vitest-environment happy-dom
import '../../i18n/i18n.ts';
import type { ElementContent } from 'hast';
import { renderToStaticMarkup } from 'react-dom/server';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { describe, expect, test } from 'vitest';
import { generator } from '../../../engine/testing/random.ts';
import { toReact } from './markdown-components.tsx';
import { markdownPieces } from './markdown-pieces.ts';
import { MarkdownDocument } from './markdown-document.ts';
import { MountedPieces, prepared } from './MarkdownRenderer.tsx';
import { NOTHING_KNOWN, parsePiece } from './parse-piece.ts';
import { rehypeDirection } from './rehype-direction.ts';

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** More of them for a long run: `ROUNDS=100000 npx vitest run …`. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 500);

const SAMPLES: Readonly<Record<string, string>> = {
  paragraphs: 'One\ntwo.\n\nThree *four\nfive*.\n\n\n# Title\n\nSix.',
  'lists with gaps': '1. One\n\n   still one\n\n2. Two\n\n- a\n\n  b\n\nAfter.',
  'fences with blank lines': 'Code:\n\n```js\na\n\nb ~~~\n\n~~~~\n```\n\n````\n```\n\nc\n````\n\nDone.',
  'a fence in a list': '- item\n\n  ```\n  code\n\nnot indented\n  ```\n\nAfter.',
  'a fence that ends in its list':
    '1. Install:\n\n   ```bash\n   npm ci\n\n   x\n   ```\n\n2. Run it.\n\nDone.\n\nMore.',
  'no fence': 'A\n\n``` x ```\n\nB\n\n```\nc\n\nd\n```\n\nE',
  'a fence in an item': '1. ```js\n   a\n\nb\n\nC',
  'fences without blank lines': 'Look:\n```js\na\n```\nAfter.\n- a\n```\nb\n   ```\n- c\n> q\n~~~\nd\n~~~\nend',
  'an indented fence': 'A\n\n  ```\na\n\nb\n\n  ```\n\nC\n\nD',
  'a fence that is in no item': '- a\n\n ```\n x\n\ny\n ```\n\nz\n\nw',
  'an empty item': '-\n\n  ```\n  a\n\nb\n\n  ```\n\nc\n\nd',
  'a list in the middle of a paragraph': 'text\n2. no item\n\n   ```\n   a\n\nb\n   ```\n\nc\n\nd',
  'an open fence': 'Look:\n\n```\na\n\nb',
  'quotes and tables': '> a\n\n> b\n\n| x | y |\n| - | - |\n| 1 | 2 |\n\nText | no table\n\n    indented\n\n    more',
  'links defined elsewhere':
    'See [one] and [two][One].\n\nText.\n\n[one]: https://example.org/\n\n[one]: https://example.org/2',
  'links defined in a quote': 'See [one].\n\n> [one]: https://example.org/\n\nText.',
  footnotes: 'See[^1].\n\nText.\n\n[^1]: Note.\n\n    More of it.',
  'footnotes in another order':
    'A[^b], b[^a], c[^b] and [^c].\n\n- item[^a]\n\n[^a]: One[^d].\n\nMiddle.\n\n[^b]: Two.\n[^d]: Four.\n\nEnd[^d].',
  html: '<div>\n\nText\n\n</div>',
  'HTML over blank lines': 'A\n\n<!-- a\n\nb\n\n-->\n\nC\n\n<pre>\n\nx\n\n</pre>\n\nD\n\n<details>\n\nE',
  setext: 'Title\n===\n\nText\n---\n\nEnd',
  'breaks between lists': '- a\n- b\n\n---\n\n- c\n\n* d\n* e\n\n1) f\n\n2) g\n\n3. h',
  tabs: '-\ta\n\n\tb\n\n  c\n\n1.\td\n\n    e',
  'line ends of Windows': 'A\r\n\r\n```\r\nb\r\n```\r\n\r\nC\r\n\r\n- d\r\n- e',
};

const LONG: Readonly<Record<string, string>> = {
  'a long list': many(120, (i) => `- Item **${i}** with some \`code\` and more words`),
  'a long list, loose at its end': `${many(120, (i) => `- Item **${i}** with some words`)}\n\n- the last`,
  'a long list, loose within an item': `${many(120, (i) => `${i + 3}. Item **${i}** with some words`)}\n\n   and more\n4. x`,
  'a long list with lists and code': `${many(120, (i) => `* Item ${i}\n  - [link](https://example.org/${i})\n\n  \`\`\`\n  code\n  \`\`\``)}\n\nAfter.`,
  'a long list, and others after it': `${many(120, (i) => `- Item **${i}** with some words`)}\n# Title\n- a\n- b\n\nText`,
  'a long task list': many(120, (i) => `- [${i % 2 === 0 ? 'x' : ' '}] Task number ${i} of many`),
  'a long list with lazy lines': many(120, (i) => `- Item number ${i} of many\nlazy`),
  'a long table': `| n | square |\n| - | -: |\n${many(200, (i) => `| ${i} | **${i * i}** and \`x${i}\` |`)}`,
  'a long table, and text after it': `| n | square |\n| - | -: |\n${many(200, (i) => `| ${i} | **${i * i}** |`)}\n> quote\n\nText`,
  'a long table whose rows have no bars before them': `| n | square |\n| - | -: |\n${many(200, (i) => `${i} | **${i * i}**`)}`,
  'a long text with footnotes': many(60, (i) => `Paragraph ${i}[^${i % 7}] goes on.\n\n[^${i}]: Note ${i}.\n`),
};

/** The whole text, parsed at once. */
function whole(text: string): string {
  const parsed = parsePiece(text.replaceAll('\r\n', '\n'), NOTHING_KNOWN);
  if (parsed === null) throw new Error('It cannot be parsed');
  const tree = unified().use(remarkRehype, { allowDangerousHtml: true }).use(rehypeDirection).runSync(parsed.tree);
  return renderToStaticMarkup(
    <div className="markdown">{toReact((tree as { children: ElementContent[] }).children)}</div>,
  );
}

function inPieces(text: string): string {
  const document = new MarkdownDocument();
  const { pieces, rest } = document.update(prepared(text, false));
  return renderToStaticMarkup(
    <div className="markdown">
      <MountedPieces document={document} shown={document.show(pieces)} rest={rest} />
    </div>,
  );
}

/** Without the gaps between elements. */
const comparable = (html: string): string => html.replaceAll(/\s*\n\s*(?=<)|(?<=>)\s*\n\s*/g, '');

describe('markdownPieces', () => {
  test.each(Object.entries(SAMPLES))('%s: the pieces render as the whole does, at every length', (_name, sample) => {
    for (let length = 1; length <= sample.length; length++) {
      const text = sample.slice(0, length);
      expect(
        markdownPieces(text)
          .map((piece) => piece.text)
          .join('\n'),
      ).toBe(text);
      if (!text.endsWith('\r')) expect(comparable(inPieces(text))).toBe(comparable(whole(text)));
    }
  });

  test.each(Object.entries(LONG))('%s: so do those of what is long', (_name, text) => {
    expect(comparable(inPieces(text))).toBe(comparable(whole(text)));
  });

  test.each(['a long list', 'a long table', 'a long text with footnotes', 'a long list with lists and code'])(
    '%s is cut, and the earlier pieces stay as they are while text is added',
    (name) => {
      const text = LONG[name] ?? '';
      const before = markdownPieces(text.slice(0, -200));
      expect(before.length).toBeGreaterThan(3);
      expect(Math.max(...markdownPieces(text).map((piece) => piece.text.length))).toBeLessThan(2000);
      expect(markdownPieces(text).slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    },
  );

  test('whatever lines follow each other', () => {
    const LINES = [
      '',
      '',
      'text',
      '- a',
      '- b',
      '  - c',
      '1. d',
      '2. e',
      '   f',
      '  g',
      '    h',
      '> q',
      '```',
      '  ```',
      '   ~~~',
      '# t',
      '---',
      '===',
      '| a | b |',
      '| - | - |',
      '<!-- x',
      '-->',
      '<div>',
      '[l]: /u',
      '[l]',
      '[^1]',
      '[^1]: n',
      '* x',
      '+',
      '\tt',
      '- ```',
      '> - z',
      '10. ten',
    ];
    const random = generator(7);
    for (let round = 0; round < ROUNDS; round++) {
      const text = Array.from(
        { length: 3 + Math.floor(random() * 9) },
        () => LINES[Math.floor(random() * LINES.length)],
      ).join('\n');
      expect(comparable(inPieces(text)), JSON.stringify(text)).toBe(comparable(whole(text)));
    }
  });
});
