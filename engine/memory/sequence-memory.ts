import { alignUp, BufferArena, type MemoryDevice } from '../gpu/buffers.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import { type KvFormat, kvRowBytes } from '../kernels/attention.ts';
import { type KeptCopies, newestUpTo, StateCopies } from './state-copies.ts';
import { type KeptTurns, Turns } from './turns.ts';

export interface MemoryShape {
  readonly contextLength: number;
  readonly kvFormat: KvFormat;
  /** The most tokens of a step. */
  readonly maxTokens: number;
  /** Steps that may be under way at once, all but the first of which may have to be taken back. */
  readonly stepsAhead: number;
}

/** A layer's cache: position p is row p mod `rows`. */
export interface CacheRegion {
  readonly region: BufferRegion;
  readonly rows: number;
}

interface Cache extends CacheRegion {
  readonly width: number;
  readonly window: number;
}

interface State {
  readonly region: BufferRegion;
  readonly numbers: number;
}

/** Which copy of the states a step reads, and which it writes. */
export interface StateStep {
  readonly from: number;
  readonly to: number;
}

/** What a memory stands for, to be kept elsewhere together with the bytes of {@link SequenceMemory.used}. */
export interface KeptSequence {
  readonly tokens: readonly number[];
  /** How experts were chosen for it; empty: as the model chooses. */
  readonly routing: string;
  /** Rings hold positions up to here. */
  readonly written: number;
  readonly copies: KeptCopies;
  readonly turns: KeptTurns | undefined;
}

/** Where a memory can go on from. */
interface Reach {
  readonly length: number;
  /** What is there now, or a snapshot that has to be copied back. */
  readonly from: 'here' | 'turn';
}

/**
 * What the GPU remembers of one conversation, written by steps: caches by position, of all tokens or of a window of the newest
 * as a ring, and recurrent states. The only place that knows which tokens it stands for, how much of a prompt need not run
 * again, and what can be taken back.
 *
 * A cache of all tokens can be taken back to any position. A ring forgets what it has written over, and a state holds one
 * position alone, so the last few steps' states are kept as copies, and of both there are snapshots of earlier turns.
 */
export class SequenceMemory {
  readonly shape: MemoryShape;
  readonly #arena: BufferArena;
  readonly #caches = new Map<string, Cache>();
  readonly #states = new Map<string, State>();
  readonly #tokens: number[] = [];
  #routing = '';
  readonly #copies: StateCopies;
  #turns: Turns | undefined;
  /** Rings hold positions up to here. */
  #written = 0;

  constructor(device: MemoryDevice, shape: MemoryShape) {
    this.shape = shape;
    this.#arena = new BufferArena(device);
    this.#copies = new StateCopies(Math.max(2, shape.stepsAhead));
  }

  /** The tokens that it holds, by position. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  /** How experts were chosen for what it holds; empty: as the model chooses. */
  get routing(): string {
    return this.#routing;
  }

  /** What comes next chooses experts so: what was computed otherwise is forgotten. */
  beginFor(routing: string): void {
    if (routing !== this.#routing) this.rollback(0);
    this.#routing = routing;
  }

  get bytes(): number {
    return this.#arena.bytes;
  }

  /** Whether it can be taken back to some positions only: to those of {@link markTurn}, and a few steps. */
  get forgets(): boolean {
    return this.#states.size > 0 || this.#rings.length > 0;
  }

  /**
   * One layer's cache [rows, width] in the KV format.
   * @param window how many of the newest tokens attention looks at: the cache is a ring of them, where that is shorter than all
   */
  cache(name: string, width: number, window = Infinity): CacheRegion {
    const known = this.#caches.get(name);
    if (known) {
      if (known.width !== width || known.window !== window)
        throw new Error(`cache ${name} is ${known.width} wide, not ${width}, or has another window than ${window}`);
      return known;
    }
    const { kvFormat } = this.shape;
    const rows = this.#rowsFor(window);
    const region = this.#arena.storage(name, rows * kvRowBytes(kvFormat, width));
    const cache = { region, rows, width, window };
    this.#caches.set(name, cache);
    return cache;
  }

  /**
   * One layer's recurrent state: f32 [copies, numbers]. A step reads the copy `step.state_from` and writes `step.state_to`; at
   * position 0 there is none to read, and it begins with zeros.
   */
  state(name: string, numbers: number): BufferRegion {
    const known = this.#states.get(name);
    if (known) {
      if (known.numbers !== numbers) throw new Error(`state ${name} has ${known.numbers} numbers, not ${numbers}`);
      return known.region;
    }
    const region = this.#arena.storage(name, this.#copies.count * numbers * 4);
    this.#states.set(name, { region, numbers });
    return region;
  }

  /** To be called once, when all caches and states are known: room for snapshots of turns. */
  reserveTurns(): void {
    if (!this.forgets) return;
    this.#turns = new Turns(this.#arena, [
      ...this.#rings.map(({ region }) => ({ region, bytes: region.size, copies: 1 })),
      ...[...this.#states.values()].map(({ region, numbers }) => ({
        region,
        bytes: numbers * 4,
        copies: this.#copies.count,
      })),
    ]);
  }

  /**
   * Keeps what it has of a prompt and forgets the rest; says how many of its tokens need not run again. The last one always
   * does, for its logits.
   */
  keep(prompt: readonly number[]): number {
    return this.rollback(sameTokens(this.#tokens, prompt));
  }

  /** How many tokens {@link keep} would keep of a prompt, if this memory held something else. */
  wouldKeep(prompt: readonly number[], held: KeptSequence = this.kept): number {
    return this.#reachOf(sameTokens(held.tokens, prompt), held).length;
  }

  /** What it stands for now. */
  get kept(): KeptSequence {
    return {
      tokens: [...this.#tokens],
      routing: this.#routing,
      written: this.#written,
      copies: this.#copies.kept,
      turns: this.#turns?.kept,
    };
  }

  /** It stands for what was kept, whose bytes are where they were. */
  set kept({ tokens, routing, written, copies, turns }: KeptSequence) {
    this.#tokens.length = 0;
    for (const token of tokens) this.#tokens.push(token);
    this.#routing = routing;
    this.#written = written;
    this.#copies.kept = copies;
    if (this.#turns !== undefined && turns !== undefined) this.#turns.kept = turns;
  }

  /** The bytes that say something, for the tokens that it holds now: sizes and places are multiples of 4. */
  get used(): readonly BufferRegion[] {
    const { kvFormat, contextLength } = this.shape;
    const caches = [...this.#caches.values()].map(({ region, rows, width }) => {
      const isRing = rows < contextLength;
      const bytes = alignUp(this.#tokens.length * kvRowBytes(kvFormat, width), 4);
      return { ...region, size: isRing ? region.size : Math.min(region.size, bytes) };
    });
    const states = [...this.#states.values()].map(({ region }) => region);
    return [...caches, ...states, ...(this.#turns?.used ?? [])].filter(({ size }) => size > 0);
  }

  /**
   * A step for these tokens, from `position` on, comes next. What was there and beyond is forgotten.
   * @throws RangeError where it cannot go on from there
   */
  write(position: number, tokens: readonly number[]): void {
    if (position > this.#tokens.length)
      throw new RangeError(`position ${position} comes after ${this.#tokens.length} tokens`);
    if (this.rollback(position) !== position) throw new RangeError(`nothing is kept of position ${position}`);
    this.#tokens.push(...tokens);
  }

  /** Steps have run for these further tokens, and perhaps for some that came to nothing. */
  settle(tokens: readonly number[]): void {
    this.#tokens.push(...tokens);
  }

  /**
   * What ran beyond the first `length` tokens is as if it had not.
   * @returns how many tokens are left: fewer, where nothing is kept of that very position
   */
  rollback(length: number): number {
    const left = this.#reach(Math.min(this.#tokens.length, length));
    this.#tokens.length = left;
    this.#copies.forgetBeyond(left);
    this.#turns?.forgetBeyond(left);
    return left;
  }

  /** A snapshot of what it holds now is taken before the next step, so that it can be taken back to here later. */
  markTurn(): void {
    this.#turns?.mark(this.#tokens.length);
  }

  /** Encodes what a step for `count` tokens at `position` needs to be done before it, and says which states are the step's. */
  beginStep(encoder: GPUCommandEncoder, position: number, count: number): StateStep {
    const step = this.#copies.next(position, position + count, this.#states.size > 0);
    this.#turns?.encode(encoder, position, step.from);
    this.#written = Math.max(this.#written, position + count);
    return step;
  }

  destroy(): void {
    this.#arena.destroy();
  }

  get #rings(): readonly Cache[] {
    return [...this.#caches.values()].filter(({ rows }) => rows < this.shape.contextLength);
  }

  /** A chunk is written before attention reads it. A ring that with its snapshot would take more than all tokens is none. */
  #rowsFor(window: number): number {
    const { contextLength, maxTokens, stepsAhead } = this.shape;
    const rows = window + Math.max(maxTokens, stepsAhead);
    return 2 * rows < contextLength ? rows : contextLength;
  }

  /** Makes it stand for the most tokens, up to `length`, that it can go on from, and says how many they are. */
  #reach(length: number): number {
    const reach = this.#reachOf(length, {
      tokens: this.#tokens,
      routing: this.#routing,
      written: this.#written,
      copies: this.#copies.kept,
      turns: this.#turns?.kept,
    });
    if (reach.from === 'turn') {
      this.#turns?.restore(reach.length);
      this.#copies.reset(reach.length);
      this.#written = reach.length;
    }
    return reach.length;
  }

  /** The most tokens, up to `length`, that it could go on from. */
  #reachOf(length: number, { written, copies, turns }: KeptSequence): Reach {
    const inRings = this.#rings.every(({ rows, window }) => length - window + 1 >= written - rows);
    const hasState = this.#states.size === 0 || copies.positions.includes(length);
    if (!this.forgets || (length > 0 && inRings && hasState)) return { length, from: 'here' };
    const copy = inRings ? newestUpTo(copies.positions, length) : 0;
    const turn = newestUpTo(turns?.positions ?? [], length);
    return copy > turn ? { length: copy, from: 'here' } : { length: turn, from: 'turn' };
  }
}

/** With how many tokens of a memory a prompt begins, but for its last, which always runs, for its logits. */
function sameTokens(held: readonly number[], prompt: readonly number[]): number {
  let same = 0;
  while (same < held.length && same < prompt.length - 1 && held[same] === prompt[same]) same++;
  return same;
}
