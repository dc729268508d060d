import { expect, test } from 'vitest';
import type { Attachment } from '../state/conversation.ts';
import type { Draft } from './draft-store.ts';
import { shortenDraft } from './shorten-draft.ts';

/** Ten tokens of a template, one for each character, and five around each file. */
const count = async ({ text, attachments }: Draft): Promise<number> =>
  10 + text.length + attachments.reduce((sum, one) => sum + 5 + one.text.length, 0);

const file = (name: string, text: string): Attachment => ({ id: name, name, bytes: text.length, text });

test('what fits stays as it is', async () => {
  const draft = { text: 'Why?', attachments: [file('a', 'aaaa')] };
  expect(await shortenDraft(draft, 23, count)).toEqual(draft);
});

test('files are cut before the question, the last one first', async () => {
  const draft = {
    text: 'Why?',
    attachments: [file('a', 'a'.repeat(100)), file('b', 'b'.repeat(5000)), file('c', 'c')],
  };
  const short = await shortenDraft(draft, 500, count);
  expect(short.text).toBe('Why?');
  expect(short.attachments.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(short.attachments[0]?.text).toHaveLength(100);
  const used = await count(short);
  expect(used).toBeLessThanOrEqual(500);
  expect(used).toBeGreaterThan(490);
});

test('a question that is too long by itself is cut at a word', async () => {
  const { text, attachments } = await shortenDraft(
    { text: 'word '.repeat(40_000), attachments: [file('a', 'a')] },
    310,
    count,
  );
  expect(attachments).toEqual([]);
  expect(text).toMatch(/^(word )+word$/);
  expect(text.length).toBeGreaterThan(285);
});

test('no character is cut in two, and what never fits is empty', async () => {
  const { text } = await shortenDraft({ text: '😀'.repeat(100), attachments: [] }, 31, count);
  expect(text).toBe('😀'.repeat(10));
  expect(await shortenDraft({ text: 'word', attachments: [] }, 3, count)).toEqual({ text: '', attachments: [] });
});
