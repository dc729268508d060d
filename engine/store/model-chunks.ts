import { EngineError } from '../errors.ts';
import { formatBytes } from '../byte-count.ts';
import type { ChunkOrigin, ChunkRange } from './chunk-origin.ts';
import { beginModel, changeManifest, readChunk, storedChunks, writeChunk, type ChunkAddress } from './chunk-store.ts';
import type { StoreEnvironment } from './environment.ts';
import { hasHash, sha256 } from './hash.ts';
import { chunkCount, chunkLength, type Manifest } from './manifest.ts';
import { requestPersistence } from './persistence.ts';

/** Chunks kept in memory: what was prefetched, and a few before, as tensors and headers straddle chunks. */
const MEMORY_CHUNKS = 8;

export type BytesFrom = 'network' | 'store' | 'file';

/** `loadedBytes` counts each byte of the model once, never falls, and ends at `totalBytes`. */
export interface BytesEvent {
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly from: BytesFrom;
}

export interface ModelChunksOptions {
  readonly manifest: Manifest;
  readonly origins: readonly ChunkOrigin[];
  /** Whether chunks are kept in IndexedDB. */
  readonly stored: boolean;
  /** Whether to go on without storing when there is no more room: the source is at hand again next time. */
  readonly storingIsOptional: boolean;
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
  complete: boolean;
  loadedBytes = 0;
  readonly #options: ModelChunksOptions;
  /** Least recently used first. */
  readonly #memory = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #loading = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  /** Chunks that the store has, or had when the model was opened. */
  readonly #present = new Set<string>();
  /** Bytes that arrived of each chunk. */
  readonly #arrived = new Map<string, number>();
  #begun: Promise<void> | undefined;

  constructor(options: ModelChunksOptions) {
    this.#options = options;
    this.manifest = options.manifest;
    this.stored = options.stored;
    this.complete = options.manifest.complete;
  }

  /** Learns what the store has. To be called once, before the rest. */
  async open(): Promise<void> {
    if (!this.stored) return;
    for (const [part, index] of await storedChunks(this.manifest)) this.#present.add(keyOf(part, index));
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
  async finish(concurrency: number): Promise<void> {
    const { parts, chunkBytes, totalBytes } = this.manifest;
    const missing = parts.flatMap(({ size }, part) =>
      Array.from({ length: chunkCount(size, chunkBytes) }, (_, index) => [part, index] as const).filter(
        ([, index]) => !this.#present.has(keyOf(part, index)),
      ),
    );
    const next = missing.values();
    const worker = async (): Promise<void> => {
      for (const [part, index] of next) {
        // Storing may be given up on the way; then there is nothing to complete.
        if (this.stored) await this.get(part, index);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    this.#memory.clear();
    if (this.stored && !this.complete) {
      await changeManifest(this.manifest, { complete: true });
      this.complete = true;
    }
    if (this.loadedBytes < totalBytes) {
      this.loadedBytes = totalBytes;
      this.#options.onBytes({ loadedBytes: totalBytes, totalBytes, from: 'store' });
    }
  }

  forget(): void {
    this.#memory.clear();
  }

  async #load(part: number, index: number): Promise<Uint8Array<ArrayBuffer>> {
    const { signal, origins } = this.#options;
    signal.throwIfAborted();
    const key = keyOf(part, index);
    let from: BytesFrom = 'store';
    let data = await this.#fromStore(part, index);
    if (!data) {
      const origin = origins[part];
      if (!origin) throw new EngineError('internal', `No source for part ${part}.`);
      ({ from } = origin);
      const range = this.#rangeOf(part, index);
      data = await origin.fetch(range, signal, (count) => this.#arrive(key, count, origin.from));
      await this.#keep(part, index, data);
    }
    this.#remember(key, data);
    this.#arrive(key, data.length, from);
    return data;
  }

  async #fromStore(part: number, index: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const key = keyOf(part, index);
    if (!this.#present.has(key)) return undefined;
    const { start, end } = this.#rangeOf(part, index);
    // A store that cannot be read is as good as one that lost the chunk.
    const record = await readChunk(this.#addressOf(part, index)).catch(() => undefined);
    if (record?.data.byteLength === end - start && (await hasHash(record.data, record.sha256, this.#options.env))) {
      return new Uint8Array(record.data);
    }
    this.#present.delete(key);
    if (this.complete) {
      // Until it is whole again, the next visit must compare versions with the source before it mixes chunks.
      this.complete = false;
      await changeManifest(this.manifest, { complete: false }).catch(() => undefined);
    }
    return undefined;
  }

  async #keep(part: number, index: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.stored) return;
    try {
      this.#begun ??= this.#begin();
      await this.#begun;
      const hash = await sha256(data, this.#options.env);
      const written = await writeChunk(this.#addressOf(part, index), { data: data.buffer, sha256: hash });
      if (written) this.#present.add(keyOf(part, index));
      // Deleted, or replaced by a newer version, in another tab: that is what the person wanted.
      else this.stored = false;
    } catch (error) {
      if (isQuotaError(error) && !this.#options.storingIsOptional) throw await this.#quotaError(error);
      // Anything else that IndexedDB may say does not keep the model from running.
      this.stored = false;
    }
  }

  async #begin(): Promise<void> {
    await beginModel({ ...this.manifest, complete: false });
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

  #addressOf(part: number, index: number): ChunkAddress {
    const { id, version } = this.manifest;
    return { id, version, part, index };
  }
}

const keyOf = (part: number, index: number): string => `${part}/${index}`;

function isQuotaError(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}
