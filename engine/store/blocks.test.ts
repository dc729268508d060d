import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ModelServer } from '../testing/model-server.ts';
import { asBefore, content, failToWriteAfter, failure, rot } from '../testing/store-fixtures.ts';
import { type ChunkStore, createChunkStore } from './chunk-store.ts';
import type { StoreEnvironment } from './environment.ts';
import { joinChunks } from './join-chunks.ts';
import type { Manifest } from './manifest.ts';
import { openModel, type OpenedModel } from './open-model.ts';
import { deleteStoredModel, storageReport } from './report.ts';

const CHUNK_BYTES = 1000;
/** 21 chunks: five blocks of four, and one of the rest. */
const MODEL = content(20_300);
/** On a machine that does other things too. */
const PATIENCE = { timeout: 30_000 };
const FULL = new DOMException('The quota has been exceeded.', 'QuotaExceededError');

let server: ModelServer;
let chunks: ChunkStore;
let environment: StoreEnvironment;

beforeEach(async () => {
  server = await ModelServer.start();
  server.files.set('/m.gguf', MODEL);
  chunks = createChunkStore();
  const { defaultEnvironment } = await import('./environment.ts');
  environment = { ...defaultEnvironment(), chunks, chunkBytes: CHUNK_BYTES };
  for (const { id } of (await storageReport(environment)).models) await deleteStoredModel(id, environment);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

const open = (env: Partial<StoreEnvironment> = {}): Promise<OpenedModel> =>
  openModel({ kind: 'url', url: `${server.origin}/m.gguf` }, { environment: { ...environment, ...env } });

async function readAll(model: OpenedModel, from: 'read' | 'early' = 'read', step = 777): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (const part of model.parts) {
    const source = from === 'early' ? part.early! : part;
    for (let at = 0; at < part.size; at += step)
      // Copied, as it is the reader's only until the next read.
      pieces.push(Buffer.from(await source.read(at, Math.min(part.size, at + step))));
  }
  return Buffer.concat(pieces);
}

/** Downloads the model. */
async function stored(): Promise<Manifest> {
  const model = await open();
  await model.finish();
  await model.joined;
  model.close();
  server.requests = [];
  return (await chunks.readManifest(model.id))!;
}

const formsOf = async (manifest: Manifest): Promise<string> => {
  const { chunks: alone, blocks } = await chunks.storedRecords(manifest);
  return `${alone.length} chunks, ${blocks.length} blocks`;
};

const addressOf = ({ id, version }: Manifest, index: number) => ({ id, version, part: 0, index });

/** What the next visit gets, without a request. */
async function expectWhole(): Promise<void> {
  server.requests = [];
  for (const how of ['read', 'early'] as const) {
    const model = await open();
    expect(model).toMatchObject({ fromStore: true, complete: true });
    expect(await readAll(model, how)).toEqual(MODEL);
    model.close();
  }
  expect(server.requests).toEqual([]);
}

describe('what arrives', () => {
  test('lies in blocks at once where its neighbours arrive too', async () => {
    expect(await formsOf(await stored())).toBe('0 chunks, 6 blocks');
    await expectWhole();
  });

  test('alone does not wait for ever', async () => {
    const model = await open({ holdMs: 20 });
    await model.parts[0]!.read(9_100, 9_200);
    const manifest = (await chunks.readManifest(model.id))!;
    await vi.waitFor(async () => expect(await formsOf(manifest)).toBe('1 chunks, 0 blocks'), PATIENCE);
    model.close();
  });

  test('is kept where a visit ends before its neighbours are there', async () => {
    server.behaviour.holdFrom = 6_000;
    const model = await open();
    await model.parts[0]!.read(0, 5_900);
    model.close();
    const manifest = (await chunks.readManifest(model.id))!;
    await vi.waitFor(async () => expect(await chunks.storedChunks(manifest)).toHaveLength(6), PATIENCE);
    expect(await formsOf(manifest)).toBe('2 chunks, 1 blocks');
    server.requests = [];
    server.release();
    await stored();
    // What came alone was joined with the rest, and nothing came twice.
    expect(await formsOf(manifest)).toBe('0 chunks, 6 blocks');
    await expectWhole();
  });

  test.each(['refuses Blobs', 'loses Blobs'] as const)('lies in chunks where the browser %s', async (what) => {
    if (what === 'refuses Blobs') failToWriteAfter(0, new DOMException('No Blobs here.', 'DataCloneError'), ['block']);
    else vi.spyOn(Blob.prototype, 'arrayBuffer').mockRejectedValue(new DOMException('It is gone.', 'NotReadableError'));
    const manifest = await stored();
    expect(await formsOf(manifest)).toBe('21 chunks, 0 blocks');
    await expectWhole();
  });
});

describe('a block that is no longer what it was', () => {
  test('rotten: what was given early is told when it is asked for, and fetched chunk by chunk', async () => {
    const manifest = await stored();
    await rot(chunks, addressOf(manifest, 6));
    const model = await open();
    const [part] = model.parts;
    const early = await readAll(model, 'early');
    expect(early.equals(MODEL)).toBe(false);
    expect(server.requests).toEqual([]);
    expect(await part!.early!.wrong(new AbortController().signal)).toEqual([[6_000, 7_000]]);
    expect(await part!.early!.wrong(new AbortController().signal)).toEqual([]);
    expect(Buffer.from(await part!.read(6_000, 7_000))).toEqual(MODEL.subarray(6_000, 7_000));
    expect(server.requests).toEqual(['GET /m.gguf bytes=6000-6999']);
    expect((await chunks.readManifest(manifest.id))?.complete).toBe(false);
    await model.finish();
    await model.joined;
    expect(await formsOf(manifest)).toBe('0 chunks, 6 blocks');
    await expectWhole();
  });

  test.each([
    ['shorter', (data: Blob) => data.slice(0, 3_500)],
    ['empty', () => new Blob([])],
  ])('%s: all of it is fetched again', async (_, tear) => {
    const manifest = await stored();
    const block = await chunks.readBlock(addressOf(manifest, 4));
    await chunks.writeBlock(addressOf(manifest, 4), { ...block!, data: tear(block!.data) });
    const model = await open();
    expect(await readAll(model, 'early')).toEqual(MODEL);
    await model.finish();
    await model.joined;
    expect(server.requests.length).toBeGreaterThan(0);
    expect(server.requests.every((request) => /bytes=[4-7]000-/.test(request))).toBe(true);
    await expectWhole();
  });

  test('one whose bytes the browser has lost', async () => {
    await stored();
    const model = await open();
    const arrayBuffer = Reflect.get(Blob.prototype, 'arrayBuffer');
    let failures = 3; // as a block, and as two of its chunks
    vi.spyOn(Blob.prototype, 'arrayBuffer').mockImplementation(function (this: Blob) {
      if (failures-- > 0) return Promise.reject(new DOMException('It is gone.', 'NotReadableError'));
      return arrayBuffer.call(this);
    });
    expect(await readAll(model, 'early')).toEqual(MODEL);
    await model.finish();
    await model.joined;
    vi.restoreAllMocks();
    await expectWhole();
  });
});

describe('a copy of earlier versions', () => {
  let manifest: Manifest;
  beforeEach(async () => {
    manifest = await stored();
    await asBefore(chunks, manifest);
  });

  test('is read as it is, and joined after the load', async () => {
    expect(await formsOf(manifest)).toBe('21 chunks, 0 blocks');
    const model = await open();
    expect(await readAll(model, 'early')).toEqual(MODEL);
    await model.finish();
    await model.joined;
    expect(await formsOf(manifest)).toBe('0 chunks, 6 blocks');
    expect((await storageReport(environment)).models).toMatchObject([{ complete: true, storedBytes: MODEL.length }]);
    await expectWhole();
  });

  test('a disk that is full meanwhile loses nothing; the next visit goes on', async () => {
    failToWriteAfter(9, FULL, ['block']);
    await joinChunks(manifest, environment);
    expect(await formsOf(manifest)).toBe('13 chunks, 2 blocks');
    await expectWhole();
    vi.restoreAllMocks();
    await joinChunks(manifest, environment);
    expect(await formsOf(manifest)).toBe('0 chunks, 6 blocks');
    await expectWhole();
  });

  test('a tab that ends between a block and its chunks loses nothing', async () => {
    const drop = vi.fn<ChunkStore['dropChunks']>().mockRejectedValue(new DOMException('Closed.', 'AbortError'));
    await joinChunks(manifest, { ...environment, chunks: { ...chunks, dropChunks: drop } });
    expect(await formsOf(manifest)).toBe('21 chunks, 1 blocks');
    expect((await storageReport(environment)).models).toMatchObject([{ complete: true, storedBytes: MODEL.length }]);
    await expectWhole();
    await joinChunks(manifest, environment);
    expect(await formsOf(manifest)).toBe('0 chunks, 6 blocks');
  });

  test('a browser that loses Blobs keeps its chunks', async () => {
    vi.spyOn(Blob.prototype, 'arrayBuffer').mockRejectedValue(new DOMException('It is gone.', 'NotReadableError'));
    await joinChunks(manifest, environment);
    vi.restoreAllMocks();
    expect(await formsOf(manifest)).toBe('21 chunks, 0 blocks');
    await expectWhole();
  });

  test('what is rotten is not joined, but found and fetched as ever', async () => {
    await rot(chunks, addressOf(manifest, 9));
    await joinChunks(manifest, environment);
    expect(await formsOf(manifest)).toBe('4 chunks, 5 blocks');
    const model = await open();
    expect(await readAll(model, 'early')).toEqual(MODEL);
    expect(server.requests).toEqual(['GET /m.gguf bytes=9000-9999']);
    await model.finish();
    await model.joined;
    expect(await formsOf(manifest)).toBe('0 chunks, 6 blocks');
  });

  test('two tabs at once, one of which reads', async () => {
    const other = { ...environment, chunks: createChunkStore() };
    const [first, second] = [await open(), await open(other)];
    const [read] = await Promise.all([
      readAll(first, 'early'),
      joinChunks(manifest, other),
      readAll(second).then((bytes) => expect(bytes).toEqual(MODEL)),
    ]);
    expect(read).toEqual(MODEL);
    await Promise.all([first.finish(), second.finish()]);
    await Promise.all([first.joined, second.joined]);
    await joinChunks(manifest, environment);
    expect(await formsOf(manifest)).toBe('0 chunks, 6 blocks');
    expect(server.requests).toEqual([]);
    await expectWhole();
  });

  test('deleting it meanwhile ends it, and nothing comes back', async () => {
    const joining = joinChunks(manifest, environment);
    await chunks.deleteModel(manifest.id);
    await joining;
    expect(await chunks.storedRecords(manifest)).toEqual({ chunks: [], blocks: [] });
    expect(await chunks.readManifests()).toEqual([]);
  });
});

test('a full disk keeps as many chunks as there was room for, and tells', async () => {
  failToWriteAfter(6, FULL);
  const model = await open();
  expect(await failure(model.finish())).toMatchObject({ code: 'quota' });
  expect((await storageReport(environment)).models).toMatchObject([{ storedBytes: 6_000, complete: false }]);
});
