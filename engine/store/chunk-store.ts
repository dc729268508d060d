import { promisifyRequest, type UseStore } from 'idb-keyval';
import { inTransaction, keyvalStore } from '../../idb/keyval-store.ts';
import { asManifest, chunkLength, type Manifest, unreadableManifest } from './manifest.ts';

/**
 * IndexedDB through idb-keyval. One object store holds the manifests under `['manifest', id]` and the chunks under
 * `['chunk', id, version, part, index]`; because it is one store, each step below is one transaction, and two tabs cannot
 * come between: a chunk is written only under a manifest of its version, deleting takes both at once.
 */

const DATABASE = 'mixtab-models';
const OBJECT_STORE = 'records';

interface ChunkRecord {
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

let opened: UseStore | undefined;

const useStore: UseStore = (mode, callback) => {
  opened ??= keyvalStore(DATABASE, OBJECT_STORE);
  return opened(mode, callback);
};

/** False in Node and where the browser's settings forbid storage; the model is then used without being stored. */
export async function canStore(): Promise<boolean> {
  if (typeof indexedDB === 'undefined') return false;
  try {
    await useStore('readonly', (store) => promisifyRequest(store.count(manifestKey(''))));
    return true;
  } catch {
    return false;
  }
}

export function readManifest(id: string): Promise<Manifest | undefined> {
  return useStore('readonly', (store) => getManifest(store, id));
}

/** Also such as cannot be read: they take room, and can be deleted. */
export async function readManifests(): Promise<Manifest[]> {
  const [keys, records] = await useStore('readonly', (store) =>
    Promise.all([
      promisifyRequest(store.getAllKeys(under('manifest'))),
      promisifyRequest<unknown[]>(store.getAll(under('manifest'))),
    ]),
  );
  return (keys as [string, string][]).map(([, id], index) => asManifest(id, records[index]) ?? unreadableManifest(id));
}

async function getManifest(store: IDBObjectStore, id: string): Promise<Manifest | undefined> {
  return asManifest(id, await promisifyRequest<unknown>(store.get(manifestKey(id))));
}

/** Announces a model before its first chunk. Chunks of another version go; a manifest of the same version stays. */
export function beginModel(manifest: Manifest): Promise<void> {
  return inTransaction(useStore, async (store) => {
    const before = await getManifest(store, manifest.id);
    if (before?.version === manifest.version) return;
    store.delete(under('chunk', manifest.id));
    store.put(manifest, manifestKey(manifest.id));
  });
}

/** Changes a manifest if it is still there in this version. */
export function changeManifest(
  { id, version }: Pick<Manifest, 'id' | 'version'>,
  changes: Partial<Pick<Manifest, 'complete' | 'lastUsed' | 'sha256'>>,
): Promise<void> {
  return inTransaction(useStore, async (store) => {
    const manifest = await getManifest(store, id);
    if (manifest?.version !== version) return;
    store.put({ ...manifest, ...changes }, manifestKey(id));
  });
}

/** @returns false if the model was deleted or replaced by another version meanwhile: nothing was stored. */
export function writeChunk(address: ChunkAddress, record: ChunkRecord): Promise<boolean> {
  return inTransaction(useStore, async (store) => {
    const manifest = await getManifest(store, address.id);
    if (manifest?.version !== address.version) return false;
    store.put(record, chunkKey(address));
    return true;
  });
}

/** Undefined also where what lies there is no chunk. Its bytes are then fetched again. */
export async function readChunk(address: ChunkAddress): Promise<ChunkRecord | undefined> {
  const record = await useStore('readonly', (store) => promisifyRequest<unknown>(store.get(chunkKey(address))));
  if (typeof record !== 'object' || record === null || !('data' in record) || !('sha256' in record)) return undefined;
  const { data, sha256 } = record;
  const isChunk = data instanceof ArrayBuffer && (sha256 === null || sha256 instanceof ArrayBuffer);
  return isChunk ? { data, sha256 } : undefined;
}

/** Part and index of each chunk that is there. */
export async function storedChunks({ id, version }: Pick<Manifest, 'id' | 'version'>): Promise<[number, number][]> {
  const keys = await useStore('readonly', (store) => promisifyRequest(store.getAllKeys(under('chunk', id, version))));
  return (keys as [string, string, string, number, number][]).map(([, , , part, index]) => [part, index]);
}

export async function storedBytes(manifest: Manifest): Promise<number> {
  let bytes = 0;
  for (const [part, index] of await storedChunks(manifest)) {
    bytes += chunkLength(manifest.parts[part]?.size ?? 0, manifest.chunkBytes, index);
  }
  return bytes;
}

export function deleteModel(id: string): Promise<void> {
  return inTransaction(useStore, async (store) => {
    store.delete(manifestKey(id));
    store.delete(under('chunk', id));
  });
}

const manifestKey = (id: string): IDBValidKey => ['manifest', id];
const chunkKey = ({ id, version, part, index }: ChunkAddress): IDBValidKey => ['chunk', id, version, part, index];

/** All keys that begin with these: an array sorts after every string and number. */
function under(...beginning: string[]): IDBKeyRange {
  return IDBKeyRange.bound(beginning, [...beginning, []]);
}
