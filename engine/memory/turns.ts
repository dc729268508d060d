import type { BufferArena } from '../gpu/buffers.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import { newestUpTo } from './state-copies.ts';

/** What a snapshot takes of a buffer: all of a ring, or one of several copies of a state. */
export interface Kept {
  readonly region: BufferRegion;
  /** Of one copy. */
  readonly bytes: number;
  readonly copies: number;
}

/** Which snapshots there are, to be kept elsewhere. */
export interface KeptTurns {
  /** By slot: the position of its snapshot. */
  readonly positions: readonly (number | undefined)[];
  /** What the next step has still to do. */
  readonly marked: number | undefined;
  readonly restored: number | undefined;
}

/** Snapshots of small memories are kept of many turns, of large ones of the newest alone. */
const MAX_TURNS_BYTES = 96 * 1024 * 1024;
const MAX_TURNS = 8;

/**
 * Snapshots of rings and states at the end of prompts, so that an answer can be made again, and a message edited, without
 * running what comes before it. Copies are recorded with the next step.
 */
export class Turns {
  readonly #kept: readonly { readonly of: Kept; readonly room: BufferRegion }[];
  /** By slot: the position of its snapshot. */
  readonly #positions: (number | undefined)[];
  #marked: number | undefined;
  /** The slot that is to be copied back. */
  #restored: number | undefined;

  constructor(arena: BufferArena, kept: readonly Kept[]) {
    const bytes = kept.reduce((sum, each) => sum + each.bytes, 0);
    const slots = Math.min(MAX_TURNS, Math.max(1, Math.floor(MAX_TURNS_BYTES / bytes)));
    this.#positions = Array.from({ length: slots }, () => undefined);
    this.#kept = kept.map((of) => ({ of, room: arena.storage('turns', slots * of.bytes) }));
  }

  get kept(): KeptTurns {
    return { positions: [...this.#positions], marked: this.#marked, restored: this.#restored };
  }

  /** The snapshots are as they were when this was told. */
  set kept({ positions, marked, restored }: KeptTurns) {
    positions.forEach((position, slot) => (this.#positions[slot] = position));
    this.#marked = marked;
    this.#restored = restored;
  }

  /** Where the snapshots lie that there are. */
  get used(): readonly BufferRegion[] {
    const slots = [...this.#positions.keys()].filter((slot) => this.#positions[slot] !== undefined);
    return this.#kept.flatMap(({ of, room }) =>
      slots.map((slot) => ({ buffer: room.buffer, offset: slot * of.bytes, size: of.bytes })),
    );
  }

  /** The largest position up to `length` that there is a snapshot of; 0 is always there. */
  newestUpTo(length: number): number {
    return newestUpTo(this.#positions, length);
  }

  /** A snapshot is to be taken when the next step begins, if that is at this position. */
  mark(position: number): void {
    this.#marked = position > 0 && !this.#positions.includes(position) ? position : undefined;
  }

  forgetBeyond(length: number): void {
    this.#positions.forEach((position, slot) => {
      if (position !== undefined && position > length) this.#positions[slot] = undefined;
    });
  }

  /**
   * The snapshot of this position is to be copied back when the next step begins, to the first copy of the states; of 0 there is
   * none, and nothing to copy.
   */
  restore(position: number): void {
    this.#restored = position === 0 ? undefined : this.#positions.indexOf(position);
  }

  /** @param copy the copy of the states that stands for `position` */
  encode(encoder: GPUCommandEncoder, position: number, copy: number): void {
    if (this.#restored !== undefined) {
      for (const { of, room } of this.#kept)
        encoder.copyBufferToBuffer(room.buffer, this.#restored * of.bytes, of.region.buffer, 0, of.bytes);
      this.#restored = undefined;
    }
    if (this.#marked === position) {
      const slot = this.#freeSlot();
      for (const { of, room } of this.#kept) {
        const from = of.copies === 1 ? 0 : copy * of.bytes;
        encoder.copyBufferToBuffer(of.region.buffer, from, room.buffer, slot * of.bytes, of.bytes);
      }
      this.#positions[slot] = position;
    }
    this.#marked = undefined;
  }

  get #known(): readonly number[] {
    return this.#positions.filter((position) => position !== undefined).sort((a, b) => a - b);
  }

  /** An empty one, or that of the turn whose loss costs least, which is the nearest to the turn before it. */
  #freeSlot(): number {
    const empty = this.#positions.indexOf(undefined);
    if (empty >= 0) return empty;
    const known = this.#known;
    const gaps = known.map((position, i) => position - (known[i - 1] ?? 0));
    return this.#positions.indexOf(known[gaps.indexOf(Math.min(...gaps))]);
  }
}
