import type { ByteRange, EarlyReads } from '../formats/byte-source.ts';
import { abortable } from './abortable.ts';
import { BLOCK_CHUNKS } from './chunk-store.ts';
import type { ModelChunks } from './model-chunks.ts';

/** Blocks on their way ahead of the reader: what the disk takes to be busy. More only take memory. */
const AHEAD = 2;

/** While hashes are compared, so many times as long as that takes is left to whatever else the machine has to do. */
const RESTS = 3;
const MOST_REST_MS = 500;

/**
 * Reads a stored part in blocks, several on their way at once, and gives their bytes without comparing hashes: those are compared later.
 * What lies in chunks, or not in the store, comes as `read` gives it.
 */
export class EarlySource implements EarlyReads {
  readonly #chunks: ModelChunks;
  readonly #part: number;
  readonly #readChecked: (start: number, end: number, signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;
  readonly #size: number;
  /** By the first chunk; undefined what is no block or cannot be read as one. */
  readonly #blocks = new Map<number, Promise<Uint8Array<ArrayBuffer> | undefined>>();
  /** Blocks of which bytes were given, and that were not compared since. */
  readonly #given = new Set<number>();

  /** @param readChecked reads what is no block */
  constructor(chunks: ModelChunks, part: number, readChecked: EarlySource['read']) {
    this.#chunks = chunks;
    this.#part = part;
    this.#size = chunks.manifest.parts[part]?.size ?? 0;
    this.#readChecked = readChecked;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const blockBytes = this.#blockBytes;
    const first = Math.floor(start / blockBytes);
    if (end <= (first + 1) * blockBytes) return this.#piece(first, start, end, signal);
    const result = new Uint8Array(end - start);
    for (let at = start; at < end;) {
      const block = Math.floor(at / blockBytes);
      const pieceEnd = Math.min(end, (block + 1) * blockBytes);
      result.set(await this.#piece(block, at, pieceEnd, signal), at - start);
      at = pieceEnd;
    }
    return result;
  }

  async wrong(signal: AbortSignal): Promise<readonly ByteRange[]> {
    const found: ByteRange[] = [];
    for (const block of this.#given) {
      signal.throwIfAborted();
      this.#given.delete(block);
      const began = performance.now();
      found.push(...(await this.#wrongIn(block)));
      const rest = Math.min(MOST_REST_MS, RESTS * (performance.now() - began));
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
    return found;
  }

  async #wrongIn(block: number): Promise<readonly ByteRange[]> {
    const { chunkBytes } = this.#chunks.manifest;
    const { blocks } = this.#chunks;
    const offset = block * this.#blockBytes;
    const read = await blocks?.read(this.#part, block * BLOCK_CHUNKS);
    // Gone since, or joined with newer chunks: what was given is not known.
    if (!blocks || !read) return blocks ? [[offset, Math.min(this.#size, offset + this.#blockBytes)]] : [];
    const { data, sha256 } = read;
    const found: ByteRange[] = [];
    for (const [at, hash] of sha256.entries()) {
      if (await blocks.isWhole(data.subarray(at * chunkBytes, (at + 1) * chunkBytes), hash)) continue;
      const start = offset + at * chunkBytes;
      found.push([start, Math.min(this.#size, start + chunkBytes)]);
    }
    letGo(data);
    return found;
  }

  /** Lets go of the memory. */
  forget(): void {
    for (const loading of this.#blocks.values()) void loading.then(letGo, () => undefined);
    this.#blocks.clear();
  }

  get #blockBytes(): number {
    return BLOCK_CHUNKS * this.#chunks.manifest.chunkBytes;
  }

  async #piece(block: number, start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal?.throwIfAborted();
    for (const known of this.#blocks.keys()) if (known < block || known > block + AHEAD) this.#blocks.delete(known);
    for (let ahead = 0; ahead <= AHEAD; ahead++) this.#begin(block + ahead);
    const wanted = this.#blocks.get(block);
    const data = await (signal && wanted ? abortable(wanted, signal) : wanted);
    if (data === undefined) return this.#readChecked(start, end, signal);
    this.#chunks.arrivedEarly(this.#part, Math.floor((end - 1) / this.#chunks.manifest.chunkBytes));
    this.#given.add(block);
    const offset = block * this.#blockBytes;
    return data.subarray(start - offset, end - offset);
  }

  #begin(block: number): void {
    const first = block * BLOCK_CHUNKS;
    const { blocks } = this.#chunks;
    if (this.#blocks.has(block) || !blocks?.has(this.#part, first)) return;
    this.#blocks.set(
      block,
      blocks.read(this.#part, first).then((read) => read?.data),
    );
  }
}

/**
 * Frees a block at once: gigabytes pass through, and the next garbage collection would come when hundreds of megabytes lie about. Nobody
 * has use for it: what a read gave is the reader's until the next one.
 */
function letGo(data: Uint8Array<ArrayBuffer> | undefined): void {
  // Newer than the library that we compile against, and than some browsers.
  (data?.buffer as { transfer?(bytes: number): ArrayBuffer } | undefined)?.transfer?.(0);
}
