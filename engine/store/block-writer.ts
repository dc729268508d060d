import {
  BLOCK_CHUNKS,
  type BlockRecord,
  type ChunkAddress,
  type ChunkRecord,
  type ChunkStore,
  firstOfBlock,
} from './chunk-store.ts';
import type { StoreEnvironment } from './environment.ts';
import { hasHash } from './hash.ts';
import { chunkCount, type Manifest } from './manifest.ts';

/** Chunks that wait at most, whatever their order: 48 MB. */
const MAX_HELD = 3 * BLOCK_CHUNKS;

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

interface Held {
  readonly address: ChunkAddress;
  readonly record: ChunkRecord;
  readonly written: Deferred<boolean>;
}

/** What became of a chunk that was handed over. */
export interface Handed {
  /**
   * False where the model was deleted or replaced meanwhile: nothing was stored.
   * @throws DOMException of the store
   */
  readonly written: Promise<boolean>;
  /** Whether to wait for that before more is handed over; else it waits for its neighbours. */
  readonly mustWait: boolean;
}

/** Of each store: false once the browser refused or lost a Blob, as Safari does in some windows; true once one was read again. */
const keepsBlobs = new WeakMap<ChunkStore, boolean>();

const writers = new WeakMap<ChunkStore, Map<string, BlockWriter>>();

/**
 * The one writer for a version of a model in this thread: a download and a load of the same model bring chunks of the same blocks.
 */
export function blockWriter(manifest: Manifest, env: StoreEnvironment): BlockWriter {
  const ofStore = writers.get(env.chunks) ?? new Map<string, BlockWriter>();
  writers.set(env.chunks, ofStore);
  const name = `${manifest.id}\n${manifest.version}`;
  const writer = ofStore.get(name) ?? new BlockWriter(manifest, env, () => ofStore.delete(name));
  ofStore.set(name, writer);
  return writer;
}

/**
 * Stores chunks as they arrive: whole blocks where neighbours arrive soon after each other, as they do on any line that
 * is fast enough for it to matter, and chunk by chunk where not. `join-chunks.ts` makes blocks of those later.
 */
export class BlockWriter {
  readonly #manifest: Manifest;
  readonly #env: StoreEnvironment;
  readonly #onEmpty: () => void;
  /** By part and first chunk of the block, and there by index; in the order in which the blocks began. */
  readonly #held = new Map<string, Map<number, Held>>();
  #heldChunks = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(manifest: Manifest, env: StoreEnvironment, onEmpty: () => void) {
    this.#manifest = manifest;
    this.#env = env;
    this.#onEmpty = onEmpty;
  }

  /** The bytes of a chunk that waits to be stored. */
  held(part: number, index: number): ArrayBuffer | undefined {
    return this.#held.get(keyOf(part, index))?.get(index)?.record.data;
  }

  /** Stores a chunk, or holds it until its neighbours are there. */
  add(address: ChunkAddress, record: ChunkRecord): Handed {
    const held = { address, record, written: withResolvers<boolean>() };
    const { promise: written } = held.written;
    written.catch(() => undefined); // whoever waits for it will hear
    if (keepsBlobs.get(this.#env.chunks) === false) {
      void this.#writeEach([held]);
      return { written, mustWait: true };
    }
    const key = keyOf(address.part, address.index);
    const block = this.#held.get(key) ?? new Map<number, Held>();
    const before = block.get(address.index);
    if (before) return { written: before.written.promise, mustWait: false };
    this.#held.set(key, block);
    block.set(address.index, held);
    this.#heldChunks++;
    const [oldest = key] = this.#held.keys();
    const isWhole = block.size === this.#chunksOfBlock(address);
    if (isWhole) void this.#writeBlock(this.#take(key));
    else if (this.#heldChunks > MAX_HELD) void this.#writeEach(this.#take(oldest));
    else this.#timer ??= setTimeout(() => this.flush(), this.#env.holdMs);
    return { written, mustWait: isWhole };
  }

  /** Stores what is held, chunk by chunk. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const key of [...this.#held.keys()]) void this.#writeEach(this.#take(key));
  }

  #chunksOfBlock({ part, index }: ChunkAddress): number {
    const { parts, chunkBytes } = this.#manifest;
    return Math.min(BLOCK_CHUNKS, chunkCount(parts[part]?.size ?? 0, chunkBytes) - firstOfBlock(index));
  }

  /** In the order of the file. */
  #take(key: string): readonly Held[] {
    const held = [...(this.#held.get(key)?.values() ?? [])];
    this.#held.delete(key);
    this.#heldChunks -= held.length;
    if (this.#held.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#onEmpty();
    }
    return held.toSorted((a, b) => a.address.index - b.address.index);
  }

  async #writeEach(held: readonly Held[]): Promise<void> {
    for (const { address, record, written } of held)
      await this.#env.chunks.writeChunk(address, record).then(written.resolve, written.reject);
  }

  async #writeBlock(held: readonly Held[]): Promise<void> {
    const isThere = await this.#writeAsBlock(held);
    if (isThere === undefined) await this.#writeEach(held);
    else for (const { written } of held) written.resolve(isThere);
  }

  /** @returns as {@link Handed.written}; undefined where it must be stored otherwise */
  async #writeAsBlock(held: readonly Held[]): Promise<boolean | undefined> {
    const { chunks } = this.#env;
    const { address } = held[0] as Held;
    const records = held.map(({ record }) => record);
    try {
      if (!(await chunks.writeBlock(address, blockOf(records, this.#manifest.chunkBytes)))) return false;
      // That it was taken does not say that it can be had again: the first one shows.
      if (!keepsBlobs.has(chunks)) keepsBlobs.set(chunks, await isReadable(address, this.#env));
      if (keepsBlobs.get(chunks)) {
        // Older ones of a copy that was being repaired.
        await chunks.dropChunks(address);
        return true;
      }
      await chunks.deleteBlock(address);
    } catch (error) {
      // No room for all of them may be room for some; anything else is about Blobs, or will be told by the next write.
      if (!(error instanceof Error && error.name === 'QuotaExceededError')) keepsBlobs.set(chunks, false);
    }
    return undefined;
  }
}

/** Chunks in the order of the file. */
export function blockOf(records: readonly ChunkRecord[], chunkBytes: number): BlockRecord {
  return {
    data: new Blob(records.map(({ data }) => data)),
    chunkBytes,
    sha256: records.map(({ sha256 }) => sha256),
  };
}

/** Whether a block that was written can be read, and says what was written. */
export async function isReadable(address: ChunkAddress, env: StoreEnvironment): Promise<boolean> {
  try {
    const block = await env.chunks.readBlock(address);
    if (block === undefined) return false;
    const data = await block.data.arrayBuffer();
    if (data.byteLength !== block.data.size) return false;
    const checks = block.sha256.map((hash, at) =>
      hasHash(data.slice(at * block.chunkBytes, (at + 1) * block.chunkBytes), hash, env),
    );
    return (await Promise.all(checks)).every(Boolean);
  } catch {
    return false;
  }
}

const keyOf = (part: number, index: number): string => `${part}/${firstOfBlock(index)}`;

/** `Promise.withResolvers`, which Node 20 and Safari 17.3 lack. */
function withResolvers<T>(): Deferred<T> {
  let resolve!: Deferred<T>['resolve'];
  let reject!: Deferred<T>['reject'];
  const promise = new Promise<T>((onResolved, onRejected) => {
    resolve = onResolved;
    reject = onRejected;
  });
  return { promise, resolve, reject };
}
