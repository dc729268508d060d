import { EngineError } from '../errors.ts';
import { abortable } from './abortable.ts';
import { formatBytes } from '../byte-count.ts';
import type { ChunkOrigin, ChunkRange } from './chunk-origin.ts';
import { type BlockWriter, blockWriter } from './block-writer.ts';
import { BLOCK_CHUNKS, type ChunkAddress, type ChunkStore, firstOfBlock } from './chunk-store.ts';
import type { StoreEnvironment } from './environment.ts';
import { hasHash, sha256 } from './hash.ts';
import { chunkCount, chunkLength, type Manifest } from './manifest.ts';
import { joinChunks } from './join-chunks.ts';
import { requestPersistence } from './persistence.ts';
import { StoredBlocks } from './stored-blocks.ts';
import { WaitingLine } from './waiting-line.ts';
import { announce, underWayElsewhere } from './under-way.ts';

/**
 * Chunks on their way at once: a connection that is far from its server is idle for a round trip a chunk, which the others
 * fill. More than these gain nothing and lose more when they are broken off.
 */
export const PARALLEL_CHUNKS = 4;

/** Chunks that are lost while others arrive are loaded again, but not for ever. */
const MAX_FINISH_ROUNDS = 3;

/** Chunks kept in memory: what was prefetched, and a few before, as tensors and headers straddle chunks. */
const MEMORY_CHUNKS = 8;

export type BytesFrom = 'network' | 'store' | 'file';

/** `loadedBytes` counts each byte of the model once, never falls, and ends at `totalBytes`. */
export interface BytesEvent {
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly from: BytesFrom;
}

/**
 * What happens when something cannot be stored. `optional`: it is used without (a file is at hand again next time).
 * `wanted`: the same, except where there is no more room, which the person can change. `required`: nothing else is wanted.
 */
export type Storing = 'optional' | 'wanted' | 'required';

export interface ModelChunksOptions {
  readonly manifest: Manifest;
  readonly origins: readonly ChunkOrigin[];
  /** Whether chunks are kept in IndexedDB. */
  readonly stored: boolean;
  readonly storing: Storing;
  readonly env: StoreEnvironment;
  /** Ends everything under way. */
  readonly signal: AbortSignal;
  readonly onBytes: (event: BytesEvent) => void;
}

/**
 * The chunks of one model, each from memory, from the store (verified), or from its origin (then stored). A chunk that is
 * asked for twice at once is loaded once.
 */
export class ModelChunks {
  readonly manifest: Manifest;
  /** False once storing was given up, or where there is no store. */
  stored: boolean;
  complete = false;
  loadedBytes = 0;
  /** Ends when the copy is in the form that is read fastest, as far as the browser allows. */
  joined: Promise<void> = Promise.resolve();
  /** Bytes that the store had when the model was opened. */
  presentBytes = 0;
  readonly #options: ModelChunksOptions;
  /** Least recently used first. */
  readonly #memory = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #loading = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  /** Chunks that the store has, or had when the model was opened. */
  readonly #present = new Set<string>();
  readonly #blocks: StoredBlocks;
  /** Writes that have not ended, by chunk. */
  readonly #writing = new Map<string, Promise<void>>();
  /** Why one of them failed that nobody waited for. */
  #failure: EngineError | undefined;
  readonly #line = new WaitingLine(PARALLEL_CHUNKS);
  /** Bytes that arrived of each chunk. */
  readonly #arrived = new Map<string, number>();
  #begun: Promise<void> | undefined;

  constructor(options: ModelChunksOptions) {
    this.#options = options;
    this.manifest = options.manifest;
    this.stored = options.stored;
    this.#blocks = new StoredBlocks(options.manifest, options.env);
  }

  /** What can be read in one piece; null once nothing is stored. */
  get blocks(): StoredBlocks | null {
    return this.stored ? this.#blocks : null;
  }

  get #store(): ChunkStore {
    return this.#options.env.chunks;
  }

  /** Learns what the store has. To be called once, before the rest. */
  async open(): Promise<void> {
    if (!this.stored) return;
    await this.#learnPresent();
    for (const key of this.#present) this.presentBytes += this.#bytesOf(key);
    this.complete = this.manifest.complete && this.presentBytes === this.manifest.totalBytes;
  }

  /** Bytes of a copy that was complete once, and that the browser has removed since. */
  get lostBytes(): number {
    return this.stored && this.manifest.complete ? this.manifest.totalBytes - this.presentBytes : 0;
  }

  get #writer(): BlockWriter {
    return blockWriter(this.manifest, this.#options.env);
  }

  get(part: number, index: number): Promise<Uint8Array<ArrayBuffer>> {
    const key = keyOf(part, index);
    const inMemory = this.#memory.get(key);
    if (inMemory) {
      this.#remember(key, inMemory);
      return Promise.resolve(inMemory);
    }
    let loading = this.#loading.get(key);
    if (!loading) {
      loading = this.#load(part, index).finally(() => this.#loading.delete(key));
      this.#loading.set(key, loading);
    }
    return loading;
  }

  /** Starts to load a chunk that will be wanted soon. If that fails, the one who wants it will hear. */
  prefetch(part: number, index: number): void {
    const size = this.manifest.parts[part]?.size ?? 0;
    if (index < chunkCount(size, this.manifest.chunkBytes)) this.get(part, index).catch(() => undefined);
  }

  /** A chunk that came by unasked: kept if the store lacks it. */
  async offer(part: number, index: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    const key = keyOf(part, index);
    if (this.#present.has(key)) return;
    await this.#keep(part, index, data);
    this.#remember(key, data);
    this.#arrive(key, data.length, 'network');
  }

  /** Loads what nobody asked for, and marks the model as complete. */
  async finish(): Promise<void> {
    const { totalBytes } = this.manifest;
    // What the store had at first may have gone, with another tab that deleted it, or with the browser.
    for (let round = 0; round < MAX_FINISH_ROUNDS && this.stored; round++) {
      if (round > 0) await this.#learnPresent();
      const missing = this.#missing();
      if (missing.length === 0 && round > 0) break;
      const next = missing.values();
      const worker = async (): Promise<void> => {
        for (const [part, index] of next) {
          // Storing may be given up on the way; then there is nothing to complete.
          if (this.stored) await this.#getStored(part, index);
        }
      };
      // A block's worth may wait for the store while others arrive.
      await Promise.all(Array.from({ length: PARALLEL_CHUNKS + BLOCK_CHUNKS }, worker));
      await this.#settle();
    }
    await this.#settle();
    this.#memory.clear();
    for (const origin of this.#options.origins) origin.pause?.();
    if (this.stored && !this.complete) {
      await this.#store.changeManifest(this.manifest, { complete: true });
      this.complete = true;
    }
    if (this.stored) this.joined = joinChunks(this.manifest, this.#options.env);
    if (this.loadedBytes < totalBytes) {
      this.loadedBytes = totalBytes;
      this.#options.onBytes({ loadedBytes: totalBytes, totalBytes, from: 'store' });
    }
  }

  async #learnPresent(): Promise<void> {
    this.#present.clear();
    for (const [part, index] of await this.#store.storedChunks(this.manifest)) this.#present.add(keyOf(part, index));
    await this.#blocks.learn();
  }

  #missing(): (readonly [part: number, index: number])[] {
    const { parts, chunkBytes } = this.manifest;
    return parts.flatMap(({ size }, part) =>
      Array.from({ length: chunkCount(size, chunkBytes) }, (_, index) => [part, index] as const).filter(
        ([, index]) => !this.#present.has(keyOf(part, index)),
      ),
    );
  }

  /** Like `get`, for a chunk that the store lacks, though memory may still have it. */
  async #getStored(part: number, index: number): Promise<void> {
    const data = await this.get(part, index);
    const key = keyOf(part, index);
    if (!this.#present.has(key) && !this.#writing.has(key)) await this.#keep(part, index, data);
  }

  /** Lets go of the memory, and of what waits to be stored. */
  forget(): void {
    this.#memory.clear();
    if (this.#writing.size > 0) this.#writer.flush();
  }

  /** Tells of bytes of a block up to the end of a chunk that they were read. */
  arrivedEarly(part: number, last: number): void {
    for (let index = firstOfBlock(last); index <= last; index++) {
      const { start, end } = this.#rangeOf(part, index);
      this.#arrive(keyOf(part, index), end - start, 'store');
    }
  }

  async #load(part: number, index: number): Promise<Uint8Array<ArrayBuffer>> {
    const { signal, origins } = this.#options;
    signal.throwIfAborted();
    const key = keyOf(part, index);
    const origin = origins[part];
    if (!origin) throw new EngineError('internal', `No source for part ${part}.`);
    let from: BytesFrom = 'store';
    let data = await this.#fromStore(part, index);
    if (!data && this.stored) {
      const elsewhere = underWayElsewhere(this.#nameOf(key));
      if (elsewhere) {
        await abortable(elsewhere, signal);
        data = await this.#fromStore(part, index);
      }
    }
    if (!data) {
      ({ from } = origin);
      const fetched = this.#fetch(origin, part, index);
      announce(
        this.#nameOf(key),
        fetched.then(() => this.#writing.get(key)),
      );
      data = await fetched;
    }
    this.#remember(key, data);
    this.#arrive(key, data.length, from);
    return data;
  }

  async #fetch(origin: ChunkOrigin, part: number, index: number): Promise<Uint8Array<ArrayBuffer>> {
    const key = keyOf(part, index);
    const onBytes = (count: number): void => this.#arrive(key, count, origin.from);
    const { signal } = this.#options;
    const data = await this.#line.run(() => {
      signal.throwIfAborted();
      return origin.fetch(this.#rangeOf(part, index), signal, onBytes);
    });
    await this.#keep(part, index, data);
    return data;
  }

  /** Of a chunk, among those of all models. */
  #nameOf(key: string): string {
    return `${this.manifest.id}\n${this.manifest.version}\n${key}`;
  }

  /** Asks even for what was not there when the model was opened: someone else may have loaded it since. */
  async #fromStore(part: number, index: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (!this.stored) return undefined;
    const key = keyOf(part, index);
    const held = this.#writer.held(part, index);
    if (held !== undefined) return new Uint8Array(held);
    const { start, end } = this.#rangeOf(part, index);
    // A store that cannot be read is as good as one that lost the chunk.
    const record = await this.#store.readChunk(this.#addressOf(part, index)).catch(() => undefined);
    if (record?.data.byteLength === end - start && (await hasHash(record.data, record.sha256, this.#options.env))) {
      this.#present.add(key);
      return new Uint8Array(record.data);
    }
    if (!this.#present.delete(key)) return undefined;
    // Rotten: until it is whole again, the next visit must compare versions with the source before it mixes chunks.
    this.complete = false;
    await this.#store.changeManifest(this.manifest, { complete: false, sha256: undefined }).catch(() => undefined);
    return undefined;
  }

  /** Stores a chunk, at once or with its neighbours. @throws EngineError where this one or one before cannot be stored */
  async #keep(part: number, index: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.stored) return;
    const key = keyOf(part, index);
    try {
      this.#begun ??= this.#begin();
      await this.#begun;
      const hash = await sha256(data, this.#options.env);
      const { written, mustWait } = this.#writer.add(this.#addressOf(part, index), { data: data.buffer, sha256: hash });
      const writing = written
        .then((isThere) => (isThere ? void this.#present.add(key) : this.#wasDeleted()))
        .catch((error: unknown) => this.#failedToStore(error))
        .catch((error: unknown) => void (this.#failure ??= error as EngineError))
        .finally(() => this.#writing.delete(key));
      this.#writing.set(key, writing);
      if (mustWait) await writing;
    } catch (error) {
      await this.#failedToStore(error);
    }
    this.#throwFailure();
  }

  /** Stores what waits for its neighbours. @throws EngineError as {@link #keep} */
  async #settle(): Promise<void> {
    if (this.#writing.size > 0) this.#writer.flush();
    await Promise.all(this.#writing.values());
    this.#throwFailure();
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** Deleted, or replaced by a newer version, here or in another tab: that is what the person wanted. */
  #wasDeleted(): void {
    this.#giveUpStoring(new EngineError('aborted', `${this.manifest.name} was deleted while it was downloaded.`));
  }

  /** @throws EngineError where the model is of no use without being stored */
  async #failedToStore(error: unknown): Promise<void> {
    if (error instanceof EngineError) throw error;
    if (isQuotaError(error)) {
      if (this.#options.storing !== 'optional') throw await this.#quotaError(error);
      await this.#leaveRoom();
    }
    // Anything else that IndexedDB may say does not keep the model from running.
    this.#giveUpStoring(
      new EngineError(
        'internal',
        `The browser could not store ${this.manifest.name}. Reload the page and try again: what has arrived is kept.`,
        error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      ),
    );
  }

  /** A part of a model that will not be whole is of no use to a later visit; the person's conversations have use for its room. */
  async #leaveRoom(): Promise<void> {
    if (this.presentBytes === 0) await this.#store.deleteModel(this.manifest.id).catch(() => undefined);
  }

  #giveUpStoring(reason: EngineError): void {
    this.stored = false;
    if (this.#options.storing === 'required') throw reason;
  }

  async #begin(): Promise<void> {
    await this.#store.beginModel({ ...this.manifest, complete: false });
    // What is stored from now on was not compared with what was published.
    if (this.manifest.sha256) await this.#store.changeManifest(this.manifest, { sha256: undefined });
    await requestPersistence(this.#options.env.storage);
  }

  async #quotaError(cause: unknown): Promise<EngineError> {
    const { quota, usage } = (await this.#options.env.storage?.estimate?.().catch(() => undefined)) ?? {};
    const room =
      quota === undefined || usage === undefined ? '' : ` (${formatBytes(usage)} of ${formatBytes(quota)} used)`;
    return new EngineError(
      'quota',
      `There is no more room to store this model of ${formatBytes(this.manifest.totalBytes)}${room}. Delete a stored model or ` +
        'free disk space, then load it again: what has arrived is kept.',
      cause instanceof Error ? cause.message : String(cause),
    );
  }

  #remember(key: string, data: Uint8Array<ArrayBuffer>): void {
    this.#memory.delete(key);
    this.#memory.set(key, data);
    for (const oldest of this.#memory.keys()) {
      if (this.#memory.size <= MEMORY_CHUNKS) break;
      this.#memory.delete(oldest);
    }
  }

  #arrive(key: string, count: number, from: BytesFrom): void {
    const before = this.#arrived.get(key) ?? 0;
    // A chunk that begins anew counts again only past where it was.
    if (count <= before) return;
    this.#arrived.set(key, count);
    this.loadedBytes += count - before;
    this.#options.onBytes({ loadedBytes: this.loadedBytes, totalBytes: this.manifest.totalBytes, from });
  }

  #rangeOf(part: number, index: number): ChunkRange {
    const { parts, chunkBytes } = this.manifest;
    const start = index * chunkBytes;
    return { index, start, end: start + chunkLength(parts[part]?.size ?? 0, chunkBytes, index) };
  }

  #bytesOf(key: string): number {
    const [part = 0, index = 0] = key.split('/').map(Number);
    const { start, end } = this.#rangeOf(part, index);
    return end - start;
  }

  #addressOf(part: number, index: number): ChunkAddress {
    const { id, version } = this.manifest;
    return { id, version, part, index };
  }
}

const keyOf = (part: number, index: number): string => `${part}/${index}`;

function isQuotaError(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}
