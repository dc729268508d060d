import { promisifyRequest, type UseStore } from 'idb-keyval';
import { inTransaction, keyvalStore } from '../../idb/keyval-store.ts';
import { asManifest, chunkLength, type Manifest, unreadableManifest } from './manifest.ts';

/**
 * IndexedDB through idb-keyval. One object store holds the manifests under `['manifest', id]` and the chunks under
 * `['chunk', id, version, part, index]`; because it is one store, each step below is one transaction, and two tabs cannot
 * come between: a chunk is written only under a manifest of its version, deleting takes both at once.
 */

export const DATABASE = 'mixtab-models';
const OBJECT_STORE = 'records';

export interface ChunkRecord {
  readonly data: ArrayBuffer;
  /** Null where there was no `crypto.subtle`. */
  readonly sha256: ArrayBuffer | null;
}

/** Which chunk of which version of a model. */
export interface ChunkAddress {
  readonly id: string;
  readonly version: string;
  readonly part: number;
  readonly index: number;
}

/** What is kept of models, whatever database it lies in. */
export interface ChunkStore {
  /** False in Node and where the browser's settings forbid storage; the model is then used without being stored. */
  canStore(): Promise<boolean>;
  readManifest(id: string): Promise<Manifest | undefined>;
  /** Also such as cannot be read: they take room, and can be deleted. */
  readManifests(): Promise<Manifest[]>;
  /** Announces a model before its first chunk. Chunks of another version go; a manifest of the same version stays. */
  beginModel(manifest: Manifest): Promise<void>;
  /** Changes a manifest if it is still there in this version. */
  changeManifest(
    of: Pick<Manifest, 'id' | 'version'>,
    changes: Partial<Pick<Manifest, 'complete' | 'lastUsed' | 'sha256'>>,
  ): Promise<void>;
  /** @returns false if the model was deleted or replaced by another version meanwhile: nothing was stored. */
  writeChunk(address: ChunkAddress, record: ChunkRecord): Promise<boolean>;
  /** Undefined also where what lies there is no chunk. Its bytes are then fetched again. */
  readChunk(address: ChunkAddress): Promise<ChunkRecord | undefined>;
  /** Part and index of each chunk that is there. */
  storedChunks(of: Pick<Manifest, 'id' | 'version'>): Promise<[number, number][]>;
  deleteModel(id: string): Promise<void>;
}

/** @param factory of the database; default: the page's own */
export function createChunkStore(factory?: () => IDBFactory | Promise<IDBFactory>): ChunkStore {
  const useStore: UseStore = keyvalStore(DATABASE, OBJECT_STORE, factory);
  return {
    canStore: async () => {
      if (factory === undefined && typeof indexedDB === 'undefined') return false;
      try {
        await useStore('readonly', (store) => promisifyRequest(store.count(manifestKey(''))));
        return true;
      } catch {
        return false;
      }
    },

    readManifest: (id) => useStore('readonly', (store) => getManifest(store, id)),

    readManifests: async () => {
      const [keys, records] = await useStore('readonly', (store) =>
        Promise.all([
          promisifyRequest(store.getAllKeys(under('manifest'))),
          promisifyRequest<unknown[]>(store.getAll(under('manifest'))),
        ]),
      );
      return (keys as [string, string][]).map(
        ([, id], index) => asManifest(id, records[index]) ?? unreadableManifest(id),
      );
    },

    beginModel: (manifest) =>
      inTransaction(useStore, async (store) => {
        const before = await getManifest(store, manifest.id);
        if (before?.version === manifest.version) return;
        store.delete(under('chunk', manifest.id));
        store.put(manifest, manifestKey(manifest.id));
      }),

    changeManifest: ({ id, version }, changes) =>
      inTransaction(useStore, async (store) => {
        const manifest = await getManifest(store, id);
        if (manifest?.version !== version) return;
        store.put({ ...manifest, ...changes }, manifestKey(id));
      }),

    writeChunk: (address, record) =>
      inTransaction(useStore, async (store) => {
        const manifest = await getManifest(store, address.id);
        if (manifest?.version !== address.version) return false;
        store.put(record, chunkKey(address));
        return true;
      }),

    readChunk: async (address) => {
      const record = await useStore('readonly', (store) => promisifyRequest<unknown>(store.get(chunkKey(address))));
      if (typeof record !== 'object' || record === null || !('data' in record) || !('sha256' in record))
        return undefined;
      const { data, sha256 } = record;
      const isChunk = data instanceof ArrayBuffer && (sha256 === null || sha256 instanceof ArrayBuffer);
      return isChunk ? { data, sha256 } : undefined;
    },

    storedChunks: async ({ id, version }) => {
      const keys = await useStore('readonly', (store) =>
        promisifyRequest(store.getAllKeys(under('chunk', id, version))),
      );
      return (keys as [string, string, string, number, number][]).map(([, , , part, index]) => [part, index]);
    },

    deleteModel: (id) =>
      inTransaction(useStore, async (store) => {
        store.delete(manifestKey(id));
        store.delete(under('chunk', id));
      }),
  };
}

async function getManifest(store: IDBObjectStore, id: string): Promise<Manifest | undefined> {
  return asManifest(id, await promisifyRequest<unknown>(store.get(manifestKey(id))));
}

export async function storedBytes(chunks: ChunkStore, manifest: Manifest): Promise<number> {
  let bytes = 0;
  for (const [part, index] of await chunks.storedChunks(manifest)) {
    bytes += chunkLength(manifest.parts[part]?.size ?? 0, manifest.chunkBytes, index);
  }
  return bytes;
}

const manifestKey = (id: string): IDBValidKey => ['manifest', id];
const chunkKey = ({ id, version, part, index }: ChunkAddress): IDBValidKey => ['chunk', id, version, part, index];

/** All keys that begin with these: an array sorts after every string and number. */
function under(...beginning: string[]): IDBKeyRange {
  return IDBKeyRange.bound(beginning, [...beginning, []]);
}
