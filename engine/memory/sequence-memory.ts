import { BufferArena, type MemoryDevice } from '../gpu/buffers.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import { KV_BYTES, type KvFormat } from '../kernels/attention.ts';

export interface MemoryShape {
  readonly contextLength: number;
  readonly kvFormat: KvFormat;
}

interface Cache {
  readonly region: BufferRegion;
  readonly width: number;
}

/**
 * What the GPU remembers of one conversation: written by steps, by position. The only place that knows which tokens it stands
 * for, how much of a prompt need not run again, and what can be taken back.
 */
export class SequenceMemory {
  readonly shape: MemoryShape;
  readonly #arena: BufferArena;
  readonly #caches = new Map<string, Cache>();
  readonly #tokens: number[] = [];

  constructor(device: MemoryDevice, shape: MemoryShape) {
    this.shape = shape;
    this.#arena = new BufferArena(device);
  }

  /** The tokens that it holds, by position. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  get bytes(): number {
    return this.#arena.bytes;
  }

  /** One layer's cache: [context, width] in the KV format. */
  cache(name: string, width: number): BufferRegion {
    const known = this.#caches.get(name);
    if (known) {
      if (known.width !== width) throw new Error(`cache ${name} is ${known.width} wide, not ${width}`);
      return known.region;
    }
    const { contextLength, kvFormat } = this.shape;
    const region = this.#arena.storage(name, contextLength * width * KV_BYTES[kvFormat]);
    this.#caches.set(name, { region, width });
    return region;
  }

  /**
   * Keeps what it has of a prompt and forgets the rest; says how many of its tokens need not run again. The last one always
   * does, for its logits.
   */
  keep(prompt: readonly number[]): number {
    let same = 0;
    while (same < this.#tokens.length && same < prompt.length - 1 && this.#tokens[same] === prompt[same]) same++;
    this.rollback(same);
    return same;
  }

  /** Steps have been submitted for these tokens from `position` on. What was there and beyond is forgotten. */
  write(position: number, tokens: readonly number[]): void {
    if (position > this.#tokens.length)
      throw new RangeError(`position ${position} comes after ${this.#tokens.length} tokens`);
    this.rollback(position);
    this.#tokens.push(...tokens);
  }

  /** What ran beyond the first `length` tokens is as if it had not. */
  rollback(length: number): void {
    this.#tokens.length = Math.min(this.#tokens.length, length);
  }

  destroy(): void {
    this.#arena.destroy();
  }
}
