// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { EngineErrorData } from '../../engine/api.ts';
import { createFakeEngine, type FakeEngineOptions } from '../testing/fake-engine.ts';
import { storedModel } from '../testing/model-panel.ts';
import { CATALOGUE, fileUrl } from './catalogue.ts';
import { createDownloadsStore, type DownloadRequest, type DownloadsSurroundings } from './downloads-store.ts';
import type { Hub } from './hub.ts';

const SIZE = 4_000_000_000;
const EMPTY: Hub = { listFiles: async () => [] };

const request = (name: string): DownloadRequest => ({
  id: `https://example.org/${name}.gguf`,
  name,
  url: `https://example.org/${name}.gguf`,
  loadedBytes: 0,
  totalBytes: SIZE,
});

interface StoreOptions extends DownloadsSurroundings {
  readonly hub?: Hub;
  readonly engine?: FakeEngineOptions;
}

/** A clock that goes on a second a look: each report of a download is one second after the one before. */
function storeOf({ hub = EMPTY, engine: options = {}, ...surroundings }: StoreOptions = {}) {
  let seconds = 0;
  const engine = createFakeEngine(options);
  const store = createDownloadsStore(engine, hub, { locks: null, now: () => 1000 * seconds++, ...surroundings });
  const one = (name = 'a') => store.getState().downloads.find((download) => download.name === name);
  const kind = (name = 'a') => one(name)?.status.kind;
  return { engine, store, one, kind, state: () => store.getState() };
}

/** Holds downloads at a step until it is opened. */
function gateAt(step: number) {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { pace: (at: number) => (at === step ? opened : Promise.resolve()), open: () => open() };
}

afterEach(() => vi.restoreAllMocks());

describe('the queue', () => {
  test('downloads one after the other, and lists what is stored', async () => {
    const gate = gateAt(3);
    const { state, kind, one, engine } = storeOf({ engine: { downloadPace: gate.pace } });
    state().add(request('a'));
    state().add(request('b'));
    await vi.waitFor(() => expect(one()?.loadedBytes).toBe(0.3 * SIZE));
    expect([kind('a'), kind('b')]).toEqual(['running', 'queued']);
    gate.open();
    await vi.waitFor(() => expect([kind('a'), kind('b')]).toEqual(['done', 'done']));
    expect(engine.downloads).toHaveLength(2);
    await vi.waitFor(() =>
      expect(state().storage).toMatchObject({
        kind: 'read',
        report: { models: [{ complete: true }, { complete: true }] },
      }),
    );
  });

  test('gives speed and time left', async () => {
    const gate = gateAt(5);
    const { state, one } = storeOf({ engine: { downloadPace: gate.pace } });
    state().add(request('a'));
    // A tenth a second: half of it is left.
    await vi.waitFor(() =>
      expect(one()?.status).toEqual({
        kind: 'running',
        stage: 'download',
        bytesPerSecond: SIZE / 10,
        secondsLeft: 5,
      }),
    );
    gate.open();
  });

  test('the same model is not downloaded twice at once', async () => {
    const gate = gateAt(2);
    const { state, engine, kind } = storeOf({ engine: { downloadPace: gate.pace } });
    state().add(request('a'));
    state().add(request('a'));
    gate.open();
    await vi.waitFor(() => expect(kind()).toBe('done'));
    expect(engine.downloads).toHaveLength(1);
  });
});

describe('pause and resume', () => {
  test('what has arrived stays, and the next in line goes on meanwhile', async () => {
    const gate = gateAt(4);
    const { state, one, kind } = storeOf({ engine: { downloadPace: gate.pace } });
    state().add(request('a'));
    await vi.waitFor(() => expect(one()?.loadedBytes).toBe(0.4 * SIZE));
    state().add(request('b'));
    state().pause(request('a').id);
    gate.open();
    await vi.waitFor(() => expect([kind('a'), kind('b')]).toEqual(['paused', 'done']));
    expect(one()?.loadedBytes).toBe(0.4 * SIZE);
    state().resume(request('a').id);
    await vi.waitFor(() => expect(kind('a')).toBe('done'));
  });

  test('one that waits is paused without being begun', async () => {
    const gate = gateAt(1);
    const { state, kind, engine } = storeOf({ engine: { downloadPace: gate.pace } });
    state().add(request('a'));
    state().add(request('b'));
    state().pause(request('b').id);
    gate.open();
    await vi.waitFor(() => expect(kind('a')).toBe('done'));
    expect(kind('b')).toBe('paused');
    expect(engine.downloads).toHaveLength(1);
  });

  test('what an earlier visit began is listed as paused; the bundled model and local files are not', async () => {
    const half = { storedBytes: 1e9, complete: false };
    const { state } = storeOf({
      isOwn: (url) => url.endsWith('tiny.gguf'),
      engine: {
        stored: [
          storedModel({ id: 'u', name: 'half', url: 'https://example.org/half.gguf', ...half }),
          storedModel({ id: 't', name: 'tiny', url: 'https://example.org/tiny.gguf', ...half }),
          storedModel({ id: 'f', name: 'file', url: null, ...half }),
          storedModel({ id: 'w', name: 'whole' }),
        ],
      },
    });
    await state().start();
    expect(state().downloads).toEqual([
      {
        id: 'u',
        name: 'half',
        url: 'https://example.org/half.gguf',
        loadedBytes: 1e9,
        totalBytes: 4e9,
        status: { kind: 'paused' },
      },
    ]);
    state().resume('u');
    await vi.waitFor(() => expect(state().downloads[0]?.status.kind).toBe('done'));
  });
});

describe('failures', () => {
  const fails = (error: EngineErrorData) => storeOf({ engine: { downloadErrors: [error] } });

  test('a failed download keeps its words and what arrived, and goes on when tried again', async () => {
    const { state, one, kind } = fails({ code: 'quota', message: 'The disk is full.' });
    state().add(request('a'));
    await vi.waitFor(() => expect(one()?.status).toMatchObject({ kind: 'failed', error: { code: 'quota' } }));
    expect(one()?.loadedBytes).toBe(0.2 * SIZE);
    state().resume(request('a').id);
    await vi.waitFor(() => expect(kind()).toBe('done'));
  });

  test('a lost connection that is back goes on by itself; other failures wait', async () => {
    const { state, kind } = storeOf({
      engine: {
        downloadErrors: [
          { code: 'network', message: 'Gone.' },
          { code: 'quota', message: 'Full.' },
        ],
      },
    });
    await state().start();
    state().add(request('a'));
    state().add(request('b'));
    await vi.waitFor(() => expect([kind('a'), kind('b')]).toEqual(['failed', 'failed']));
    dispatchEvent(new Event('online'));
    await vi.waitFor(() => expect(kind('a')).toBe('done'));
    expect(kind('b')).toBe('failed');
  });

  test('wrong content is deleted before it is downloaded again', async () => {
    const { state, kind, engine, one } = fails({ code: 'wrong-content', message: 'Differs.' });
    state().add(request('a'));
    await vi.waitFor(() => expect(kind()).toBe('failed'));
    const { id } = request('a');
    const again = state().startOver(id);
    await again;
    expect(engine.deleted).toEqual([id]);
    await vi.waitFor(() => expect(kind()).toBe('done'));
    expect(one()?.loadedBytes).toBe(SIZE);
  });

  test('in another tab under way: it says so', async () => {
    const locks = { request: async (_name: string, _options: unknown, task: (lock: null) => unknown) => task(null) };
    const { state, one, engine } = storeOf({ locks: locks as unknown as LockManager });
    state().add(request('a'));
    await vi.waitFor(() => expect(one()?.status).toMatchObject({ kind: 'failed', error: { code: 'busy' } }));
    expect(engine.downloads).toEqual([]);
  });
});

describe('digests', () => {
  const entry = CATALOGUE[1];
  const url = fileUrl(entry) ?? '';

  test('the hub’s is checked, before the catalogue’s', async () => {
    const hub: Hub = { listFiles: async () => [{ path: entry.file, bytes: 1, sha256: 'd'.repeat(64) }] };
    const { state, engine, kind } = storeOf({ hub });
    state().add({ ...request('a'), url });
    await vi.waitFor(() => expect(kind()).toBe('done'));
    expect(engine.downloadOptions).toEqual([{ sha256: ['d'.repeat(64)] }]);
  });

  test('where the hub cannot be asked, the catalogue’s; elsewhere none', async () => {
    const hub: Hub = { listFiles: () => Promise.reject(new Error('offline')) };
    const { state, engine, kind } = storeOf({ hub });
    state().add({ ...request('a'), url });
    state().add(request('b'));
    await vi.waitFor(() => expect(kind('b')).toBe('done'));
    expect(engine.downloadOptions).toEqual([{ sha256: [entry.sha256] }, {}]);
  });
});

describe('storage', () => {
  test('deleting ends a download under way first', async () => {
    const gate = gateAt(4);
    const { state, one, engine } = storeOf({ engine: { downloadPace: gate.pace } });
    state().add(request('a'));
    await vi.waitFor(() => expect(one()?.loadedBytes).toBe(0.4 * SIZE));
    await state().deleteModel(request('a').id);
    expect(engine.deleted).toEqual([request('a').id]);
    expect(state().downloads).toEqual([]);
    expect(state().storage).toMatchObject({ kind: 'read', report: { models: [] } });
  });

  test('persistence is asked for, and its answer shown', async () => {
    const storage = { persist: async () => false };
    const { state } = storeOf({ storage, engine: { persisted: false } });
    await state().start();
    expect(state().persistence).toBe('not-asked');
    await state().askPersistence();
    expect(state().persistence).toBe('refused');
  });
});
