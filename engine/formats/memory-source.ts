import { EngineError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';

/** A file that is whole in memory: for tests and tools. */
export class MemorySource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>, name = 'memory.gguf') {
    this.#bytes = bytes;
    this.name = name;
    this.size = bytes.length;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    signal?.throwIfAborted();
    if (!(start >= 0 && start <= end && end <= this.size)) {
      throw new EngineError(
        'corrupt-file',
        `${this.name} ends before the data that should be in it.`,
        `[${start}, ${end}) of ${this.size} bytes`,
      );
    }
    return this.#bytes.subarray(start, end);
  }
}
