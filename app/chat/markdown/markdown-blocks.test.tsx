import { renderToStaticMarkup } from 'react-dom/server';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { describe, expect, test } from 'vitest';
import { markdownBlocks } from './markdown-blocks.ts';

const SAMPLES: Readonly<Record<string, string>> = {
  paragraphs: 'One\ntwo.\n\nThree *four\nfive*.\n\n\n# Title\n\nSix.',
  'lists with gaps': '1. One\n\n   still one\n\n2. Two\n\n- a\n\n  b\n\nAfter.',
  'fences with blank lines': 'Code:\n\n```js\na\n\nb ~~~\n\n~~~~\n```\n\n````\n```\n\nc\n````\n\nDone.',
  'a fence in a list': '- item\n\n  ```\n  code\n\nnot indented\n  ```\n\nAfter.',
  'no fence': 'A\n\n``` x ```\n\nB\n\n```\nc\n\nd\n```\n\nE',
  'a fence in an item': '1. ```js\n   a\n\nb\n\nC',
  'fences without blank lines': 'Look:\n```js\na\n```\nAfter.\n- a\n```\nb\n   ```\n- c\n> q\n~~~\nd\n~~~\nend',
  'an open fence': 'Look:\n\n```\na\n\nb',
  'quotes and tables': '> a\n\n> b\n\n| x | y |\n| - | - |\n| 1 | 2 |\n\nText | no table\n\n    indented\n\n    more',
  'links defined elsewhere': 'See [one].\n\nText.\n\n[one]: https://example.org/',
  footnotes: 'See[^1].\n\nText.\n\n[^1]: Note.\n\n    More of it.',
  html: '<div>\n\nText\n\n</div>',
  setext: 'Title\n===\n\nText\n---\n\nEnd',
};

const render = (text: string): string =>
  renderToStaticMarkup(<ReactMarkdown remarkPlugins={[remarkGfm]}>{text}</ReactMarkdown>);
const withoutGaps = (html: string): string => html.replaceAll(/>\n+</g, '><');

describe('markdownBlocks', () => {
  test.each(Object.entries(SAMPLES))('%s: the pieces render as the whole does, at every length', (_name, sample) => {
    for (let length = 1; length <= sample.length; length++) {
      const text = sample.slice(0, length);
      const pieces = markdownBlocks(text);
      expect(pieces.join('\n')).toBe(text);
      expect(withoutGaps(pieces.map(render).join('\n'))).toBe(withoutGaps(render(text)));
    }
  });

  test('earlier pieces stay as they are while text is added', () => {
    const text = 'One.\n\nTwo.\n\nThree is being wri';
    expect(markdownBlocks(text)).toEqual(['One.\n', 'Two.\n', 'Three is being wri']);
    expect(markdownBlocks(`${text}tten.`).slice(0, 2)).toEqual(['One.\n', 'Two.\n']);
  });
});
