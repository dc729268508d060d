import { BufferArena, type MemoryDevice } from '../gpu/buffers.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import type { KeptSequence, SequenceMemory } from './sequence-memory.ts';

/** What parking needs of a device. */
export interface ParkingDevice extends MemoryDevice {
  readonly queue: Pick<GPUQueue, 'writeBuffer' | 'submit'>;
  createCommandEncoder(): Pick<GPUCommandEncoder, 'copyBufferToBuffer' | 'finish'>;
  pushErrorScope(filter: GPUErrorFilter): void;
  popErrorScope(): Promise<GPUError | null>;
}

/** As much again as the memory itself takes, within bounds: a conversation seldom fills its context, so there is room for several. */
const LEAST_BUDGET = 64 * 1024 * 1024;
const MOST_BUDGET = 512 * 1024 * 1024;

/** Tokens that are computed anew faster than anybody notices, and are not worth the copies. */
const MIN_TOKENS = 32;

interface Parked {
  readonly kept: KeptSequence;
  readonly arena: BufferArena;
  /** In the order of what was {@link SequenceMemory.used}. */
  readonly copies: readonly { readonly of: BufferRegion; readonly at: BufferRegion }[];
}

/**
 * Conversations that are not being answered just now, whole: what a memory holds of them is copied to buffers beside it and back, so
 * that several take turns without reading everything anew. Those that nobody has used longest are dropped to stay within a budget.
 * One conversation that goes on needs none of it.
 */
export class ParkedSequences {
  readonly #device: ParkingDevice;
  readonly #memory: SequenceMemory;
  readonly #budget: number;
  /** Least recently used first. */
  readonly #parked: Parked[] = [];

  /** @param budget bytes */
  constructor(
    device: ParkingDevice,
    memory: SequenceMemory,
    budget = Math.min(MOST_BUDGET, Math.max(LEAST_BUDGET, memory.bytes)),
  ) {
    this.#device = device;
    this.#memory = memory;
    this.#budget = budget;
  }

  get bytes(): number {
    return this.#parked.reduce((sum, { arena }) => sum + arena.bytes, 0);
  }

  get count(): number {
    return this.#parked.length;
  }

  /**
   * Has the memory hold the sequence that a prompt can go on from furthest. The one that it held is parked, where more of it would be
   * lost than kept. Before {@link SequenceMemory.keep}, while no step is being recorded.
   *
   * @param prompt null: one that begins anew
   * @param routing how its experts are chosen: what was computed otherwise is nothing to go on from
   * @returns whether it holds another one than before
   */
  async recall(prompt: readonly number[] | null, routing = ''): Promise<boolean> {
    const memory = this.#memory;
    const here = prompt === null || memory.routing !== routing ? 0 : memory.wouldKeep(prompt);
    const best = prompt === null ? undefined : this.#best(prompt, routing);
    const isBetter = best !== undefined && best.keeps >= here + MIN_TOKENS;
    const lost = memory.tokens.length - (isBetter ? 0 : here);
    if (isBetter) this.#parked.splice(this.#parked.indexOf(best.parked), 1);
    if (lost >= MIN_TOKENS && lost > (isBetter ? 0 : here)) await this.#park();
    if (isBetter) this.#bringBack(best.parked);
    else memory.beginFor(routing);
    return isBetter;
  }

  /** Forgets all of them. */
  clear(): void {
    for (const { arena } of this.#parked.splice(0)) arena.destroy();
  }

  #best(prompt: readonly number[], routing: string): { readonly parked: Parked; readonly keeps: number } | undefined {
    return this.#parked
      .filter(({ kept }) => kept.routing === routing)
      .map((parked) => ({ parked, keeps: this.#memory.wouldKeep(prompt, parked.kept) }))
      .reduce<{ parked: Parked; keeps: number } | undefined>(
        (best, one) => (best === undefined || one.keeps >= best.keeps ? one : best),
        undefined,
      );
  }

  /** Copies what the memory holds; where there is no room for it, it is lost. */
  async #park(): Promise<void> {
    const { used } = this.#memory;
    const bytes = used.reduce((sum, { size }) => sum + size, 0);
    if (bytes > this.#budget) return;
    while (this.bytes + bytes > this.#budget && this.#parked.length > 0) this.#parked.shift()?.arena.destroy();
    const arena = new BufferArena(this.#device);
    this.#device.pushErrorScope('out-of-memory');
    let copies: Parked['copies'] = [];
    let failed: unknown = null;
    try {
      copies = used.map((of) => ({ of, at: arena.storage('parked', of.size) }));
    } catch (error) {
      failed = error;
    }
    failed = (await this.#device.popErrorScope()) ?? failed;
    if (failed !== null) {
      arena.destroy();
      return;
    }
    const encoder = this.#device.createCommandEncoder();
    for (const { of, at } of copies) encoder.copyBufferToBuffer(of.buffer, of.offset, at.buffer, at.offset, of.size);
    this.#device.queue.submit([encoder.finish()]);
    this.#parked.push({ kept: this.#memory.kept, arena, copies });
  }

  #bringBack({ kept, arena, copies }: Parked): void {
    const encoder = this.#device.createCommandEncoder();
    for (const { of, at } of copies) encoder.copyBufferToBuffer(at.buffer, at.offset, of.buffer, of.offset, of.size);
    this.#device.queue.submit([encoder.finish()]);
    this.#memory.kept = kept;
    arena.destroy(); // once the copies are made
  }
}
