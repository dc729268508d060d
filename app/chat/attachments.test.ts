import { describe, expect, test } from 'vitest';
import { countLines, decodeText, MAX_ATTACHMENTS, pastedAttachment, readAttachments } from './attachments.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)));
const file = (name: string, ...parts: (string | number[])[]): File => new File([bytes(...parts)], name);

describe('decodeText', () => {
  test('reads UTF-8, with and without its mark, and unites line ends', () => {
    expect(decodeText(bytes('Grüße\r\n日本'))).toBe('Grüße\n日本');
    expect(decodeText(bytes([0xef, 0xbb, 0xbf], 'a'))).toBe('a');
  });

  test.each([
    ['zeros', bytes('a', [0], 'b'), 'binary'],
    ['a JPEG', bytes([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 5, 6, 7]), 'binary'],
    ['Latin-1', bytes('Gr', [0xfc, 0xdf], 'e'), 'encoding'],
    ['UTF-16', bytes([0xff, 0xfe, 0x61, 0x00]), 'encoding'],
    ['a PDF by another name', bytes('%PDF-1.7\n…'), 'pdf'],
    ['white space', bytes(' \n\t'), 'empty'],
    ['nothing', bytes(), 'empty'],
  ])('refuses %s', (_name, content, kind) => expect(decodeText(content)).toEqual({ kind }));
});

describe('readAttachments', () => {
  test('takes what is text, and names what is not', async () => {
    const { attachments, problems } = await readAttachments([
      file('a.txt', 'one\ntwo\n'),
      file('b.bin', [0, 1, 2]),
      file('c.PDF', 'x'),
      file('large.txt', 'x'.repeat(1_000_001)),
      file('d.csv', 'x,y'),
    ]);
    expect(attachments).toMatchObject([
      { name: 'a.txt', bytes: 8, text: 'one\ntwo\n' },
      { name: 'd.csv', text: 'x,y' },
    ]);
    expect(problems).toEqual([
      { kind: 'binary', name: 'b.bin' },
      { kind: 'pdf', name: 'c.PDF' },
      { kind: 'too-large', name: 'large.txt' },
    ]);
  });

  test('no message takes more than its number of files', async () => {
    const files = Array.from({ length: 3 }, (_, index) => file(`${index}.txt`, 'x'));
    const { attachments, problems } = await readAttachments(files, MAX_ATTACHMENTS - 2);
    expect(attachments).toHaveLength(2);
    expect(problems).toEqual([{ kind: 'too-many', name: '2.txt' }]);
  });

  test('a file that cannot be read is a problem, not an error', async () => {
    const folder = Object.assign(file('folder'), { arrayBuffer: () => Promise.reject(new Error('NotReadable')) });
    expect(await readAttachments([folder])).toEqual({
      attachments: [],
      problems: [{ kind: 'unreadable', name: 'folder' }],
    });
  });
});

test('pasted files get names of their own', () => {
  const first = pastedAttachment('ä', 'Pasted text.txt', []);
  const second = pastedAttachment('b', 'Pasted text.txt', [first]);
  expect([first.name, second.name]).toEqual(['Pasted text.txt', 'Pasted text 2.txt']);
  expect(first.bytes).toBe(2);
});

test('lines are counted as editors count them', () => {
  expect([countLines('a'), countLines('a\n'), countLines('a\nb')]).toEqual([1, 1, 2]);
});
