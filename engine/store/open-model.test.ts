import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultEnvironment, type StoreEnvironment } from './environment.ts';
import type { BytesEvent } from './model-chunks.ts';
import { openModel, type OpenedModel } from './open-model.ts';
import { ModelServer } from '../testing/model-server.ts';
import { content, failToWriteAfter, failure, rot, until } from '../testing/store-fixtures.ts';
import { deleteStoredModel, storageReport } from './report.ts';

const CHUNK_BYTES = 1000;

let server: ModelServer;
let slept: number[];

const { chunks } = defaultEnvironment();

const environment: Partial<StoreEnvironment> = {
  chunkBytes: CHUNK_BYTES,
  random: () => 0,
  sleep: (milliseconds, signal) => {
    slept.push(milliseconds);
    signal.throwIfAborted();
    return Promise.resolve();
  },
};

const MODEL = content(10_300);

function open(name = '/model.gguf', options: Parameters<typeof openModel>[1] = {}): Promise<OpenedModel> {
  return openModel({ kind: 'url', url: server.origin + name }, { environment, ...options });
}

/** As the engine does: the header in small steps, then tensor after tensor. */
async function readThrough(model: OpenedModel, step = 777): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (const part of model.parts) {
    for (let start = 0; start < part.size; start += step) {
      pieces.push(Buffer.from(await part.read(start, Math.min(part.size, start + step))));
    }
  }
  return Buffer.concat(pieces);
}

beforeEach(async () => {
  for (const { id } of (await storageReport()).models) await deleteStoredModel(id);
  slept = [];
  server = await ModelServer.start();
  server.files.set('/model.gguf', MODEL);
});

afterEach(() => server.stop());

describe.each([true, false])('a server with range requests: %s', (ranges) => {
  beforeEach(() => {
    server.behaviour.ranges = ranges;
  });

  test('the first visit downloads each byte once, the second none', async () => {
    const events: BytesEvent[] = [];
    const first = await open('/model.gguf', { onBytes: (event) => events.push(event) });
    expect(first).toMatchObject({ name: 'model', totalBytes: MODEL.length, fromStore: false, stored: true });
    expect(await readThrough(first)).toEqual(MODEL);
    expect(first.complete).toBe(false);
    await first.finish();
    expect(first.complete).toBe(true);
    expect(server.requests).toHaveLength(ranges ? 1 + 11 : 1);

    const loaded = events.map(({ loadedBytes }) => loadedBytes);
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
    expect(loaded.at(-1)).toBe(MODEL.length);
    expect(new Set(events.map(({ from }) => from))).toEqual(new Set(['network']));

    server.requests = [];
    await server.stop();
    const again: BytesEvent[] = [];
    const second = await open('/model.gguf', { onBytes: (event) => again.push(event) });
    expect(second).toMatchObject({ fromStore: true, complete: true });
    expect(await readThrough(second)).toEqual(MODEL);
    await second.finish();
    expect(server.requests).toEqual([]);
    expect(again.at(-1)).toEqual({ loadedBytes: MODEL.length, totalBytes: MODEL.length, from: 'store' });
  });

  test('connections that break in the middle of a body are tried again', async () => {
    server.behaviour.tears = { after: 400, count: 4 };
    const events: number[] = [];
    const model = await open('/model.gguf', { onBytes: ({ loadedBytes }) => events.push(loadedBytes) });
    expect(await readThrough(model)).toEqual(MODEL);
    expect(server.behaviour.tears.count).toBe(0);
    expect(events).toEqual(events.toSorted((a, b) => a - b));
    expect(events.at(-1)).toBe(MODEL.length);
  });

  test('a torn download resumes from the chunks that are there', async () => {
    const first = await open();
    await first.parts[0]?.read(0, 4_500);
    await until(() => first.loadedBytes >= 5_000);
    first.close();
    const there = (await storageReport()).models[0]?.storedBytes ?? 0;
    expect(there).toBeGreaterThanOrEqual(4_000);

    server.requests = [];
    const second = await open();
    expect(second.fromStore).toBe(false);
    expect(await readThrough(second)).toEqual(MODEL);
    await second.finish();
    if (ranges) expect(server.requests.length).toBeLessThanOrEqual(1 + 11 - there / CHUNK_BYTES);
    expect(server.requests.some((request) => request.endsWith('bytes=0-999'))).toBe(false);
    expect((await storageReport()).models).toMatchObject([{ complete: true, storedBytes: MODEL.length }]);
  });

  test('a file that changed between visits begins anew', async () => {
    const first = await open();
    await first.parts[0]?.read(0, 3_000);
    first.close();
    const changed = content(9_100, 2);
    server.files.set('/model.gguf', changed);
    const second = await open();
    expect(await readThrough(second)).toEqual(changed);
    await second.finish();
    expect((await storageReport()).models).toMatchObject([{ totalBytes: 9_100, storedBytes: 9_100, complete: true }]);
  });

  test('reading backwards and far ahead gives the right bytes', async () => {
    const model = await open();
    const [part] = model.parts;
    for (const [start, end] of [
      [8_000, 8_010],
      [10_290, 10_300],
      [2_999, 3_001],
      [0, 10_300],
      [5, 5],
    ] as const) {
      expect(Buffer.from((await part?.read(start, end)) ?? [])).toEqual(MODEL.subarray(start, end));
    }
  });

  test('finish() fetches what was never read', async () => {
    const model = await open();
    await model.parts[0]?.read(10_000, 10_300);
    await model.finish();
    expect(model).toMatchObject({ complete: true, loadedBytes: MODEL.length });
    server.requests = [];
    expect(await readThrough(await open())).toEqual(MODEL);
    expect(server.requests).toEqual([]);
  });

  test('without IndexedDB everything works but the second visit', async () => {
    const { indexedDB } = globalThis;
    Reflect.deleteProperty(globalThis, 'indexedDB');
    try {
      const model = await open();
      expect(model.stored).toBe(false);
      expect(await readThrough(model)).toEqual(MODEL);
      expect(Buffer.from((await model.parts[0]?.read(100, 200)) ?? [])).toEqual(MODEL.subarray(100, 200));
      await model.finish();
      expect(model).toMatchObject({ complete: false, loadedBytes: MODEL.length });
    } finally {
      globalThis.indexedDB = indexedDB;
    }
  });
});

describe('a server in trouble', () => {
  test('503 and 429 are waited for, as long as the server asks', async () => {
    server.behaviour.failures = { status: 503, count: 2 };
    const model = await open();
    expect(slept).toEqual([250, 500]);
    server.behaviour.failures = { status: 429, count: 1, retryAfter: '7' };
    expect(Buffer.from((await model.parts[0]?.read(0, 10)) ?? [])).toEqual(MODEL.subarray(0, 10));
    expect(slept).toContain(7_000);
  });

  test('it gives up after some attempts, says why, and keeps what it has', async () => {
    const model = await open();
    await model.parts[0]?.read(0, 2_500);
    await until(() => model.loadedBytes >= 6_000);
    server.behaviour.failures = { status: 500, count: 1_000 };
    const error = await failure(readThrough(model));
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toContain('HTTP 500');
    server.behaviour.failures.count = 0;
    expect(await readThrough(model)).toEqual(MODEL);
  });

  test('a server that asks for an hour is not waited for', async () => {
    server.behaviour.failures = { status: 503, count: 100, retryAfter: '3600' };
    expect(await failure(open())).toMatchObject({ code: 'network' });
    expect(slept).toEqual([]);
  });

  test.each([
    [404, 'no such file'],
    [403, 'refuses'],
  ])('HTTP %i is not tried again', async (status, words) => {
    server.behaviour.failures = { status, count: 1 };
    const error = await failure(open());
    expect(error.code).toBe('network');
    expect(error.message).toContain(words);
    expect(server.requests).toHaveLength(1);
  });

  test('an unreachable server', async () => {
    const error = await failure(openModel({ kind: 'url', url: 'http://127.0.0.1:1/m.gguf' }, { environment }));
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toContain('127.0.0.1:1 could not be reached');
    expect(slept).toHaveLength(2);
  });

  test('offline it does not try for long', async () => {
    const env = { ...environment, isOnline: () => false };
    const error = await failure(openModel({ kind: 'url', url: 'http://127.0.0.1:1/m.gguf' }, { environment: env }));
    expect(error.message).toContain('offline');
    expect(slept).toEqual([]);
  });

  test('a web page instead of a file', async () => {
    server.behaviour.contentType = 'text/html; charset=utf-8';
    expect((await failure(open())).message).toContain('is a web page');
  });

  test('an empty file', async () => {
    server.files.set('/model.gguf', Buffer.alloc(0));
    server.behaviour.ranges = false;
    expect((await failure(open())).message).toContain('is empty');
  });

  test.each(['range', 'long'] as const)('answers that are not what was asked for: %s', async (lie) => {
    const model = await open();
    server.behaviour.lie = lie;
    const error = await failure(readThrough(model));
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toMatch(/instead of|more than it was asked for/);
  });

  test.each(['size', 'content'] as const)('a file that changes in mid-download: %s', async (what) => {
    const model = await open();
    await model.parts[0]?.read(0, 500);
    await until(() => model.loadedBytes >= 4_000);
    server.files.set('/model.gguf', what === 'size' ? Buffer.concat([MODEL, MODEL]) : content(MODEL.length, 3));
    expect(await failure(readThrough(model))).toMatchObject({ code: 'source-changed' });
    const again = await open();
    expect(await readThrough(again)).toEqual(server.files.get('/model.gguf'));
  });

  test('a total that contradicts what was said before', async () => {
    const model = await open();
    server.behaviour.lie = 'total';
    expect(await failure(readThrough(model))).toMatchObject({ code: 'source-changed' });
  });

  test('another site that hides Content-Range and ETag: the size comes from a HEAD request', async () => {
    const hidden = async (url: string, init: RequestInit): Promise<Response> => {
      const response = await fetch(url, init);
      const visible = new Headers(response.headers);
      for (const name of ['content-range', 'etag', 'content-encoding']) visible.delete(name);
      return new Response(response.body, { status: response.status, headers: visible });
    };
    const model = await open('/model.gguf', { environment: { ...environment, fetch: hidden } });
    expect(server.requests).toEqual(['GET /model.gguf bytes=0-0', 'HEAD /model.gguf']);
    expect(await readThrough(model)).toEqual(MODEL);
  });

  test('servers without validators are told apart by size', async () => {
    server.behaviour.validators = false;
    const first = await open();
    await first.parts[0]?.read(0, 1_500);
    first.close();
    server.files.set('/model.gguf', content(9_000, 4));
    expect(await readThrough(await open())).toEqual(server.files.get('/model.gguf'));
  });
});

describe('the store', () => {
  test('chunks whose bytes rotted are fetched again', async () => {
    const first = await open();
    await readThrough(first);
    await first.finish();
    const manifest = await chunks.readManifest(first.id);
    await rot(chunks, { id: first.id, version: manifest?.version ?? '', part: 0, index: 4 });

    server.requests = [];
    const second = await open();
    expect(await readThrough(second)).toEqual(MODEL);
    expect(server.requests).toEqual(['GET /model.gguf bytes=4000-4999']);
    expect((await storageReport()).models).toMatchObject([{ complete: false }]);
    await second.finish();
    expect((await storageReport()).models).toMatchObject([{ complete: true }]);
  });

  test('all chunks without the mark: a visit that ended just before is not repeated', async () => {
    await readThrough(await open());
    server.requests = [];
    const second = await open();
    expect(await readThrough(second)).toEqual(MODEL);
    expect(server.requests).toEqual([]);
  });

  test('two tabs at once', async () => {
    const [a, b] = await Promise.all([open(), open()]);
    expect(await Promise.all([readThrough(a), readThrough(b, 1_234)])).toEqual([MODEL, MODEL]);
    await Promise.all([a.finish(), b.finish()]);
    expect((await storageReport()).models).toMatchObject([{ complete: true, storedBytes: MODEL.length }]);
  });

  test('deleting while another reads: it goes on from the network and stores nothing more', async () => {
    const model = await open();
    await model.parts[0]?.read(0, 2_000);
    await deleteStoredModel(model.id);
    expect(await readThrough(model)).toEqual(MODEL);
    await model.finish();
    expect(model).toMatchObject({ stored: false, complete: false });
    expect((await storageReport()).models).toEqual([]);
  });

  test('a download that does not fit is refused before it begins', async () => {
    const storage = { estimate: () => Promise.resolve({ usage: 5_000, quota: 12_000 }) };
    const error = await failure(open('/model.gguf', { environment: { ...environment, storage } }));
    expect(error).toMatchObject({ code: 'quota' });
    expect(error.message).toContain('needs 10.3 kB');
    expect(error.message).toContain('grants 7.0 kB');
  });

  const fillUpAfter = (count: number): void =>
    failToWriteAfter(count, new DOMException('The quota has been exceeded.', 'QuotaExceededError'));

  test('one that need not be kept is read all the same, and leaves the room to others', async () => {
    const storage = { estimate: () => Promise.resolve({ usage: 5_000, quota: 12_000 }) };
    const tight = await open('/model.gguf', { storing: 'optional', environment: { ...environment, storage } });
    expect(tight.stored).toBe(false);
    expect(await readThrough(tight)).toEqual(MODEL);
    await tight.finish();
    expect(tight.complete).toBe(false);
    fillUpAfter(5);
    const full = await open('/model.gguf', { storing: 'optional' });
    expect(await readThrough(full)).toEqual(MODEL);
    await full.finish();
    expect(full).toMatchObject({ stored: false, complete: false });
    expect((await storageReport()).models).toEqual([]);
    vi.restoreAllMocks();
  });

  test('a disk that fills up stops a download and keeps what is there', async () => {
    fillUpAfter(5);
    const error = await failure(open().then((model) => readThrough(model)));
    expect(error).toMatchObject({ code: 'quota' });
    expect(error.message).toContain('10.3 kB');
    expect((await storageReport()).models).toMatchObject([{ storedBytes: 5_000, complete: false }]);
    vi.restoreAllMocks();
    const again = await open();
    expect(await readThrough(again)).toEqual(MODEL);
    await again.finish();
    expect(again.complete).toBe(true);
  });

  test('a disk that fills up does not stop a file that is at hand', async () => {
    fillUpAfter(2);
    const source = { kind: 'file', files: [new File([new Uint8Array(MODEL)], 'x.gguf')] } as const;
    const model = await openModel(source, { environment });
    expect(await readThrough(model)).toEqual(MODEL);
    await model.finish();
    vi.restoreAllMocks();
    expect(model).toMatchObject({ stored: false, complete: false, loadedBytes: MODEL.length });
  });

  test('persistence is asked for once, when the first chunk is stored', async () => {
    let asked = 0;
    const storage = { persisted: () => Promise.resolve(false), persist: () => Promise.resolve(++asked > 0) };
    const model = await open('/model.gguf', { environment: { ...environment, storage } });
    expect(asked).toBe(0);
    await readThrough(model);
    expect(asked).toBe(1);
  });

  test('opening a model again says when', async () => {
    const at = (now: number) => open('/model.gguf', { environment: { ...environment, now: () => now } });
    await readThrough(await at(1_000));
    await at(2_000);
    expect((await storageReport()).models).toMatchObject([{ lastUsed: 2_000 }]);
  });
});

describe('sources', () => {
  test('split files by the address of any part, query and all', async () => {
    const parts = [content(2_500, 5), content(1_000, 6), content(1, 7)];
    parts.forEach((data, i) => server.files.set(`/a/m-0000${i + 1}-of-00003.gguf?download=true`, data));
    const model = await open('/a/m-00002-of-00003.gguf?download=true');
    expect(model.parts.map(({ name, size }) => [name, size])).toEqual([
      ['m-00001-of-00003.gguf', 2_500],
      ['m-00002-of-00003.gguf', 1_000],
      ['m-00003-of-00003.gguf', 1],
    ]);
    expect(model.name).toBe('m');
    expect(await readThrough(model)).toEqual(Buffer.concat(parts));
    await model.finish();
    server.requests = [];
    expect(await readThrough(await open('/a/m-00001-of-00003.gguf?download=true'))).toEqual(Buffer.concat(parts));
    expect(server.requests).toEqual([]);
  });

  test('a missing part is named', async () => {
    server.files.set('/m-00001-of-00002.gguf', MODEL);
    expect((await failure(open('/m-00001-of-00002.gguf'))).message).toContain('m-00002-of-00002.gguf');
  });

  test('files that the person gives, and again without them', async () => {
    const parts = [content(1_500, 8), content(2_200, 9)];
    const given = parts.map(
      (data, i) => new File([new Uint8Array(data)], `x-0000${i + 1}-of-00002.gguf`, { lastModified: 5 }),
    );
    const events: BytesEvent[] = [];
    const source = { kind: 'file', files: given.toReversed() } as const;
    const model = await openModel(source, { environment, onBytes: (event) => events.push(event) });
    expect(await readThrough(model)).toEqual(Buffer.concat(parts));
    expect(events.at(-1)).toEqual({ loadedBytes: 3_700, totalBytes: 3_700, from: 'file' });
    await model.finish();

    const stored = await openModel({ kind: 'stored', id: model.id }, { environment });
    expect(stored).toMatchObject({ fromStore: true, name: 'x' });
    expect(await readThrough(stored)).toEqual(Buffer.concat(parts));
  });

  test('a file that is found again by itself is read where it lies, and no byte of it is stored', async () => {
    const file = new File([new Uint8Array(MODEL)], 'x.gguf');
    const model = await openModel({ kind: 'file', files: [file], disk: 'd' }, { environment });
    expect(model).toMatchObject({ stored: false, complete: false, fromStore: false });
    expect(await readThrough(model)).toEqual(MODEL);
    await model.finish();
    expect(model.loadedBytes).toBe(MODEL.length);
    expect((await storageReport()).models).toEqual([]);
  });

  test('a file for which there is no room is used without storing it', async () => {
    const storage = { estimate: () => Promise.resolve({ usage: 0, quota: 10 }) };
    const source = { kind: 'file', files: [new File([new Uint8Array(MODEL)], 'x.gguf')] } as const;
    const model = await openModel(source, { environment: { ...environment, storage } });
    expect(model.stored).toBe(false);
    expect(await readThrough(model)).toEqual(MODEL);
    expect((await storageReport()).models).toEqual([]);
  });

  test('addresses that are none', async () => {
    for (const url of ['models/x.gguf', 'ftp://host/x.gguf', '']) {
      expect(await failure(openModel({ kind: 'url', url }, { environment }))).toMatchObject({ code: 'bad-request' });
    }
  });

  test('aborting ends the opening, the reads and the waits', async () => {
    const controller = new AbortController();
    const model = await open('/model.gguf', { signal: controller.signal });
    await model.parts[0]?.read(0, 10);
    controller.abort();
    await expect(model.parts[0]?.read(9_000, 9_100)).rejects.toMatchObject({ name: 'AbortError' });
    await expect(open('/model.gguf', { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a range outside the file', async () => {
    const model = await open();
    expect(await failure(model.parts[0]!.read(10_000, 10_301))).toMatchObject({ code: 'corrupt-file' });
  });
});
