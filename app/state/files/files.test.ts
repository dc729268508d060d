// @vitest-environment happy-dom
import { waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newDatabase } from '../../testing/render-page.tsx';
import { answer, head, question } from '../../testing/messages.ts';
import { closeTab, closeTabs, openTab, type Tab } from '../../testing/tabs.ts';
import { pathTo, treeOf } from '../message-tree.ts';
import { readConversations, writeConversations } from './conversation-file.ts';
import { conversationMarkdown } from './markdown.ts';

beforeEach(() => localStorage.clear());
afterEach(closeTabs);

const asFile = (text: string, name = 'export.json'): File => new File([text], name, { type: 'application/json' });
const exported = async (tab: Tab, id: string | null = null): Promise<string> =>
  (await tab.chat.getState().exportConversations(id, 'json')).text();
const importText = (tab: Tab, text: string): ReturnType<Tab['chat']['getState']>['path'] | Promise<unknown> =>
  tab.chat.getState().importConversations(asFile(text));
const texts = (tab: Tab): string[] => tab.chat.getState().path.map(({ message }) => message.content);

async function twoConversations(tab: Tab): Promise<void> {
  await tab.chat.getState().send('First');
  await tab.chat
    .getState()
    .edit(tab.chat.getState().path[0]?.message.id ?? '', 'First, changed', [
      { id: 'f1', name: 'notes.txt', bytes: 5, text: 'alpha' },
    ]);
  await tab.chat.getState().setConversationSettings({ temperature: 0.7, systemPrompt: 'Be kind.' });
  await tab.chat.getState().newChat();
  await tab.chat.getState().send('Second');
}

describe('export and import', () => {
  test('bring everything back, branches and settings too', async () => {
    const tab = await openTab(newDatabase());
    await twoConversations(tab);
    const before = tab.chat.getState().heads;
    const file = await exported(tab);
    closeTab(tab);

    const other = await openTab(newDatabase());
    expect(await importText(other, file)).toEqual({ conversations: 2, messages: 6, skipped: 0 });
    await waitFor(() => expect(other.chat.getState().heads).toEqual(before));
    await other.chat.getState().select(before[1]?.id ?? '');
    expect(texts(other)).toEqual(['First, changed', expect.stringContaining('First, changed')]);
    expect(other.chat.getState().path[0]?.siblings).toHaveLength(2);
    expect(other.chat.getState().path[0]?.message).toMatchObject({
      attachments: [{ name: 'notes.txt', text: 'alpha' }],
    });
  });

  test('the same again is skipped', async () => {
    const tab = await openTab(newDatabase());
    await twoConversations(tab);
    const file = await exported(tab);
    expect(await importText(tab, file)).toEqual({ conversations: 0, messages: 0, skipped: 2 });
    expect(readConversations(await exported(tab))).toEqual(readConversations(file));
  });

  test('a conversation that went on in both places gets the messages of both', async () => {
    const tab = await openTab(newDatabase());
    await tab.chat.getState().send('Start');
    const file = await exported(tab);
    await tab.chat.getState().send('Here');
    const other = await openTab(newDatabase());
    await importText(other, file);
    await other.chat.getState().select(other.chat.getState().heads[0]?.id ?? '');
    await other.chat.getState().send('There');
    const theirs = await exported(other);
    expect(await importText(tab, theirs)).toEqual({ conversations: 1, messages: 2, skipped: 0 });
    await waitFor(() => expect(tab.chat.getState().path[2]?.siblings).toHaveLength(2));
    const [here, there] = tab.chat.getState().path[2]?.siblings ?? [];
    await tab.chat.getState().showBranch(here ?? '');
    expect(texts(tab)[2]).toBe('Here');
    await tab.chat.getState().showBranch(there ?? '');
    expect(texts(tab)[2]).toBe('There');
  });

  test('an answer that went on replaces its beginning, never the other way round', async () => {
    const [short, long] = ['one two', 'one two three'].map((content) => [
      question('q', null, 1),
      answer('a', 'q', 2, content),
    ]);
    const fileOf = async (messages: typeof short): Promise<string> =>
      writeConversations([{ head: head('c', { leafId: 'a' }), messages: messages ?? [] }], new Date(0)).text();
    const tab = await openTab(newDatabase());
    await importText(tab, await fileOf(short));
    expect(await importText(tab, await fileOf(long))).toMatchObject({ messages: 1 });
    expect(await importText(tab, await fileOf(short))).toMatchObject({ messages: 0, skipped: 1 });
    await tab.chat.getState().select('c');
    expect(texts(tab)).toEqual(['Ask q', 'one two three']);
  });

  test('the parts of an answer stay apart, and its ids stay here', async () => {
    const parts = { reasoning: 'Hm.', toolCalls: [{ name: 'f', arguments: '{}' }], tokens: [1, 2, 3] };
    const messages = [question('q', null, 1), { ...answer('a', 'q', 2, 'Use `<think>`.'), ...parts }];
    const file = await writeConversations([{ head: head('c'), messages }], new Date(0)).text();
    expect(file).not.toContain('tokens');
    const [read] = readConversations(file).conversations;
    expect(read?.messages[1]).toEqual({ ...messages[1], tokens: null });
    const forged = file.replace('"reasoning": "Hm."', '"reasoning": "Hm.", "tokens": [7]');
    expect(readConversations(forged).conversations[0]?.messages[1]).toEqual({ ...messages[1], tokens: null });
  });

  test('a file from before answers had parts is split once', async () => {
    const text = '<think>\nHm.\n</think>\n\nUse `<think>`.';
    const messages = [question('q', null, 1), answer('a', 'q', 2, text)];
    const older = JSON.parse(
      await writeConversations([{ head: head('c'), messages }], new Date(0)).text(),
      (key, value: unknown) => (key === 'reasoning' || key === 'toolCalls' ? undefined : value),
    ) as object;
    const tab = await openTab(newDatabase());
    await importText(tab, JSON.stringify(older));
    await tab.chat.getState().select('c');
    const once = { content: 'Use `<think>`.', reasoning: 'Hm.' };
    expect(readConversations(JSON.stringify(older)).conversations[0]?.messages[1]).toMatchObject(once);
    const [again] = readConversations(await exported(tab)).conversations;
    expect(again?.messages.find(({ id }) => id === 'a')).toMatchObject(once);
  });

  test('one conversation alone can be exported', async () => {
    const tab = await openTab(newDatabase());
    await twoConversations(tab);
    const [first] = tab.chat.getState().heads;
    const found = readConversations(await exported(tab, first?.id ?? ''));
    expect(found.conversations.map((one) => one.head)).toEqual([first]);
  });
});

describe('a bad file', () => {
  const good = async (): Promise<string> =>
    writeConversations(
      [
        { head: head('c1', { leafId: 'a' }), messages: [question('q', null, 1), answer('a', 'q', 2)] },
        { head: head('c2'), messages: [] },
      ],
      new Date(0),
    ).text();

  test.each<[string, (text: string) => string, RegExp]>([
    ['cut off', (text) => text.slice(0, text.length / 2), /not a file of conversations/],
    ['other JSON', () => '{"format":"something","version":1}', /not a file of conversations/],
    ['no JSON', () => 'GGUF', /not a file of conversations/],
    ['a newer version', (text) => text.replace('"version": 1', '"version": 2'), /newer version/],
    [
      'nothing that can be read',
      () => '{"format":"mixtab-conversations","version":1,"conversations":"all"}',
      /Nothing/,
    ],
    ['no conversation', () => '{"format":"mixtab-conversations","version":1,"conversations":[5]}', /conversations\.0/],
  ])('%s changes nothing and says why', async (_name, spoil, words) => {
    const tab = await openTab(newDatabase());
    const text = spoil(await good());
    expect(text).not.toBe(await good());
    await expect(importText(tab, text)).rejects.toThrow(words);
    expect(await tab.chat.getState().search('Ask')).toEqual([]);
    expect(tab.chat.getState().importing).toBeNull();
    closeTab(tab);
  });

  const INVALID_URL = '"model": {"name":"x","source":{"kind":"url","url":"javascript:alert(1)"}}';

  test.each<[string, (text: string) => string, string, string[]]>([
    ['a text that is none', (text) => text.replace('"Ask q"', '5'), 'messages.0.content', ['Say a']],
    ['a role that is none', (text) => text.replace('"user"', '"wizard"'), 'messages.0.role', ['Say a']],
    ['one message twice', (text) => text.replaceAll('"id": "a"', '"id": "q"'), 'messages.1.id', ['Ask q', 'Say a']],
    [
      'a parent that is missing',
      (text) => text.replace('"parentId": "q"', '"parentId": "x"'),
      'messages.1.parentId',
      [],
    ],
    ['a circle', (text) => text.replace('"parentId": null', '"parentId": "a"'), 'messages.0.parentId', []],
    ['a time that is none', (text) => text.replace('"createdAt": 2', '"createdAt": 1e300'), 'messages.1.createdAt', []],
    [
      'a setting out of range',
      (text) => text.replace('"settings": null', '"settings": {"topK": -9}'),
      'settings.topK',
      [],
    ],
    ['a model at no web address', (text) => text.replace('"model": null', INVALID_URL), 'model', []],
    ['a title that is none', (text) => text.replace('"Title c1"', '[[]]'), 'title', []],
    [
      'ids that are names of objects',
      (text) => text.replaceAll('"q"', '"__proto__"').replaceAll('"a"', '"constructor"'),
      '',
      [],
    ],
    [
      'ids that are no ids',
      (text) => text.replaceAll('"q"', '""').replaceAll('"a"', `"${'x'.repeat(1e6)}"`),
      'messages.0.id',
      [],
    ],
  ])('%s costs nothing of what stands beside it', async (_name, spoil, place, expected) => {
    const tab = await openTab(newDatabase());
    const text = spoil(await good());
    expect(text).not.toBe(await good());
    const { faults = [] } = await tab.chat.getState().importConversations(asFile(text));
    expect(faults).toEqual(place === '' ? [] : expect.arrayContaining([`conversations.0.${place}`]));
    expect(
      tab.chat
        .getState()
        .heads.map(({ id }) => id)
        .sort(),
    ).toEqual(['c1', 'c2']);
    await tab.chat.getState().select('c1');
    const shown =
      tab.chat.getState().path.length === 2
        ? texts(tab)
        : (await tab.chat.getState().search('Say a')).map(() => 'Say a');
    expect(shown).toEqual(
      expected.length > 0 && expected.length === shown.length ? expected : expect.arrayContaining(['Say a']),
    );
    closeTab(tab);
  });

  test('conversations of one id are all kept, and the same file again adds nothing', async () => {
    const tab = await openTab(newDatabase());
    const text = (await good()).replaceAll('"c2"', '"c1"');
    expect(await importText(tab, text)).toMatchObject({ conversations: 2, faults: ['conversations.1.id'] });
    expect(
      tab.chat
        .getState()
        .heads.map(({ id }) => id)
        .sort(),
    ).toEqual(['c1', 'c1-2']);
    expect(await importText(tab, text)).toMatchObject({ conversations: 0, skipped: 2 });
  });

  test('a conversation that shares nothing but its id with a stored one stands beside it', async () => {
    const tab = await openTab(newDatabase());
    await importText(tab, await good());
    const other = await writeConversations(
      [{ head: head('c1', { title: 'Another', leafId: 'z' }), messages: [question('z', null, 9, 'Unlike')] }],
      new Date(0),
    ).text();
    expect(await importText(tab, other)).toMatchObject({ conversations: 1, messages: 1 });
    expect(await importText(tab, other)).toMatchObject({ conversations: 0, skipped: 1 });
    expect(
      tab.chat
        .getState()
        .heads.map(({ id }) => id)
        .sort(),
    ).toEqual(['c1', 'c1-2', 'c2']);
  });

  test('the good one is read, and nothing is wrong with it', async () => {
    const { conversations, faults } = readConversations(await good());
    expect(conversations).toHaveLength(2);
    expect(faults).toEqual([]);
  });

  test('a chain of 100,000 messages is read, shown from its beginning, and searched', async () => {
    const messages = Array.from({ length: 100_000 }, (_, at) =>
      question(`m${at}`, at === 0 ? null : `m${at - 1}`, at, `Line ${at}`),
    );
    const text = await writeConversations([{ head: head('c'), messages }], new Date(0)).text();
    const { conversations, faults } = readConversations(text);
    expect(faults).toEqual([]);
    const tree = treeOf(conversations[0]?.messages ?? []);
    expect(pathTo(tree, null)).toHaveLength(100_000);
    expect(pathTo(tree, null)[0]?.id).toBe('m0');
  });
});

describe('many conversations', () => {
  const many = (count: number): Promise<string> =>
    writeConversations(
      Array.from({ length: count }, (_, at) => ({
        head: head(`k${at}`, { leafId: 'a' }),
        messages: [question('q', null, 1), answer('a', 'q', 2)],
      })),
      new Date(0),
    ).text();

  test('are written by the hundred, and the list is made anew a few times', async () => {
    const tab = await openTab(newDatabase());
    let lists = 0;
    const progress: number[] = [];
    tab.chat.subscribe((state, before) => {
      if (state.heads !== before.heads) lists++;
      if (state.importing !== before.importing && state.importing !== null) progress.push(state.importing.done);
    });
    expect(await importText(tab, await many(900))).toMatchObject({ conversations: 900, messages: 1800 });
    expect(tab.chat.getState().heads).toHaveLength(900);
    expect(lists).toBe(5);
    expect(progress).toEqual([0, 200, 400, 600, 800]);
    expect(tab.chat.getState().importing).toBeNull();
  });

  test('end when they are cancelled: what was imported stays, and the rest can be', async () => {
    const tab = await openTab(newDatabase());
    const stop = tab.chat.subscribe((state) => {
      if (state.importing?.done === 400) state.cancelImport();
    });
    expect(await importText(tab, await many(900))).toMatchObject({ conversations: 400, isCancelled: true });
    stop();
    expect(await importText(tab, await many(900))).toMatchObject({ conversations: 500, skipped: 400 });
  });
});

describe('Markdown', () => {
  test('has the title, the date, the model, files, reasoning and the answer', () => {
    const path = [
      { ...question('q', null, 1, 'What is it?'), attachments: [{ id: 'f', name: 'a.txt', bytes: 5, text: 'alpha' }] },
      { ...answer('a', 'q', 2, 'It is **alpha**.'), reasoning: 'Hm.\nA word.', reasoningMs: 4000, model: 'Tiny' },
    ];
    const text = conversationMarkdown(head('c', { title: 'A title', createdAt: 0 }), path);
    expect(text).toContain('# A title\n');
    expect(text).toMatch(/\*.*1970.* · Tiny\*/);
    expect(text).toContain('## You\n\nFile: a.txt\n```\nalpha\n```\n\nWhat is it?');
    expect(text).toContain(
      '## Tiny\n\n<details>\n<summary>Reasoning (4\u00a0s)</summary>\n\n> Hm.\n> A word.\n\n</details>\n\nIt is **alpha**.',
    );
    expect(text.endsWith('\n')).toBe(true);
  });

  test('is the path that is shown', async () => {
    const tab = await openTab(newDatabase());
    await twoConversations(tab);
    const id = tab.chat.getState().heads[1]?.id ?? '';
    const text = await (await tab.chat.getState().exportConversations(id, 'markdown')).text();
    expect(text).toContain('First, changed');
    expect(text).not.toContain('Second');
  });
});
