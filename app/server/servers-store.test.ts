// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import '../i18n/i18n.ts';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { isKey, openKeyVault } from './key-vault.ts';
import type { KnownServer } from './known-servers.ts';
import { createServersStore, serverChoice, type ServersStore } from './servers-store.ts';

const URL_A = 'http://localhost:8000/v1';
const URL_B = 'https://gpu.example.org/v1';
const KEY = 'sk-secret';

const record = (change: Partial<KnownServer> = {}): KnownServer => ({
  url: URL_A,
  kind: 'vllm',
  models: [{ id: 'm', contextLength: 4096 }],
  routing: null,
  wantsKey: false,
  ...change,
});

let vaults = 0;
const newVault = (): ReturnType<typeof openKeyVault> => openKeyVault(`keys-${++vaults}`);

beforeEach(() => localStorage.clear());

/** The next question, once it is asked. */
const asked = (store: ServersStore): Promise<NonNullable<ReturnType<ServersStore['getState']>['question']>> =>
  vi.waitFor(() => {
    const { question } = store.getState();
    if (question === null) throw new Error('Nothing is asked.');
    return question;
  });

describe('a key', () => {
  test('that is kept opens with its passphrase, at its own address, and not otherwise', async () => {
    const vault = newVault();
    await vault.keep(URL_A, KEY, 'correct horse');
    expect(await vault.urls()).toEqual([URL_A]);
    expect(await vault.open(URL_A, 'correct horse')).toBe(KEY);
    expect(await vault.open(URL_A, 'wrong horse')).toBeNull();
    expect(await vault.open(URL_B, 'correct horse')).toBeNull();
    // The same letters, composed otherwise.
    await vault.keep(URL_B, KEY, 'caf\u00E9 noir');
    expect(await vault.open(URL_B, 'cafe\u0301 noir')).toBe(KEY);
    await vault.forget(URL_A);
    expect(await vault.urls()).toEqual([URL_B]);
  });

  test('that was moved to another address does not open there, and a record that is none does not open at all', async () => {
    const name = `keys-${++vaults}`;
    const vault = openKeyVault(name);
    await vault.keep(URL_A, KEY, 'correct horse');
    const db = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(name);
      opening.addEventListener('success', () => resolve(opening.result));
    });
    const objects = db.transaction('keys', 'readwrite').objectStore('keys');
    const sealed = await new Promise<Record<string, unknown>>((resolve) => {
      const reading = objects.get(URL_A);
      reading.addEventListener('success', () => resolve(reading.result as Record<string, unknown>));
    });
    expect(new TextDecoder().decode(sealed['data'] as Uint8Array)).not.toContain(KEY);
    objects.put(sealed, URL_B);
    objects.put({ ...sealed, iterations: 1 }, 'http://localhost:1/v1');
    objects.put({ ...sealed, iterations: 1e12 }, 'http://localhost:2/v1');
    await new Promise<void>((resolve) => objects.transaction.addEventListener('complete', () => resolve()));
    for (const url of [URL_B, 'http://localhost:1/v1', 'http://localhost:2/v1'])
      expect(await vault.open(url, 'correct horse')).toBeNull();
  });

  test('is what may stand in a header', () => {
    expect(isKey('sk-Abc_123.~+/=')).toBe(true);
    for (const text of ['', 'two words', 'line\nbreak', 'schlüssel', 'a\u200Bb', 'x'.repeat(5000)])
      expect(isKey(text)).toBe(false);
  });

  test('is in no state, and in nothing that is stored', () => {
    const store = createServersStore(newVault());
    store.getState().add(record({ wantsKey: true }));
    store.getState().holdKey(URL_A, KEY);
    expect(store.getState().keyOf(URL_A)).toBe(KEY);
    const { held, ...rest } = store.getState();
    expect(JSON.stringify([...held])).not.toContain(KEY);
    expect(JSON.stringify(rest)).not.toContain(KEY);
    expect(JSON.stringify({ ...localStorage })).not.toContain(KEY);
    expect(JSON.parse(localStorage.getItem('mixtab-servers') ?? '')).toMatchObject({
      state: { servers: [{ url: URL_A }] },
    });
  });
});

describe('servers that are remembered', () => {
  test('are read again; what does not parse is left out', () => {
    const servers = [
      record(),
      {
        ...record({ url: URL_B }),
        kind: 'unheard-of',
        models: [{ id: 7 }, { id: 'n', contextLength: null }],
        routing: 'x',
      },
      { ...record(), url: 'https://me:secret@example.org/v1' },
      { ...record(), url: 'javascript:alert(1)' },
      null,
    ];
    localStorage.setItem('mixtab-servers', JSON.stringify({ state: { servers }, version: 1 }));
    expect(createServersStore(newVault()).getState().servers).toEqual([
      record(),
      { url: URL_B, kind: 'other', models: [{ id: 'n', contextLength: null }], routing: null, wantsKey: false },
    ]);
  });

  test('are forgotten with their keys', async () => {
    const vault = newVault();
    const store = createServersStore(vault);
    store.getState().add(record());
    store.getState().holdKey(URL_A, KEY);
    expect(await store.getState().sealKey(URL_A, 'correct horse')).toBe(true);
    await store.getState().forget(URL_A);
    expect(store.getState()).toMatchObject({ servers: [] });
    expect(store.getState().keyOf(URL_A)).toBeNull();
    expect(await vault.urls()).toEqual([]);
  });
});

describe('a conversation that a server answers', () => {
  test('is sent there without a word where the person chose it', async () => {
    const store = createServersStore(newVault());
    store.getState().add(record());
    const choice = serverChoice(URL_A, 'm');
    const answering = await store.answering.ensure(choice);
    expect(answering).toMatchObject({
      kind: 'ready',
      answerer: { choice, host: 'localhost:8000', model: { name: 'm', contextLength: 4096, hasOwnDefaults: true } },
    });
    // Components see no change where there is none.
    expect(store.answering.modelOf(choice)).toBe(store.answering.modelOf(serverChoice(URL_A, 'm')));
  });

  test('is not sent where it came from a file, or the server was forgotten, before the person agrees', async () => {
    const store = createServersStore(newVault());
    const foreign = { name: 'm', source: { ...serverChoice(URL_A, 'm').source, isForeign: true } } as const;
    const refused = store.answering.ensure(foreign);
    expect(await asked(store)).toMatchObject({ kind: 'consent', isForeign: true });
    store.getState().answer(false);
    expect(await refused).toMatchObject({ kind: 'failed', error: { code: 'not-loaded' } });
    expect(store.getState().servers).toEqual([]);

    store.getState().add(record());
    const agreed = store.answering.ensure(foreign);
    await asked(store);
    store.getState().answer(true);
    // It is no longer foreign.
    expect(await agreed).toMatchObject({ kind: 'ready', answerer: { choice: serverChoice(URL_A, 'm') } });

    const forgotten = store.answering.ensure(serverChoice(URL_B, 'm'));
    expect(await asked(store)).toMatchObject({ kind: 'consent', isForeign: false });
    store.getState().answer(true);
    expect((await forgotten).kind).toBe('ready');
    expect(store.getState().servers.map(({ url }) => url)).toEqual([URL_A, URL_B]);
  });

  test('asks for the key that is not in memory, and again where the server does not accept it', async () => {
    const store = createServersStore(newVault());
    store.getState().add(record({ wantsKey: true }));
    const first = store.answering.ensure(serverChoice(URL_A, 'm'));
    expect(await asked(store)).toEqual({ kind: 'key', url: URL_A });
    store.getState().answer(false);
    expect((await first).kind).toBe('failed');

    store.getState().holdKey(URL_A, 'sk-old');
    const answering = await store.answering.ensure(serverChoice(URL_A, 'm'));
    vi.stubGlobal('fetch', async () => new Response('{"error":{"message":"no"}}', { status: 401 }));
    if (answering.kind === 'failed') throw new Error('It is ready.');
    const { source } = answering.answerer;
    const messages = [{ role: 'user', content: 'Hi' }] as const;
    await expect(source.generate({ prompt: { kind: 'chat', messages } }).next()).rejects.toMatchObject({ kind: 'key' });
    vi.unstubAllGlobals();
    expect(store.getState().keyOf(URL_A)).toBeNull();
    void store.answering.ensure(serverChoice(URL_A, 'm'));
    expect(await asked(store)).toEqual({ kind: 'key', url: URL_A });
  });
});
