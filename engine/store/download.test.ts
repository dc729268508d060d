import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { del, createStore } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DownloadOptions, DownloadProgress, ModelSource, StoredModel } from '../api.ts';
import { ModelServer } from '../testing/model-server.ts';
import { content, failToWriteAfter, failure, rot, until } from '../testing/store-fixtures.ts';
import { createChunkStore } from './chunk-store.ts';
import { downloadModel } from './download.ts';
import { Downloads } from './downloads.ts';
import { defaultEnvironment, type StoreEnvironment } from './environment.ts';
import { PARALLEL_CHUNKS } from './model-chunks.ts';
import { openModel } from './open-model.ts';
import { deleteStoredModel, storageReport } from './report.ts';

const CHUNK_BYTES = 1000;
const MODEL = content(20_300);
const CHUNKS = 21;
const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

let server: ModelServer;
let slept: number[];
const { chunks } = defaultEnvironment();

const environment: Partial<StoreEnvironment> = {
  chunkBytes: CHUNK_BYTES,
  random: () => 0,
  sleep: async (milliseconds, signal) => {
    slept.push(milliseconds);
    signal.throwIfAborted();
  },
  // Every progress is told, as if time flew.
  now: () => (clock += 1000),
};
let clock = 0;

beforeEach(async () => {
  for (const { id } of (await storageReport()).models) await deleteStoredModel(id);
  slept = [];
  server = await ModelServer.start();
  server.files.set('/m.gguf', MODEL);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

const urlOf = (path = '/m.gguf'): ModelSource => ({ kind: 'url', url: server.origin + path });

interface Run {
  readonly options?: DownloadOptions;
  readonly source?: ModelSource;
  readonly env?: Partial<StoreEnvironment>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

function download({ options = {}, source = urlOf(), env, signal, onProgress }: Run = {}): Promise<StoredModel> {
  return downloadModel(source, options, {
    signal: signal ?? new AbortController().signal,
    onProgress: onProgress ?? (() => {}),
    environment: { ...environment, ...env },
  });
}

/** What a load would get, without a request. */
async function readStored(source: ModelSource = urlOf()): Promise<Buffer> {
  server.requests = [];
  const model = await openModel(source, { environment });
  const pieces: Uint8Array[] = [];
  for (const part of model.parts) pieces.push(Buffer.from(await part.read(0, part.size)));
  expect(server.requests).toEqual([]);
  return Buffer.concat(pieces);
}

/** Runs until so many bytes have arrived, then breaks it off. */
async function downloadPartly(bytes: number): Promise<void> {
  const controller = new AbortController();
  const onProgress = ({ loadedBytes }: DownloadProgress): void => {
    if (loadedBytes >= bytes) controller.abort();
  };
  await expect(download({ signal: controller.signal, onProgress })).rejects.toMatchObject({ name: 'AbortError' });
}

const bodyRequests = (): string[] => server.requests.filter((request) => !request.endsWith('bytes=0-0'));

test('what arrived last is told, though nothing follows', async () => {
  server.behaviour.holdFrom = 2 * CHUNK_BYTES;
  const controller = new AbortController();
  const told: number[] = [];
  const ended = download({
    env: { now: () => Date.now() },
    signal: controller.signal,
    onProgress: ({ loadedBytes }) => told.push(loadedBytes),
  }).catch((error: unknown) => error);
  await until(() => told.at(-1) === 2 * CHUNK_BYTES);
  const times = told.length;
  controller.abort();
  expect(await ended).toMatchObject({ name: 'AbortError' });
  expect(told).toHaveLength(times);
});

describe.each([true, false])('from a server with range requests: %s', (ranges) => {
  beforeEach(() => {
    server.behaviour.ranges = ranges;
  });

  test('all of it arrives once, is verified, and is complete', async () => {
    const events: DownloadProgress[] = [];
    const stored = await download({
      options: { sha256: [sha256(MODEL).toUpperCase()] },
      onProgress: (event) => events.push(event),
    });
    expect(stored).toMatchObject({
      name: 'm',
      complete: true,
      verified: true,
      storedBytes: MODEL.length,
      url: `${server.origin}/m.gguf`,
    });
    expect(server.requests).toHaveLength(ranges ? 1 + CHUNKS : 1);
    expect([...new Set(events.map(({ stage }) => stage))]).toEqual(['header', 'download', 'verify', 'done']);
    for (const stage of ['download', 'verify'] as const) {
      const loaded = events.filter((event) => event.stage === stage).map(({ loadedBytes }) => loadedBytes);
      expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
      expect(loaded.at(-1)).toBe(MODEL.length);
    }
    expect(await readStored()).toEqual(MODEL);
  });

  test('what is there is neither fetched nor hashed again', async () => {
    await download({ options: { sha256: [sha256(MODEL)] } });
    server.requests = [];
    const events: DownloadProgress[] = [];
    const options = { sha256: [sha256(MODEL)] };
    const again = await download({ options, onProgress: (event) => events.push(event) });
    expect(again.verified).toBe(true);
    expect(server.requests).toEqual([]);
    expect(events.filter(({ stage }) => stage === 'verify')).toHaveLength(1);
    expect(events.at(-1)).toEqual({ stage: 'done', loadedBytes: MODEL.length, totalBytes: MODEL.length });
  });

  test('a download that was broken off goes on, and counts what it has from the start', async () => {
    await downloadPartly(9_000);
    const before = (await storageReport()).models[0]?.storedBytes ?? 0;
    expect(before).toBeGreaterThan(0);
    server.requests = [];
    const events: DownloadProgress[] = [];
    const stored = await download({ onProgress: (event) => events.push(event) });
    expect(stored).toMatchObject({ complete: true, verified: false, storedBytes: MODEL.length });
    // What was being stored when it was broken off may have been stored after all.
    const counted = events.find(({ stage }) => stage === 'download')?.loadedBytes ?? 0;
    expect(counted).toBeGreaterThanOrEqual(before);
    if (ranges) expect(bodyRequests().length).toBeLessThanOrEqual(CHUNKS - counted / CHUNK_BYTES);
    expect(new Set(bodyRequests()).size).toBe(bodyRequests().length);
    expect(await readStored()).toEqual(MODEL);
  });

  test('connections that break are tried again', async () => {
    server.behaviour.tears = { after: 400, count: 5 };
    await download();
    expect(server.behaviour.tears.count).toBe(0);
    expect(slept.length).toBeGreaterThan(0);
    expect(await readStored()).toEqual(MODEL);
  });

  test('a file that was replaced between two visits begins anew', async () => {
    await downloadPartly(5_000);
    const replaced = content(MODEL.length, 2);
    server.files.set('/m.gguf', replaced);
    await download();
    expect(await readStored()).toEqual(replaced);
  });

  test('bytes that are not those that were published are thrown away', async () => {
    const other = content(MODEL.length, 3);
    server.files.set('/m.gguf', other);
    const options = { sha256: [sha256(MODEL)] };
    const error = await failure(download({ options }));
    expect(error).toMatchObject({ code: 'wrong-content', detail: expect.stringContaining(sha256(other)) as string });
    expect(error.message).toContain('SHA-256 differs');
    expect((await storageReport()).models).toEqual([]);
    server.files.set('/m.gguf', MODEL);
    expect(await download({ options })).toMatchObject({ verified: true });
  });

  test('cancelling ends it at once, and nothing more is asked for', async () => {
    server.behaviour.latencyMs = 20;
    await downloadPartly(1);
    await new Promise((resolve) => setTimeout(resolve, 60)); // those on their way
    const asked = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(server.requests).toHaveLength(asked);
  });

  test('loading the same model meanwhile harms neither, and hardly anything is fetched twice', async () => {
    const load = async (): Promise<Buffer> => {
      const model = await openModel(urlOf(), { environment });
      const [part] = model.parts;
      const pieces: Buffer[] = [];
      for (let at = 0; at < MODEL.length; at += 700)
        pieces.push(Buffer.from((await part?.read(at, Math.min(at + 700, MODEL.length))) ?? []));
      await model.finish();
      return Buffer.concat(pieces);
    };
    const [stored, loaded] = await Promise.all([download({ options: { sha256: [sha256(MODEL)] } }), load()]);
    expect(loaded).toEqual(MODEL);
    expect(stored).toMatchObject({ complete: true, verified: true });
    if (ranges) expect(bodyRequests().length).toBeLessThan(1.5 * CHUNKS);
    expect(await readStored()).toEqual(MODEL);
  });
});

describe('a server in trouble', () => {
  test('429 and 503 are waited for, as long as the server asks', async () => {
    server.behaviour.failures = { status: 429, count: 2, retryAfter: '7' };
    await download();
    expect(slept).toEqual([7_000, 7_000]);
    await deleteStoredModel(`${server.origin}/m.gguf`);
    slept = [];
    const onProgress = ({ stage }: DownloadProgress): void => {
      if (stage === 'download' && slept.length === 0) server.behaviour.failures = { status: 503, count: 0 };
    };
    await download({ onProgress });
    expect(await readStored()).toEqual(MODEL);
  });

  test('one that fails for good says so, ends the other chunks too, and keeps what has arrived', async () => {
    server.onRequest = (_, range) => {
      if (range === 'bytes=9000-9999') server.behaviour.failures = { status: 500, count: 1_000 };
    };
    const error = await failure(download());
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toContain('HTTP 500');
    expect(error.message).toContain('what has arrived is kept');
    await new Promise((resolve) => setTimeout(resolve, 20)); // those on their way
    const asked = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.requests).toHaveLength(asked);

    server.behaviour.failures.count = 0;
    server.onRequest = () => {};
    server.requests = [];
    await download();
    expect(bodyRequests().length).toBeLessThan(CHUNKS - 4);
    expect(await readStored()).toEqual(MODEL);
  });

  test.each(['range', 'long'] as const)('answers that are not what was asked for: %s', async (lie) => {
    server.behaviour.lie = lie;
    expect(await failure(download())).toMatchObject({ code: 'network' });
    // Nothing of it was taken for the model's.
    server.behaviour.lie = undefined;
    await download({ options: { sha256: [sha256(MODEL)] } });
    expect(await readStored()).toEqual(MODEL);
  });

  test.each([true, false])('one that stops sending is given up and asked again; ranges: %s', async (ranges) => {
    server.behaviour.ranges = ranges;
    server.behaviour.stalls = { after: 300, count: 2 };
    await download({ env: { patienceMs: 40 }, options: { sha256: [sha256(MODEL)] } });
    expect(server.behaviour.stalls.count).toBe(0);
    expect(slept.length).toBeGreaterThan(0);
  });

  test('one that never answers', async () => {
    server.behaviour.latencyMs = 10_000;
    const error = await failure(download({ env: { patienceMs: 20 } }));
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toContain('does not answer');
  });

  test('a size that grows on the way', async () => {
    server.behaviour.lie = 'total';
    expect(await failure(download())).toMatchObject({ code: 'source-changed' });
  });

  test('a file that is replaced on the way', async () => {
    server.onRequest = (_, range) => {
      if (range === 'bytes=9000-9999') server.files.set('/m.gguf', content(MODEL.length, 4));
    };
    const error = await failure(download());
    expect(error).toMatchObject({ code: 'source-changed' });
    expect(error.message).toContain('begin anew');
    server.onRequest = () => {};
    await download();
    expect(await readStored()).toEqual(content(MODEL.length, 4));
  });

  test('without validators, a file of the same size that is replaced on the way is found by its SHA-256', async () => {
    server.behaviour.validators = false;
    server.onRequest = (_, range) => {
      if (range === 'bytes=9000-9999') server.files.set('/m.gguf', content(MODEL.length, 4));
    };
    const options = { sha256: [sha256(MODEL)] };
    expect(await failure(download({ options }))).toMatchObject({ code: 'wrong-content' });
    expect((await storageReport()).models).toEqual([]);
  });

  test('offline in the middle: it stops, says so, and goes on later', async () => {
    let online = true;
    server.onRequest = (_, range) => {
      if (range === 'bytes=9000-9999') {
        online = false;
        server.behaviour.tears = { after: 10, count: 1_000 };
      }
    };
    const error = await failure(download({ env: { isOnline: () => online } }));
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toContain('offline');
    server.onRequest = () => {};
    server.behaviour.tears.count = 0;
    expect(await download()).toMatchObject({ complete: true });
  });
});

describe('other servers', () => {
  test('redirects, as from a hub to where its files lie, to another address each time', async () => {
    let signature = 0;
    server.onRequest = (path) => {
      if (path !== '/hub/m.gguf') return;
      const elsewhere = `/cdn/m?signature=${++signature}`;
      server.files.set(elsewhere, MODEL);
      server.behaviour.redirects.set('/hub/m.gguf', elsewhere);
    };
    const source = urlOf('/hub/m.gguf');
    const stored = await download({ source, options: { sha256: [sha256(MODEL)] } });
    expect(stored).toMatchObject({ name: 'm', complete: true, verified: true });
    // The hub is asked once, its answer used for all; the version is that of the file, not of the redirect.
    expect(signature).toBe(1);
    expect(server.requests).toContain('GET /cdn/m?signature=1 bytes=0-999');
    const manifest = await chunks.readManifest(stored.id);
    expect(manifest?.parts[0]?.validator).toMatch(/^etag:"[0-9a-f]{16}"$/);
    expect(await readStored(source)).toEqual(MODEL);
  });

  test('a signature that expires on the way: the hub gives another', async () => {
    let signature = 0;
    server.onRequest = (path, range) => {
      if (range === 'bytes=9000-9999') server.behaviour.forbidden.add('/cdn/m?signature=1');
      if (path !== '/hub/m.gguf') return;
      const elsewhere = `/cdn/m?signature=${++signature}`;
      server.files.set(elsewhere, MODEL);
      server.behaviour.redirects.set('/hub/m.gguf', elsewhere);
    };
    await download({ source: urlOf('/hub/m.gguf'), options: { sha256: [sha256(MODEL)] } });
    expect(server.requests).toContain('GET /cdn/m?signature=2 bytes=20000-20299');
    expect(slept).toEqual([]);
    // Each chunk that was on its way had to ask.
    expect(signature).toBeLessThanOrEqual(1 + PARALLEL_CHUNKS);
  });

  test('a target that serves only those that the hub sends: each chunk goes by the hub', async () => {
    let mayPass = '';
    server.onRequest = (path) => {
      if (path === '/hub/m.gguf') {
        mayPass = `/cdn/m?once=${server.requests.length}`;
        server.files.set(mayPass, MODEL);
        server.behaviour.redirects.set('/hub/m.gguf', mayPass);
      } else if (server.requests.filter((request) => request.split(' ')[1] === path).length > 1) {
        server.behaviour.forbidden.add(path);
      }
    };
    await download({ source: urlOf('/hub/m.gguf'), options: { sha256: [sha256(MODEL)] } });
    const byHub = server.requests.filter((request) => request.includes('/hub/'));
    expect(byHub).toHaveLength(1 + CHUNKS);
    expect(slept).toEqual([]);
  });

  test('a redirect to a replaced file is noticed', async () => {
    server.files.set('/cdn/m', MODEL);
    server.behaviour.redirects.set('/hub/m.gguf', '/cdn/m');
    server.onRequest = (_, range) => {
      if (range === 'bytes=9000-9999') server.files.set('/cdn/m', content(MODEL.length, 5));
    };
    expect(await failure(download({ source: urlOf('/hub/m.gguf') }))).toMatchObject({ code: 'source-changed' });
  });

  /** What a page of another site may see where the server exposes no headers. */
  async function corsFetch(url: string, init: RequestInit): Promise<Response> {
    const response = await fetch(url, init);
    const headers = new Headers(response.headers);
    for (const name of ['content-range', 'etag', 'accept-ranges', 'retry-after']) headers.delete(name);
    return new Response(response.body, { status: response.status, headers });
  }

  test('CORS without exposed headers', async () => {
    const stored = await download({ env: { fetch: corsFetch }, options: { sha256: [sha256(MODEL)] } });
    expect(stored).toMatchObject({ complete: true, verified: true });
    expect(server.requests.slice(0, 2)).toEqual(['GET /m.gguf bytes=0-0', 'HEAD /m.gguf']);
  });

  test('CORS that hides even the length: the file cannot be cut, and that is said', async () => {
    const hidden = async (url: string, init: RequestInit): Promise<Response> => {
      const response = await corsFetch(url, init);
      response.headers.delete('content-length');
      return response;
    };
    const error = await failure(download({ env: { fetch: hidden } }));
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toContain('does not say how large');
  });

  test('a split model, each part with its own hash', async () => {
    const parts = [content(2_500, 6), content(3_100, 7)];
    parts.forEach((data, i) => server.files.set(`/s-0000${i + 1}-of-00002.gguf`, data));
    const source = urlOf('/s-00001-of-00002.gguf');
    const hashes = parts.map(sha256);
    expect(await failure(download({ source, options: { sha256: hashes.slice(0, 1) } }))).toMatchObject({
      code: 'bad-request',
    });
    expect(await failure(download({ source, options: { sha256: hashes.toReversed() } }))).toMatchObject({
      code: 'wrong-content',
    });
    expect(await download({ source, options: { sha256: [null, hashes[1] ?? null] } })).toMatchObject({
      verified: false,
    });
    expect(await download({ source, options: { sha256: hashes } })).toMatchObject({ verified: true, name: 's' });
    expect(await readStored(source)).toEqual(Buffer.concat(parts));
  });

  test('a file of the person is copied', async () => {
    const source: ModelSource = { kind: 'file', files: [new File([new Uint8Array(MODEL)], 'mine.gguf')] };
    const stored = await download({ source, options: { sha256: [sha256(MODEL)] } });
    expect(stored).toMatchObject({ name: 'mine', url: null, complete: true, verified: true });
    expect(await readStored({ kind: 'stored', id: stored.id })).toEqual(MODEL);
  });

  test('several chunks at a time over a long line, not too many', async () => {
    server.behaviour.latencyMs = 10;
    await download();
    expect(server.mostActive).toBeGreaterThan(PARALLEL_CHUNKS - 2);
    expect(server.mostActive).toBeLessThanOrEqual(PARALLEL_CHUNKS);
  });
});

describe('the store', () => {
  test('no room: said before anything is fetched', async () => {
    const storage = { estimate: () => Promise.resolve({ usage: 5_000, quota: 12_000 }) };
    const error = await failure(download({ env: { storage } }));
    expect(error).toMatchObject({ code: 'quota' });
    expect(error.message).toContain('needs 20.3 kB');
    expect(bodyRequests()).toEqual([]);
  });

  test('no store at all', async () => {
    const { indexedDB } = globalThis;
    Reflect.deleteProperty(globalThis, 'indexedDB');
    try {
      const error = await failure(download());
      expect(error).toMatchObject({ code: 'quota' });
      expect(error.message).toContain('private windows');
    } finally {
      globalThis.indexedDB = indexedDB;
    }
  });

  test('a disk that fills up: clear words, and what has arrived is kept', async () => {
    failToWriteAfter(6, new DOMException('The quota has been exceeded.', 'QuotaExceededError'));
    const storage = { estimate: () => Promise.resolve({ usage: 6_000, quota: 900_000 }) };
    const error = await failure(download({ env: { storage } }));
    expect(error).toMatchObject({ code: 'quota' });
    expect(error.message).toContain('no more room');
    expect(error.message).toContain('6.0 kB of 900 kB used');
    expect((await storageReport()).models).toMatchObject([{ storedBytes: 6_000, complete: false }]);
    vi.restoreAllMocks();
    server.requests = [];
    await download();
    // What the first download had still asked for may come late: it is asked for twice, or is there before it is asked for.
    const asked = new Set(bodyRequests()).size;
    expect(asked).toBeLessThanOrEqual(CHUNKS - 6);
    expect(asked).toBeGreaterThanOrEqual(CHUNKS - 6 - PARALLEL_CHUNKS);
    expect(await readStored()).toEqual(MODEL);
  });

  test('a store that fails otherwise says so too', async () => {
    failToWriteAfter(3, new DOMException('Internal error opening backing store.', 'UnknownError'));
    // A store of its own: it will not be given Blobs again.
    const error = await failure(download({ env: { chunks: createChunkStore() } }));
    expect(error).toMatchObject({ code: 'internal', detail: expect.stringContaining('backing store') as string });
    expect(error.message).toContain('could not store m');
  });

  test('deleting a model that is being downloaded ends the download', async () => {
    const onProgress = ({ loadedBytes }: DownloadProgress): void => {
      if (loadedBytes >= 8_000) void deleteStoredModel(`${server.origin}/m.gguf`);
    };
    const error = await failure(download({ onProgress }));
    expect(error).toMatchObject({ code: 'aborted' });
    expect(error.message).toContain('deleted while it was downloaded');
    expect((await storageReport()).models).toEqual([]);
  });

  test('what the browser removed is noticed, told, and fetched again', async () => {
    const { id } = await download({ options: { sha256: [sha256(MODEL)] } });
    const manifest = await chunks.readManifest(id);
    const records = createStore('mixtab-models', 'records');
    for (const index of [4, 20]) await del(['block', id, manifest?.version ?? '', 0, index], records);
    const lost = { lostBytes: 4_300 };
    expect((await storageReport()).models).toMatchObject([{ complete: false, verified: false, ...lost }]);

    const opened = await openModel(urlOf(), { environment });
    expect(opened).toMatchObject({ complete: false, fromStore: false, ...lost });
    opened.close();

    server.requests = [];
    const events: DownloadProgress[] = [];
    await download({ onProgress: (event) => events.push(event) });
    expect(bodyRequests().toSorted()).toEqual([
      'GET /m.gguf bytes=20000-20299',
      'GET /m.gguf bytes=4000-4999',
      'GET /m.gguf bytes=5000-5999',
      'GET /m.gguf bytes=6000-6999',
      'GET /m.gguf bytes=7000-7999',
    ]);
    expect(events.find(({ stage }) => stage === 'download')).toMatchObject({ loadedBytes: 16_000, ...lost });
    const [model] = (await storageReport()).models;
    // What came anew was not compared with what was published.
    expect(model).toMatchObject({ complete: true, verified: false });
    expect(model).not.toHaveProperty('lostBytes');
    expect(await readStored()).toEqual(MODEL);
  });

  test('a chunk that rotted is fetched again before it is compared', async () => {
    const { id } = await download();
    const manifest = await chunks.readManifest(id);
    await rot(chunks, { id, version: manifest?.version ?? '', part: 0, index: 4 });
    server.requests = [];
    const stored = await download({ options: { sha256: [sha256(MODEL)] } });
    expect(stored).toMatchObject({ complete: true, verified: true });
    expect(server.requests).toEqual(['GET /m.gguf bytes=4000-4999']);
  });
});

describe('several downloads', () => {
  test('at once: each by its name, cancelled by itself', async () => {
    server.files.set('/n.gguf', content(9_000, 8));
    server.behaviour.latencyMs = 5;
    const downloads = new Downloads(environment);
    let begun = false;
    const first = downloads.run('a', urlOf(), {}, ({ loadedBytes }) => (begun ||= loadedBytes > 0));
    const second = downloads.run('b', urlOf('/n.gguf'), {}, () => {});
    const twice = failure(downloads.run('b', urlOf('/n.gguf'), {}, () => {}));
    expect(await twice).toMatchObject({ code: 'bad-request' });
    first.catch(() => undefined);
    await until(() => begun);
    downloads.cancel('a');
    downloads.cancel('nobody');
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(await second).toMatchObject({ name: 'n', complete: true });
    // The name is free again.
    expect(await downloads.run('a', urlOf(), {}, () => {})).toMatchObject({ complete: true });
  });

  test('of one model: both end with all of it', async () => {
    const stored = await Promise.all([download(), download({ options: { sha256: [sha256(MODEL)] } })]);
    expect(stored).toMatchObject([{ complete: true }, { complete: true, verified: true }]);
    expect(await readStored()).toEqual(MODEL);
  });

  test('room that one is about to fill is not given to another', async () => {
    server.files.set('/n.gguf', content(9_000, 8));
    server.behaviour.latencyMs = 5;
    const storage = { estimate: () => Promise.resolve({ usage: 0, quota: 25_000 }) };
    const downloads = new Downloads({ ...environment, storage });
    let begun = false;
    const first = downloads.run('a', urlOf(), {}, ({ stage }) => (begun ||= stage === 'download'));
    await until(() => begun);
    expect(await failure(downloads.run('b', urlOf('/n.gguf'), {}, () => {}))).toMatchObject({ code: 'quota' });
    await first;
  });
});
