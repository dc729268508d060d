// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '@testing-library/react';
import { createDraftStore, draftOf } from '../../chat/draft-store.ts';
import { contextLengthOf, createPreferencesStore } from '../../models/preferences-store.ts';
import { answer, head, question } from '../../testing/messages.ts';
import { newDatabase } from '../../testing/render-page.tsx';
import { openConversationsDb, type ConversationsDb } from '../conversations-db.ts';
import { createSettingsStore, DEFAULT_SAMPLING } from '../settings-store.ts';
import { discardLocalSetAside, localSetAside } from './local-records.ts';
import { parseNews } from './news-record.ts';
import { setAsideFile, setAsideStore } from './set-aside.ts';

beforeEach(() => {
  localStorage.clear();
  setAsideStore.setState(setAsideStore.getInitialState(), true);
});

const isNews = (): boolean => setAsideStore.getState().isNews;
const saved = (state: unknown, version: unknown = 1): string => JSON.stringify({ state, version });

describe('settings', () => {
  const PRESET = {
    id: 'p',
    name: 'Mine',
    sampling: { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
  };

  test.each<[string, string, object]>([
    ['a language that is a path', saved({ language: '../../evil', theme: 'dark' }), { language: null, theme: 'dark' }],
    ['presets that are a word', saved({ presets: 'abc', theme: 'dark' }), { presets: [], theme: 'dark' }],
    [
      'presets of which one is whole',
      saved({ presets: [null, 5, {}, { ...PRESET, sampling: 0 }, PRESET] }),
      { presets: [PRESET] },
    ],
    [
      'numbers out of range',
      saved({ sampling: { temperature: 1e9, topK: 3.5, seed: -1, topP: 0.5 } }),
      { sampling: { topP: 0.5 } },
    ],
    [
      'a theme that is an object',
      saved({ theme: { dark: true }, textSize: 'huge' }),
      { theme: 'system', textSize: 'medium' },
    ],
    ['an address that is none', saved({ modelUrl: 'javascript:alert(1)' }), { modelUrl: null }],
    ['no state', saved(null), { theme: 'system' }],
    ['a state that is a list', saved([1]), { theme: 'system' }],
    ['half a text', saved({ theme: 'dark' }).slice(0, 12), { theme: 'system' }],
    ['another kind of JSON', '[[[]]]', { theme: 'system' }],
    ['a giant text', `{"state":{"sampling":{"systemPrompt":"${'x'.repeat(2_100_000)}"}}}`, { sampling: {} }],
    ['a deep text', '['.repeat(100_000), { theme: 'system' }],
    [
      'names of actions',
      saved({ setTheme: 'x', __proto__: null, constructor: 1, theme: 'light', sidebar: 7 }),
      { theme: 'light' },
    ],
    ['a newer version', saved({ theme: 'dark', textSize: 'enormous' }, 7), { theme: 'dark', textSize: 'medium' }],
  ])('%s: the rest is used, and the text is set aside', (_name, text, expected) => {
    localStorage.setItem('mixtab-settings', text);
    const store = createSettingsStore();
    expect(store.getState()).toMatchObject(expected);
    store.getState().setTheme('light');
    expect(store.getState().theme).toBe('light');
    expect(localSetAside()).toEqual([{ key: 'mixtab-settings:1', places: [], record: text }]);
    expect(isNews()).toBe(true);
    setAsideStore.getState().dismiss();
    expect(createSettingsStore().getState().theme).toBe('light');
    expect(isNews()).toBe(false);
    discardLocalSetAside();
    expect(localSetAside()).toEqual([]);
  });

  test('what is whole, or lacks what came later, is read without a word', () => {
    localStorage.setItem('mixtab-settings', saved({ theme: 'dark', sampling: { topK: 5 }, later: { unknown: 1 } }));
    expect(createSettingsStore().getState()).toMatchObject({
      theme: 'dark',
      sampling: { topK: 5 },
    });
    expect(isNews()).toBe(false);
    expect(localSetAside()).toEqual([]);
  });
});

describe('settings of the versions before', () => {
  const FIRST = {
    ...{ temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 },
    ...{ seed: null, maxTokens: 512, systemPrompt: '' },
  };
  const CHOSEN = { maxTokens: 99, systemPrompt: 'Be brief.', seed: 7 };

  test.each<[string, object, unknown, object]>([
    ['a sampling that nobody chose is none', FIRST, 1, {}],
    ['what was chosen beside it stays', { ...FIRST, ...CHOSEN }, 1, CHOSEN],
    ['one that was changed stays', { ...FIRST, topK: 5 }, 1, { temperature: 0, topK: 5, topP: 1, minP: 0 }],
    ['one that was chosen since stays', FIRST, 2, { temperature: 0, topP: 1, minP: 0 }],
    ['the default of version 2 is none', { ...DEFAULT_SAMPLING, ...CHOSEN }, 2, CHOSEN],
    ['a choice stays, also of what is the default', { temperature: 0.7, topK: 0 }, 3, { temperature: 0.7, topK: 0 }],
  ])('%s', (_name, sampling, version, expected) => {
    const text = saved({ sampling, theme: 'dark', presets: [] }, version);
    localStorage.setItem('mixtab-settings', text);
    const store = createSettingsStore();
    expect(store.getState().sampling).toEqual(expected);
    expect(store.getState().theme).toBe('dark');
    expect(isNews()).toBe(false);
    // Once it was seen, it can be chosen again.
    const choice = { temperature: 0.7, topP: 1, minP: 0.05 };
    store.getState().setSampling(choice);
    expect(createSettingsStore().getState().sampling).toMatchObject(choice);
  });
});

describe('other records of localStorage', () => {
  const NASTY = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'];

  test('names of objects are keys like any other', () => {
    const store = createDraftStore();
    for (const key of NASTY) expect(draftOf(store.getState(), key)).toEqual({ text: '', attachments: [] });
    for (const key of NASTY) store.getState().setText(key, `for ${key}`);
    const again = createDraftStore();
    for (const key of NASTY) expect(draftOf(again.getState(), key).text).toBe(`for ${key}`);
    const preferences = createPreferencesStore();
    for (const id of NASTY) expect(contextLengthOf(preferences, { kind: 'stored', id })).toBeNull();
    for (const id of NASTY) preferences.getState().setContextLength(id, 512);
    const read = createPreferencesStore();
    for (const id of NASTY) expect(contextLengthOf(read, { kind: 'stored', id })).toBe(512);
    read.getState().setContextLength('__proto__', null);
    expect(contextLengthOf(read, { kind: 'stored', id: '__proto__' })).toBeNull();
  });

  test('what does not parse is set aside, and its neighbours are used', () => {
    localStorage.setItem('mixtab-models', saved({ contextLengths: { a: 'x', b: 256, c: -1, d: null } }));
    localStorage.setItem('mixtab-drafts', '{"a":1,"b":"text"}');
    expect([...createPreferencesStore().getState().contextLengths]).toEqual([['b', 256]]);
    expect([...createDraftStore().getState().drafts.keys()]).toEqual(['b']);
    expect(
      localSetAside()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(['mixtab-drafts:1', 'mixtab-models:1']);
  });
});

/** Writes a record as it is, whatever it is. */
async function put(name: string, key: string, record: unknown): Promise<void> {
  const opening = indexedDB.open(name);
  await new Promise((resolve) => {
    opening.onsuccess = resolve;
  });
  const transaction = opening.result.transaction('conversations', 'readwrite');
  transaction.objectStore('conversations').put(record, key);
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  opening.result.close();
}

describe('records of conversations', () => {
  async function twoConversations(): Promise<ConversationsDb> {
    const db = openConversationsDb(newDatabase());
    for (const id of ['c', 'd']) {
      await db.write(id, {
        create: head(id, { leafId: 'a' }),
        messages: [question('q', null, 1), answer('a', 'q', 2)],
      });
    }
    return db;
  }

  const circle: Record<string, unknown> = { id: 'c' };
  circle['title'] = circle;

  test.each<[string, unknown]>([
    ['a number', 42],
    ['nothing', null],
    ['a circle', circle],
    ['a list', []],
    [
      'wrong types',
      { id: 5, title: [], createdAt: 'x', updatedAt: Number.NaN, isPinned: 'yes', leafId: {}, settings: 7, model: 1 },
    ],
    ['numbers beyond', { ...head('c'), createdAt: 1e300, updatedAt: -1, settings: { topK: Infinity } }],
    ['a model of another kind', { ...head('c'), model: { name: 'x', source: { kind: 'cloud' } } }],
  ])('a head that is %s: its conversation can be opened, and the record is set aside', async (_name, record) => {
    const db = await twoConversations();
    await put(db.name, 'head:c', record);
    const heads = await db.heads();
    expect(heads.map(({ id }) => id).sort()).toEqual(['c', 'd']);
    expect(heads.find(({ id }) => id === 'c')?.updatedAt).toEqual(expect.any(Number));
    expect(await db.messages('c')).toHaveLength(2);
    await waitFor(async () => expect(await db.setAside()).toMatchObject([{ key: 'head:c' }]));
    expect(isNews()).toBe(true);
    expect((await setAsideFile(await db.setAside()).text()).length).toBeGreaterThan(10);
    await db.write('c', { head: { title: 'New' } });
    expect(await db.head('c')).toMatchObject({ id: 'c', title: 'New' });
    expect(await db.setAside()).toHaveLength(1);
  });

  test.each<[string, unknown, boolean]>([
    ['a word', 'message', false],
    ['without words', { ...question('q', null, 1), content: 5 }, false],
    ['of another role', { ...question('q', null, 1), role: 'tool' }, false],
    ['of another state', { ...answer('q', null, 1), status: { kind: 'thinking-hard' } }, true],
    ['with files that are none', { ...question('q', null, 1), attachments: 'files' }, true],
    ['at no time', { ...question('q', null, 1), createdAt: Number.NaN }, true],
    [
      'with timings that are none',
      { ...answer('q', null, 1), status: { kind: 'done', finishReason: 'stop', timings: {} } },
      true,
    ],
  ])('a message that is %s costs nothing of its neighbours', async (_name, record, isRead) => {
    const db = await twoConversations();
    await put(db.name, 'message:c:q', record);
    const ids = (await db.messages('c')).map(({ id }) => id).sort();
    expect(ids).toEqual(isRead ? ['a', 'q'] : ['a']);
    expect(await db.allMessages()).toHaveLength(isRead ? 4 : 3);
    expect(await db.message('c', 'q')).toEqual(isRead ? expect.objectContaining({ id: 'q' }) : null);
    await waitFor(async () => expect(await db.setAside()).toMatchObject([{ key: 'message:c:q', record }]));
    await db.discardSetAside();
    expect(await db.setAside()).toEqual([]);
    setAsideStore.getState().dismiss();
    expect(await db.messages('c')).toHaveLength(isRead ? 2 : 1);
    expect(await db.setAside()).toEqual([]);
  });

  test('a routing of another shape is none, and is set aside', async () => {
    const db = await twoConversations();
    const chosen = new Uint16Array([0, 1]);
    const whole = { layers: [1], experts: 2, used: 2, texts: ['x'], count: 1, chosen, weights: new Float32Array(2) };
    await put(db.name, 'routing:c:a', whole);
    expect((await db.routing('c', ['a'])).size).toBe(1);
    for (const wrong of [
      { ...whole, count: 2 },
      { ...whole, experts: 1 },
      { ...whole, layers: 'x' },
      { ...whole, used: 1e9 },
      7,
    ]) {
      await put(db.name, 'routing:c:a', wrong);
      expect((await db.routing('c', ['a'])).size).toBe(0);
    }
    await waitFor(async () => expect(await db.setAside()).toHaveLength(1));
  });

  test('what a newer version keeps in a head stays there', async () => {
    const db = await twoConversations();
    await put(db.name, 'head:c', { ...head('c'), folder: 'work' });
    await db.write('c', { head: { title: 'Other' } });
    await put(db.name, 'unrelated', 1);
    expect(await db.head('c')).toMatchObject({ title: 'Other' });
    expect(await db.setAside()).toEqual([]);
  });

  test('keys that no version makes are left alone', async () => {
    const db = await twoConversations();
    await put(db.name, 'head:', head(''));
    await put(db.name, 'head:a b', head('a b'));
    await put(db.name, `head:${'x'.repeat(1000)}`, head('x'));
    expect(await db.heads()).toHaveLength(2);
  });
});

test('news of another version of the page is not heard', () => {
  expect(parseNews({ kind: 'head', conversation: 'c' })).not.toBeNull();
  for (const news of [
    null,
    'release',
    {},
    { kind: 'folders' },
    { kind: 'head', conversation: 5 },
    { kind: 'messages', conversation: 'c' },
  ])
    expect(parseNews(news)).toBeNull();
});
