import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import type { StorageBuckets } from '../../idb/model-bucket.ts';
import { createBucketStore } from './bucket-store.ts';
import { type ChunkStore, createChunkStore } from './chunk-store.ts';
import type { Manifest } from './manifest.ts';

const manifest = (id: string, version = 'v1'): Manifest => ({
  ...{ id, version, name: id, parts: [{ name: id, size: 4 }], chunkBytes: 4 },
  ...{ totalBytes: 4, complete: true, lastUsed: 1 },
});
const chunk = (id: string, version = 'v1') => ({ id, version, part: 0, index: 0 });
const bytes = (value: number) => ({ data: new Uint8Array([value, 0, 0, 0]).buffer, sha256: null });

let inBucket: IDBFactory;
let buckets: StorageBuckets;
let page: ChunkStore;
beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  inBucket = new IDBFactory();
  buckets = { open: async () => ({ indexedDB: inBucket, persisted: async () => false }) };
  page = createChunkStore();
});

async function keep(store: ChunkStore, id: string, value: number, version = 'v1'): Promise<void> {
  await store.beginModel(manifest(id, version));
  expect(await store.writeChunk(chunk(id, version), bytes(value))).toBe(true);
}

const firstByte = async (store: ChunkStore, id: string, version = 'v1'): Promise<number | undefined> => {
  const record = await store.readChunk(chunk(id, version));
  return record && new Uint8Array(record.data)[0];
};

test('new models lie in the bucket, and the page has no database for them', async () => {
  const store = createBucketStore(buckets);
  await keep(store, 'new', 1);
  expect(
    await firstByte(
      createChunkStore(() => inBucket),
      'new',
    ),
  ).toBe(1);
  expect(await indexedDB.databases()).toEqual([]);
});

test('models of earlier visits are found, read, completed and deleted where they are', async () => {
  await keep(page, 'old', 7);
  await keep(page, 'other', 8);
  const store = createBucketStore(buckets);
  await keep(store, 'new', 1);
  expect((await store.readManifests()).map(({ id }) => id).sort()).toEqual(['new', 'old', 'other']);
  expect(await firstByte(store, 'old')).toBe(7);
  expect(await store.storedChunks(manifest('old'))).toEqual([[0, 0]]);
  await store.beginModel(manifest('old')); // the same version: what has arrived stays
  expect(await firstByte(store, 'old')).toBe(7);
  expect(await store.writeChunk(chunk('old'), bytes(9))).toBe(true);
  await store.changeManifest(manifest('old'), { lastUsed: 5 });
  expect(await firstByte(page, 'old')).toBe(9);
  expect((await page.readManifest('old'))?.lastUsed).toBe(5);
  await store.deleteModel('old');
  expect((await createBucketStore(buckets).readManifests()).map(({ id }) => id).sort()).toEqual(['new', 'other']);
});

test('another version of an old model takes its place, in the bucket', async () => {
  await keep(page, 'old', 7);
  const store = createBucketStore(buckets);
  await keep(store, 'old', 8, 'v2');
  expect(await page.readManifests()).toEqual([]);
  expect(await firstByte(store, 'old', 'v2')).toBe(8);
  expect((await store.readManifests()).map(({ version }) => version)).toEqual(['v2']);
});

test('a tab that knew of an old model finds the version that another tab has begun', async () => {
  await keep(page, 'old', 7);
  const here = createBucketStore(buckets);
  expect(await firstByte(here, 'old')).toBe(7);
  await keep(createBucketStore(buckets), 'old', 8, 'v2');
  expect((await here.readManifest('old'))?.version).toBe('v2');
  expect(await firstByte(here, 'old', 'v2')).toBe(8);
  expect(await here.writeChunk(chunk('old'), bytes(1))).toBe(false);
});

test('without buckets, or where they are denied, the page’s database is used as ever', async () => {
  const denied: StorageBuckets = { open: () => Promise.reject(new DOMException('denied', 'SecurityError')) };
  for (const [id, given] of [
    ['none', undefined],
    ['denied', denied],
  ] as const) {
    const store = createBucketStore(given);
    await keep(store, id, 3);
    expect(await firstByte(page, id)).toBe(3);
  }
});

test('a page database that cannot be read is asked again, and stores nothing twice meanwhile', async () => {
  await keep(page, 'old', 7);
  const store = createBucketStore(buckets);
  const { databases } = IDBFactory.prototype;
  const { open } = IDBFactory.prototype;
  indexedDB.open = () => {
    throw new DOMException('busy', 'UnknownError');
  };
  expect(await store.canStore()).toBe(false);
  indexedDB.open = open.bind(indexedDB);
  indexedDB.databases = databases.bind(indexedDB);
  expect(await store.canStore()).toBe(true);
  expect(await firstByte(store, 'old')).toBe(7);
});
