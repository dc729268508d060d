import type { TuningRejection } from '../api.ts';
import type { Candidate } from './candidates.ts';

/** How a place is measured; a test has one without a GPU. */
export interface PlaceBench {
  /** Compiles; rejects where that fails. */
  compile(candidate: Candidate): Promise<void>;
  /**
   * Runs it once on the same numbers as the built-in kernel.
   * @returns the largest difference of a result, as a share of the largest number; rejects where it fails
   */
  difference(candidate: Candidate): Promise<number>;
  /** Milliseconds of one run; null: of the built-in kernel. */
  time(candidate: Candidate | null): Promise<number>;
}

export interface Rejected {
  readonly name: string;
  readonly why: TuningRejection;
}

export interface Measured {
  /** Null: the built-in shape. */
  readonly choice: string | null;
  /** As in `TunedPlace`. */
  readonly speedup: number | null;
  readonly rejected: readonly Rejected[];
  /** Whether there is no need to measure it again. */
  readonly isDone: boolean;
}

/** Ends a run: its budget is used up, or somebody wants something else. */
export interface Limit {
  /** @throws TuningOver at once, whatever `work` does meanwhile; DeviceGone */
  within<T>(work: Promise<T>): Promise<T>;
  /** Ends when compilers have had their share of the time for one place. */
  compilersTurn(): Promise<void>;
}

export class TuningOver extends Error {}

/** What was tried took the device with it. */
export class DeviceGone extends Error {}

/** Rounds in which the built-in kernel and its rivals take turns, so that all of them see the same weather. */
const ROUNDS = 4;
/** Fewer than these say nothing. */
const LEAST_ROUNDS = 2;
/** What is that much slower than the fastest in the first round will not win. */
const HOPELESS = 1.15;
/** Less is noise, or not worth a kernel that nobody else runs. */
const LEAST_SPEEDUP = 1.05;
/** Among those that are as fast as that, the first one wins: they are listed from the likeliest. */
const TIE = 1.01;

/**
 * Finds the fastest shape for a place. A winner's second-best time must beat the best that the built-in kernel ever had, by more than
 * noise.
 * @param trying told before candidates run for the first time, so that one that ends the browser is known at the next visit
 */
export async function measurePlace(
  bench: PlaceBench,
  candidates: readonly Candidate[],
  limit: Limit,
  trying: (names: readonly string[]) => Promise<void>,
): Promise<Measured> {
  const rejected: Rejected[] = [];
  const times = new Map<Candidate | null, number[]>([[null, []]]);
  let isOver = false;
  try {
    await trying(candidates.map(({ name }) => name));
    const compiled = new Set<Candidate>();
    const compiling = candidates.map((one) =>
      bench.compile(one).then(
        () => void compiled.add(one),
        () => void rejected.push({ name: one.name, why: 'failed' }),
      ),
    );
    await limit.within(Promise.race([Promise.all(compiling), limit.compilersTurn()]));
    // What takes longer to compile is not tried: that says nothing against it.
    for (const candidate of candidates.filter((one) => compiled.has(one))) {
      const { name, tolerance } = candidate;
      await trying([name]);
      const difference = await limit.within(bench.difference(candidate)).catch(passFailure);
      if (difference === undefined) rejected.push({ name, why: 'failed' });
      else if (!(difference <= tolerance)) rejected.push({ name, why: 'wrong' });
      else times.set(candidate, []);
    }
    await trying([]);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [candidate, known] of times) {
        const ms = await limit.within(bench.time(candidate));
        if (ms > 0) known.push(ms); // else the clock was set back
      }
      if (round > 0) continue;
      const fastest = Math.min(...[...times.values()].flat());
      for (const [candidate, [first = Infinity]] of times)
        if (candidate !== null && first > HOPELESS * fastest) times.delete(candidate);
      if (times.size === 1) break; // nobody left to compare with
    }
  } catch (error) {
    if (error instanceof DeviceGone) throw error;
    if (!(error instanceof TuningOver)) throw error;
    isOver = true;
    await trying([]);
  }
  return { ...decide(times, isOver), rejected: [...rejected] };
}

/** @throws what ends the run; anything else is the candidate's own failure */
function passFailure(error: unknown): undefined {
  if (error instanceof TuningOver || error instanceof DeviceGone) throw error;
  return undefined;
}

function decide(times: ReadonlyMap<Candidate | null, readonly number[]>, isOver: boolean): Omit<Measured, 'rejected'> {
  const builtIn = times.get(null) ?? [];
  if (builtIn.length < (isOver ? LEAST_ROUNDS : 1)) return { choice: null, speedup: null, isDone: false };
  const best = Math.min(...builtIn);
  let winner: { readonly name: string; readonly ms: number } | undefined;
  for (const [candidate, own] of times) {
    const [first, second] = own.toSorted((a, b) => a - b);
    if (candidate === null || first === undefined || second === undefined) continue;
    if (best / first < LEAST_SPEEDUP || second >= best) continue;
    if (winner === undefined || winner.ms > first * TIE) winner = { name: candidate.name, ms: first };
  }
  return winner === undefined
    ? { choice: null, speedup: 1, isDone: true }
    : { choice: winner.name, speedup: best / winner.ms, isDone: true };
}
