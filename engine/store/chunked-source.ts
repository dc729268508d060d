import { type ByteSource, checkRange } from '../formats/byte-source.ts';
import { abortable } from './abortable.ts';
import { EarlySource } from './early-source.ts';
import type { ModelChunks } from './model-chunks.ts';

/**
 * Chunks loaded ahead of a reader that goes through the file: enough that some arrive while a block is stored and a chunk goes to the
 * GPU. How many are fetched at once is for `ModelChunks` to say.
 */
export const PREFETCH_CHUNKS = 6;

/** One part of a model as random-access bytes. */
export class ChunkedSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly early: EarlySource;
  readonly #chunks: ModelChunks;
  readonly #part: number;
  /** The last chunk read; -1 before the first. */
  #last = -1;

  constructor(chunks: ModelChunks, part: number) {
    const record = chunks.manifest.parts[part];
    this.name = record?.name ?? '';
    this.size = record?.size ?? 0;
    this.#chunks = chunks;
    this.#part = part;
    this.early = new EarlySource(chunks, part, (start, end, signal) => this.read(start, end, signal));
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    checkRange(this, start, end);
    if (start === end) return new Uint8Array(0);
    const { chunkBytes } = this.#chunks.manifest;
    const first = Math.floor(start / chunkBytes);
    const last = Math.floor((end - 1) / chunkBytes);
    if (first === last) {
      const chunk = await this.#chunk(first, signal);
      return chunk.subarray(start - first * chunkBytes, end - first * chunkBytes);
    }
    const result = new Uint8Array(end - start);
    for (let index = first; index <= last; index++) {
      const chunk = await this.#chunk(index, signal);
      const offset = index * chunkBytes;
      const piece = chunk.subarray(Math.max(0, start - offset), end - offset);
      result.set(piece, Math.max(0, offset - start));
    }
    return result;
  }

  async #chunk(index: number, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
    signal?.throwIfAborted();
    const wanted = this.#chunks.get(this.#part, index);
    if (index === this.#last || index === this.#last + 1) {
      for (let ahead = 1; ahead <= PREFETCH_CHUNKS; ahead++) this.#chunks.prefetch(this.#part, index + ahead);
    }
    this.#last = index;
    return signal ? abortable(wanted, signal) : wanted;
  }
}
