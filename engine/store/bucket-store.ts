import {
  MODEL_BUCKET,
  openModelBucket,
  type StorageBucket,
  type StorageBuckets,
  storageBuckets,
} from '../../idb/model-bucket.ts';
import { type ChunkStore, createChunkStore, DATABASE } from './chunk-store.ts';

/** Where models lie: new ones in `own`, and in `older` those that were begun before there was a bucket; null where there are none. */
interface Places {
  readonly own: ChunkStore;
  readonly older: { readonly store: ChunkStore; readonly ids: Set<string> } | null;
}

/**
 * Models in a storage bucket of their own, where the browser has buckets; else in the page's database. What the page's database holds
 * from earlier visits stays there and is used from there: moving gigabytes would need their room twice. A model that is replaced by
 * another version begins in the bucket.
 */
export function createBucketStore(buckets: StorageBuckets | undefined = storageBuckets()): ChunkStore {
  const page = createChunkStore();
  let places: Promise<Places> | undefined;
  /** In Chromium 156 transactions of a bucket's database never end once its bucket was collected as garbage. */
  const held: { bucket?: StorageBucket; indexedDb?: IDBFactory } = {};

  async function findPlaces(): Promise<Places> {
    if (buckets === undefined || (await openModelBucket(buckets)) === null) return { own: page, older: null };
    // Opened anew with each connection: site data may be cleared, buckets and all, under the open page.
    const own = createChunkStore(async () => {
      held.bucket = await buckets.open(MODEL_BUCKET);
      held.indexedDb = held.bucket.indexedDB;
      return held.indexedDb;
    });
    if (!(await own.canStore())) return { own: page, older: null };
    if (!(await hasPageDatabase())) return { own, older: null };
    const ids = (await page.readManifests()).map(({ id }) => id);
    return { own, older: ids.length === 0 ? null : { store: page, ids: new Set(ids) } };
  }

  function known(): Promise<Places> {
    places ??= findPlaces().catch((error: unknown) => {
      places = undefined; // the next time it may be readable
      throw error;
    });
    return places;
  }

  /** Where a model lies, or would be begun. */
  async function placeOf(id: string): Promise<ChunkStore> {
    const { own, older } = await known();
    if (older === null || !older.ids.has(id)) return own;
    // Another tab may have begun another version of it since.
    return (await own.readManifest(id)) === undefined ? older.store : own;
  }

  return {
    canStore: async () => {
      try {
        return await (await known()).own.canStore();
      } catch {
        return false;
      }
    },
    readManifest: async (id) => (await placeOf(id)).readManifest(id),
    readManifests: async () => {
      const { own, older } = await known();
      const found = await own.readManifests();
      const isNew = new Set(found.map(({ id }) => id));
      const before = older === null ? [] : await older.store.readManifests();
      return [...found, ...before.filter(({ id }) => !isNew.has(id))];
    },
    beginModel: async (manifest) => {
      const { own, older } = await known();
      const { id, version } = manifest;
      if (older?.ids.has(id)) {
        const before = await older.store.readManifest(id);
        if (before?.version === version && (await own.readManifest(id)) === undefined) return;
        await older.store.deleteModel(id);
        older.ids.delete(id);
      }
      await own.beginModel(manifest);
    },
    changeManifest: async (of, changes) => (await placeOf(of.id)).changeManifest(of, changes),
    writeChunk: async (address, record) => (await placeOf(address.id)).writeChunk(address, record),
    readChunk: async (address) => (await placeOf(address.id)).readChunk(address),
    writeBlock: async (address, record) => (await placeOf(address.id)).writeBlock(address, record),
    readBlock: async (address) => (await placeOf(address.id)).readBlock(address),
    dropChunks: async (address) => (await placeOf(address.id)).dropChunks(address),
    deleteBlock: async (address) => (await placeOf(address.id)).deleteBlock(address),
    storedRecords: async (of) => (await placeOf(of.id)).storedRecords(of),
    storedChunks: async (of) => (await placeOf(of.id)).storedChunks(of),
    deleteModel: async (id) => {
      const { own, older } = await known();
      await own.deleteModel(id);
      if (older?.ids.has(id)) await older.store.deleteModel(id);
    },
  };
}

/** Looking into it would create it. */
async function hasPageDatabase(): Promise<boolean> {
  try {
    return (await indexedDB.databases()).some(({ name }) => name === DATABASE);
  } catch {
    return true;
  }
}
