/**
 * Attacks the doors by which records come in: localStorage, the store of conversations, imported files, news of other tabs, and
 * what is known of stored models. Valid records are changed at random places; each then goes through the real door, and one in
 * `RENDER_EVERY` through the whole page. `fuzz/records.ts` runs it (environment: happy-dom).
 */
import 'fake-indexeddb/auto';
import { createStore, promisifyRequest } from 'idb-keyval';
import { act, cleanup, screen } from '@testing-library/react';
import type { Attack, Outcome } from '../../fuzz/attack.ts';
import { storageReport } from '../../engine/store/report.ts';
import { viewStore } from '../layout/view-store.ts';
import { noticeStore } from '../state/notice-store.ts';
import { openConversationsDb } from '../state/conversations-db.ts';
import { writeConversations } from '../state/files/conversation-file.ts';
import { parseNews } from '../state/records/news-record.ts';
import { setAsideStore } from '../state/records/set-aside.ts';
import { DEFAULT_SAMPLING } from '../state/settings-store.ts';
import { answer, head, question } from './messages.ts';
import { renderPage } from './render-page.tsx';
import { closeTab, openTab, type Tab } from './tabs.ts';

const DOORS = ['local', 'database', 'file', 'news', 'models'] as const;
type Door = (typeof DOORS)[number];

interface Change {
  /** Where, as numbers that choose a key at each depth. */
  readonly path: readonly number[];
  readonly kind: 'replace' | 'remove' | 'add' | 'circle' | 'repeat';
  /** Of `NASTY`. */
  readonly value: number;
  /** Of `NASTY_KEYS`. */
  readonly key: number;
}

interface Input {
  readonly door: Door;
  readonly changes: readonly Change[];
  /** Where its text is cut off, from 0 to 1; 1: nowhere. */
  readonly cut: number;
  readonly isRendered: boolean;
}

const RENDER_EVERY = 12;
const NASTY_KEYS = ['__proto__', 'constructor', 'toString', 'prototype', '', 'length', 'then', 'id', 'toJSON', 'kind'];
const NASTY: readonly unknown[] = [
  ...[
    null,
    undefined,
    true,
    false,
    0,
    -1,
    0.5,
    1e9,
    1e308,
    -1e308,
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    8.64e15 + 1,
  ],
  ...NASTY_KEYS,
  ...['../../evil', 'javascript:alert(1)', 'c:q', 'a/b', ' ', '\uD800', '\u0000', 'x'.repeat(100_000), '2026-01-01'],
  ...[
    [],
    {},
    [[]],
    [null],
    { kind: 'unknown' },
    { length: -1 },
    new Date(Number.NaN),
    new Map([['a', 1]]),
    new Uint8Array(3),
  ],
  ...[
    new Float32Array([Number.NaN]),
    new Uint16Array([65_535]),
    10n,
    nested(300),
    Array.from({ length: 5000 }, () => 'q'),
  ],
];

function nested(depth: number): unknown {
  let value: unknown = 'end';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { parentId: value };
  return value;
}

// ── Valid records ──

const ROUTING = {
  layers: [1, 2],
  experts: 4,
  used: 2,
  texts: ['one', ' two'],
  count: 2,
  chosen: new Uint16Array([0, 1, 2, 3, 0, 1, 2, 3]),
  weights: new Float32Array(8).fill(0.5),
};

function conversation(id: string): {
  head: ReturnType<typeof head>;
  messages: ReturnType<typeof question | typeof answer>[];
} {
  return {
    head: head(id, {
      leafId: 'a2',
      settings: { temperature: 0.5, systemPrompt: 'Be kind.' },
      model: { name: 'Tiny', source: { kind: 'stored', id: 'tiny' } },
    }),
    messages: [
      { ...question('q', null, 1), attachments: [{ id: 'f', name: 'a.txt', bytes: 5, text: 'alpha' }] },
      answer('a', 'q', 2),
      question('q2', 'a', 3),
      { ...answer('a2', 'q2', 4), status: { kind: 'failed', error: { code: 'internal', message: 'Broken' } } },
    ],
  };
}

/** What is attacked of each door; other records are there beside it, and must not suffer. */
function recordsOf(door: Door): Record<string, unknown> {
  const { head: top, messages } = conversation('c');
  switch (door) {
    case 'local':
      return {
        'mixtab-settings': {
          state: {
            ...{ sampling: DEFAULT_SAMPLING, theme: 'dark', textSize: 'large', language: 'en', sidebar: 'shown' },
            ...{ singleKeys: 'on', contextLength: 512, modelUrl: null },
            presets: [
              { id: 'p', name: 'Mine', sampling: { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 } },
            ],
          },
          version: 1,
        },
        'mixtab-models': { state: { contextLengths: { tiny: 512 } }, version: 1 },
        'mixtab-drafts': { new: 'A draft', c: 'Another' },
        'mixtab-hosts': { state: { agreed: ['example.org'] }, version: 1 },
      };
    case 'database':
      return {
        'head:c': top,
        ...Object.fromEntries(messages.map((message) => [`message:c:${message.id}`, message])),
        'routing:c:a': ROUTING,
        'body:old': [{ id: 'o', role: 'user', content: 'Old' }],
        'head:old': { id: 'old', title: 'Old', updatedAt: 5 },
      };
    case 'file':
      return { file: { format: 'mixtab-conversations', version: 1, conversations: [{ ...top, messages }] } };
    case 'news':
      return {
        head: { kind: 'head', conversation: 'c' },
        messages: { kind: 'messages', conversation: 'c', written: ['q'], deleted: ['z'], timeOrigin: 5 },
      };
    case 'models':
      return {
        manifest: {
          ...{ id: 'tiny', version: 'v', name: 'Tiny', chunkBytes: 4, totalBytes: 8, complete: true, lastUsed: 1 },
          parts: [{ name: 'tiny.gguf', size: 8, url: 'https://example.org/tiny.gguf' }],
        },
      };
    default:
      return door satisfies never;
  }
}

// ── Changing them ──

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !(value instanceof Date);
}

function apply(root: Record<string, unknown>, { path, kind, value, key }: Change): void {
  let [at, parent]: [Record<string, unknown>, Record<string, unknown> | null] = [root, null];
  let name = '';
  for (const step of path) {
    const keys = Object.keys(at);
    if (keys.length === 0) break;
    name = keys[step % keys.length] ?? '';
    parent = at;
    const next = at[name];
    if (!isContainer(next)) break;
    at = next;
  }
  if (parent === null) return;
  const nasty: unknown = structuredClone(NASTY[value % NASTY.length]);
  const nastyKey = NASTY_KEYS[key % NASTY_KEYS.length] ?? '';
  const put = (target: object, property: string, written: unknown): void =>
    void Object.defineProperty(target, property, {
      value: written,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  switch (kind) {
    case 'replace':
      put(parent, name, nasty);
      return;
    case 'remove':
      if (Array.isArray(parent)) parent.splice(Number(name), 1);
      else delete parent[name];
      return;
    case 'add':
      if (Array.isArray(at)) at.push(nasty);
      else put(at, nastyKey, nasty);
      return;
    case 'circle':
      put(parent, name, parent);
      return;
    case 'repeat':
      if (Array.isArray(at)) at.push(...at.slice(0, 10));
      else put(parent, name, [at, at]);
      return;
    default:
      kind satisfies never;
  }
}

/** JSON has neither circles nor undefined: such places become words. */
function asText(value: unknown, cut: number): string {
  const above: unknown[] = [];
  const text =
    JSON.stringify(value, function replace(this: unknown, _key, one: unknown) {
      if (typeof one === 'bigint') return String(one);
      if (!isContainer(one)) return one;
      while (above.length > 0 && above.at(-1) !== this) above.pop();
      if (above.includes(one)) return 'circle';
      above.push(one);
      return one;
    }) ?? 'undefined';
  return cut < 1 ? text.slice(0, Math.floor(text.length * cut)) : text;
}

// ── Through the doors ──

let databases = 0;

async function putRaw(
  name: string,
  store: string,
  entries: readonly (readonly [IDBValidKey, unknown])[],
): Promise<void> {
  const use = createStore(name, store);
  await use('readwrite', async (objects) => {
    for (const [key, value] of entries) objects.put(value, key);
    await promisifyRequest(objects.transaction);
  });
}

function check(isTrue: boolean, words: string): void {
  if (!isTrue) throw new Error(words);
}

/** The conversation that nobody touched is there, whole, and can be changed; every other can be opened. */
async function checkConversations(tab: Tab): Promise<void> {
  const chat = (): ReturnType<Tab['chat']['getState']> => tab.chat.getState();
  check(
    chat().heads.some(({ id }) => id === 'd'),
    'The valid conversation is not in the list',
  );
  for (const { id } of chat().heads) {
    await chat().select(id);
    check(chat().current?.id === id, `The conversation ${id} does not open`);
  }
  await chat().select('d');
  check(chat().path.length === 4, `The valid conversation shows ${chat().path.length} messages of 4`);
  check(!chat().readFailed && chat().unsaved.size === 0, 'The browser is said to refuse to store');
  await chat().rename('d', 'Renamed');
  check(chat().heads.find(({ id }) => id === 'd')?.title === 'Renamed', 'The valid conversation cannot be renamed');
  check((await chat().search('Ask')).length > 0, 'The valid conversation is not found');
  const exported = await (await chat().exportConversations(null, 'json')).text();
  check(exported.includes('"Renamed"'), 'The valid conversation is not exported');
  await chat().exportConversations(null, 'markdown');
}

async function attempt({ door, changes, cut, isRendered }: Input): Promise<Outcome> {
  localStorage.clear();
  setAsideStore.setState(setAsideStore.getInitialState(), true);
  noticeStore.setState({ notices: [] });
  const name = `attacked-${++databases}`;
  const records = structuredClone(recordsOf(door)); // parts of them are shared
  const kept = Object.keys(records);
  for (const change of changes) apply(records, change);

  if (door === 'news') {
    for (const record of Object.values(records)) parseNews(record);
    return 'accepted';
  }
  if (door === 'models') {
    const neighbour = recordsOf(door)['manifest'] as object;
    await putRaw('mixtab-models', 'records', [
      [['manifest', 'tiny'], records['manifest'] ?? null],
      [['manifest', 'other'], { ...neighbour, id: 'other' }],
    ]);
    const { models } = await storageReport();
    check(
      models.some(({ id }) => id === 'other'),
      'A valid model is not listed',
    );
    check(
      models.every(({ totalBytes }) => Number.isFinite(totalBytes)),
      'A model has no size',
    );
    return 'accepted';
  }

  const db = openConversationsDb(name);
  const { head: valid, messages } = conversation('d');
  await db.write('d', { create: valid, messages });
  if (door === 'local') for (const key of kept) localStorage.setItem(key, asText(records[key], cut));
  if (door === 'database') {
    await putRaw(
      name,
      'conversations',
      Object.entries(records).filter(([key]) => key !== ''),
    );
  }

  const tab = await openTab(name);
  let outcome: Outcome = 'accepted';
  try {
    if (door === 'file') {
      const good = await writeConversations([conversation('e')], new Date(0)).text();
      const file = new File([asText(records['file'], cut)], 'x.json');
      try {
        const { faults } = await tab.chat.getState().importConversations(file);
        if (faults !== undefined) outcome = 'refused';
      } catch (error) {
        check(
          error instanceof Error && error.cause instanceof Error,
          `The import failed without a word: ${String(error)}`,
        );
        outcome = 'refused';
      }
      await tab.chat.getState().importConversations(new File([good], 'good.json'));
      check(
        tab.chat.getState().heads.some(({ id }) => id === 'e'),
        'A good file is not imported after a bad one',
      );
    }
    await checkConversations(tab);
    if ((await tab.chat.getState().setAsideFile()) !== null) outcome = 'refused';
  } finally {
    closeTab(tab);
  }
  if (isRendered) await render(name);
  return outcome;
}

/** The page stands, with its list, every conversation and all settings. */
async function render(database: string): Promise<void> {
  const errors: unknown[] = [];
  const onError = (event: Event): void => void errors.push((event as ErrorEvent).error ?? event);
  window.addEventListener('error', onError);
  const page = renderPage({}, { database });
  try {
    await screen.findByRole('button', { name: 'Renamed' });
    for (const { id } of page.stores.chat.getState().heads) {
      await act(() => page.stores.chat.getState().select(id));
      screen.getByRole('textbox', { name: 'Message' });
    }
    for (const section of ['generation', 'appearance', 'data'] as const) {
      await act(async () => viewStore.getState().openSettings(section));
      screen.getByRole('dialog', { name: 'Settings' });
    }
    if (errors.length > 0) throw errors[0];
  } finally {
    window.removeEventListener('error', onError);
    page.stores.chat.close();
    cleanup();
  }
}

const KINDS = ['replace', 'replace', 'replace', 'remove', 'add', 'circle', 'repeat'] as const;
const MOST_CHANGES = 4;
const DEEPEST = 7;

export function openAttack(): Attack<Input> {
  let inputs = 0;
  return {
    generate(random) {
      const index = (below: number): number => Math.floor(random() * below);
      const changes = Array.from({ length: 1 + index(MOST_CHANGES) }, () => ({
        path: Array.from({ length: 1 + index(DEEPEST) }, () => index(1000)),
        kind: KINDS[index(KINDS.length)] ?? 'replace',
        value: index(1000),
        key: index(1000),
      }));
      return {
        door: DOORS[index(DOORS.length)] ?? 'file',
        changes,
        cut: random() < 0.05 ? random() : 1,
        isRendered: ++inputs % RENDER_EVERY === 0,
      };
    },
    attempt,
    *shrink(input) {
      if (input.isRendered) yield { ...input, isRendered: false };
      for (const left of input.changes.keys()) yield { ...input, changes: input.changes.toSpliced(left, 1) };
    },
    reproduce(input) {
      const records = structuredClone(recordsOf(input.door));
      for (const change of input.changes) apply(records, change);
      const changed = asText(records, input.cut);
      return { extension: 'json', content: `${JSON.stringify(input)}\n${changed}\n` };
    },
    close: async () => cleanup(),
  };
}
