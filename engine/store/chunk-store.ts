import { promisifyRequest, type UseStore } from 'idb-keyval';
import { inTransaction, keyvalStore } from '../../idb/keyval-store.ts';
import { asManifest, chunkCount, chunkLength, type Manifest, unreadableManifest } from './manifest.ts';

/**
 * IndexedDB through idb-keyval. One object store holds the manifests under `['manifest', id]` and the bytes in two forms: chunks,
 * each an ArrayBuffer, under `['chunk', id, version, part, index]`, and blocks of neighbouring chunks, each a Blob, under
 * `['block', id, version, part, index of the first]`. Browsers read a Blob of 16 MB several times as fast as the same bytes in
 * ArrayBuffers, so that blocks are what a copy is made of; a chunk lies by itself only until its neighbours are there, and
 * where the browser cannot keep Blobs. Where a chunk lies in both forms, the one by itself is newer, and counts.
 *
 * Because it is one store, each step below is one transaction, and two tabs cannot come between: bytes are written only under a
 * manifest of their version, deleting takes all at once.
 */

export const DATABASE = 'mixtab-models';
const OBJECT_STORE = 'records';

export interface ChunkRecord {
  readonly data: ArrayBuffer;
  /** Null where there was no `crypto.subtle`. */
  readonly sha256: ArrayBuffer | null;
}

/** Chunks that are read and written in one piece. Of 4, 16 and 64 MB, 16 were the fastest in Chromium; more only take memory. */
export const BLOCK_CHUNKS = 4;

/** Neighbouring chunks: those from a multiple of BLOCK_CHUNKS on, fewer only at the end of a part. */
export interface BlockRecord {
  /** Their bytes, one chunk after the other. */
  readonly data: Blob;
  readonly chunkBytes: number;
  /** One a chunk; null where there was no `crypto.subtle`. */
  readonly sha256: readonly (ArrayBuffer | null)[];
}

/** Part and index of each chunk that lies by itself, and of the first chunk of each block. */
export interface StoredRecords {
  readonly chunks: readonly (readonly [part: number, index: number])[];
  readonly blocks: readonly (readonly [part: number, index: number])[];
}

type StoredVersion = Pick<Manifest, 'id' | 'version' | 'parts' | 'chunkBytes'>;

/** Which chunk of which version of a model; of a block its first. */
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
  /** In either form. Undefined also where what lies there is no chunk. Its bytes are then fetched again. */
  readChunk(address: ChunkAddress): Promise<ChunkRecord | undefined>;
  /** As {@link writeChunk}. Chunks of it that lie by themselves stay. */
  writeBlock(address: ChunkAddress, record: BlockRecord): Promise<boolean>;
  readBlock(address: ChunkAddress): Promise<BlockRecord | undefined>;
  /** Takes the chunks away that lie by themselves though a block has them. */
  dropChunks(address: ChunkAddress): Promise<void>;
  deleteBlock(address: ChunkAddress): Promise<void>;
  storedRecords(of: Pick<Manifest, 'id' | 'version'>): Promise<StoredRecords>;
  /** Part and index of each chunk that is there in either form. */
  storedChunks(of: StoredVersion): Promise<[number, number][]>;
  deleteModel(id: string): Promise<void>;
}

/** @param factory of the database; default: the page's own */
export function createChunkStore(factory?: () => IDBFactory | Promise<IDBFactory>): ChunkStore {
  const useStore: UseStore = keyvalStore(DATABASE, OBJECT_STORE, factory);

  async function storedRecords({ id, version }: Pick<Manifest, 'id' | 'version'>): Promise<StoredRecords> {
    const [chunks, blocks] = await useStore('readonly', (store) =>
      Promise.all([
        promisifyRequest(store.getAllKeys(under('chunk', id, version))),
        promisifyRequest(store.getAllKeys(under('block', id, version))),
      ]),
    );
    return { chunks: (chunks as RecordKey[]).map(placeOf), blocks: (blocks as RecordKey[]).map(placeOf) };
  }

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
        store.delete(under('block', manifest.id));
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
      const [alone, block] = await useStore('readonly', (store) =>
        Promise.all([
          promisifyRequest<unknown>(store.get(chunkKey(address))),
          promisifyRequest<unknown>(store.get(blockKey(address))),
        ]),
      );
      return asChunk(alone) ?? chunkOfBlock(asBlock(block), address.index % BLOCK_CHUNKS);
    },

    writeBlock: (address, record) =>
      inTransaction(useStore, async (store) => {
        const manifest = await getManifest(store, address.id);
        if (manifest?.version !== address.version) return false;
        store.put(record, blockKey(address));
        return true;
      }),

    readBlock: async (address) =>
      asBlock(await useStore('readonly', (store) => promisifyRequest<unknown>(store.get(blockKey(address))))),

    dropChunks: (address) =>
      inTransaction(useStore, async (store) => {
        if ((await promisifyRequest(store.getKey(blockKey(address)))) === undefined) return;
        const index = firstOfBlock(address.index);
        const last = { ...address, index: index + BLOCK_CHUNKS - 1 };
        store.delete(IDBKeyRange.bound(chunkKey({ ...address, index }), chunkKey(last)));
      }),

    deleteBlock: (address) =>
      inTransaction(useStore, async (store) => {
        store.delete(blockKey(address));
      }),

    storedRecords,

    storedChunks: async (of) => {
      const { chunks, blocks } = await storedRecords(of);
      const found = new Map(chunks.map(([part, index]) => [`${part}/${index}`, [part, index] as [number, number]]));
      for (const [part, first] of blocks) {
        const end = chunkCount(of.parts[part]?.size ?? 0, of.chunkBytes);
        for (let index = first; index < Math.min(end, first + BLOCK_CHUNKS); index++)
          found.set(`${part}/${index}`, [part, index]);
      }
      return [...found.values()];
    },

    deleteModel: (id) =>
      inTransaction(useStore, async (store) => {
        store.delete(manifestKey(id));
        store.delete(under('chunk', id));
        store.delete(under('block', id));
      }),
  };
}

/** The first chunk of the block that a chunk belongs to. */
export function firstOfBlock(index: number): number {
  return index - (index % BLOCK_CHUNKS);
}

function asChunk(record: unknown): ChunkRecord | undefined {
  if (typeof record !== 'object' || record === null || !('data' in record) || !('sha256' in record)) return undefined;
  const { data, sha256 } = record;
  return data instanceof ArrayBuffer && isHash(sha256) ? { data, sha256 } : undefined;
}

function asBlock(record: unknown): BlockRecord | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const { data, chunkBytes, sha256 } = record as Partial<Record<keyof BlockRecord, unknown>>;
  if (!(data instanceof Blob) || typeof chunkBytes !== 'number' || !(chunkBytes > 0)) return undefined;
  const isOfChunks =
    Array.isArray(sha256) && sha256.every(isHash) && sha256.length === chunkCount(data.size, chunkBytes);
  return isOfChunks ? { data, chunkBytes, sha256 } : undefined;
}

function isHash(value: unknown): value is ArrayBuffer | null {
  return value === null || value instanceof ArrayBuffer;
}

/** @throws DOMException where the browser has lost the bytes of the Blob */
async function chunkOfBlock(block: BlockRecord | undefined, at: number): Promise<ChunkRecord | undefined> {
  const sha256 = block?.sha256[at];
  if (block === undefined || sha256 === undefined) return undefined;
  const start = at * block.chunkBytes;
  return { data: await block.data.slice(start, start + block.chunkBytes).arrayBuffer(), sha256 };
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

const blockKey = ({ id, version, part, index }: ChunkAddress): IDBValidKey => [
  ...(['block', id, version, part] as const),
  firstOfBlock(index),
];

type RecordKey = [kind: string, id: string, version: string, part: number, index: number];
const placeOf = ([, , , part, index]: RecordKey): [number, number] => [part, index];

/** All keys that begin with these: an array sorts after every string and number. */
function under(...beginning: string[]): IDBKeyRange {
  return IDBKeyRange.bound(beginning, [...beginning, []]);
}
