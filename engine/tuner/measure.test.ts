// The choice itself, on made-up times: nothing here waits, and nothing runs on a GPU.
import { describe, expect, test } from 'vitest';
import type { Candidate } from './candidates.ts';
import { DeviceGone, type Limit, measurePlace, type PlaceBench, TuningOver } from './measure.ts';

const named = (name: string, tolerance = 1e-4): Candidate => ({ name, parts: [], choice: {}, tolerance });
const [A, B, C] = [named('a'), named('b'), named('c')];

const FREE: Limit = { within: (work) => work, compilersTurn: () => new Promise(() => {}) };

/** Ends after so many things that were waited for. */
function limitAfter(steps: number, error: Error = new TuningOver()): Limit {
  let left = steps;
  return { ...FREE, within: async (work) => (left-- > 0 ? work : Promise.reject(error)) };
}

/** Times by name (`built-in` for that), the next at each run, the last for ever. */
function benchOf(times: Readonly<Record<string, readonly number[]>>, change: Partial<PlaceBench> = {}) {
  const runs: string[] = [];
  const next = new Map<string, number>();
  const bench: PlaceBench = {
    compile: async () => {},
    difference: async () => 0,
    time: async (candidate) => {
      const name = candidate?.name ?? 'built-in';
      runs.push(name);
      const at = next.get(name) ?? 0;
      next.set(name, at + 1);
      const own = times[name] ?? [];
      return own[Math.min(at, own.length - 1)] ?? NaN;
    },
    ...change,
  };
  return { bench, runs };
}

const silent = async (): Promise<void> => {};

describe('a winner', () => {
  test('beats the built-in kernel by more than noise', async () => {
    const { bench } = benchOf({ 'built-in': [10], a: [8], b: [9] });
    expect(await measurePlace(bench, [A, B], FREE, silent)).toEqual({
      choice: 'a',
      speedup: 1.25,
      rejected: [],
      isDone: true,
    });
  });

  test('is none where the gain is small, however steady', async () => {
    const { bench } = benchOf({ 'built-in': [10], a: [9.6], b: [10] });
    expect(await measurePlace(bench, [A, B], FREE, silent)).toMatchObject({ choice: null, speedup: 1, isDone: true });
  });

  test('is none for one lucky time', async () => {
    const { bench } = benchOf({ 'built-in': [10], a: [10, 5, 10, 10] });
    expect(await measurePlace(bench, [A], FREE, silent)).toMatchObject({ choice: null, speedup: 1 });
  });

  test('is measured against the best that the built-in kernel ever had', async () => {
    const { bench } = benchOf({ 'built-in': [20, 20, 8, 20], a: [8.5] });
    expect(await measurePlace(bench, [A], FREE, silent)).toMatchObject({ choice: null, speedup: 1 });
  });

  test('of two that are as fast is the one that is listed first', async () => {
    const { bench } = benchOf({ 'built-in': [10], a: [5], b: [4.99], c: [7] });
    expect(await measurePlace(bench, [C, A, B], FREE, silent)).toMatchObject({ choice: 'a' });
  });

  test('is found although the clock was set back in between', async () => {
    const { bench } = benchOf({ 'built-in': [NaN, 10, 10, 10], a: [5, NaN, 5, 5] });
    expect(await measurePlace(bench, [A], FREE, silent)).toMatchObject({ choice: 'a', speedup: 2 });
  });
});

test('what is hopeless is timed once, the others take turns with the built-in kernel', async () => {
  const { bench, runs } = benchOf({ 'built-in': [10], a: [9], b: [30] });
  await measurePlace(bench, [A, B], FREE, silent);
  const rounds = Array.from({ length: 3 }, () => ['built-in', 'a']).flat();
  expect(runs).toEqual(['built-in', 'a', 'b', ...rounds]);
});

describe('what is not used', () => {
  test('computes something else, or nothing that can be compared', async () => {
    const differences: Readonly<Record<string, number>> = { a: 0.3, b: NaN, c: 1e-5 };
    const { bench, runs } = benchOf(
      { 'built-in': [10], a: [1], b: [1], c: [5] },
      { difference: async ({ name }) => differences[name] ?? 0 },
    );
    expect(await measurePlace(bench, [A, B, C], FREE, silent)).toEqual({
      choice: 'c',
      speedup: 2,
      rejected: [
        { name: 'a', why: 'wrong' },
        { name: 'b', why: 'wrong' },
      ],
      isDone: true,
    });
    expect(runs).not.toContain('a');
  });

  test('does not compile, or fails when it runs', async () => {
    const { bench } = benchOf(
      { 'built-in': [10], a: [1], b: [1], c: [5] },
      {
        compile: async ({ name }) => (name === 'a' ? Promise.reject(new Error('no')) : undefined),
        difference: async ({ name }) => (name === 'b' ? Promise.reject(new Error('no')) : 0),
      },
    );
    const { choice, rejected } = await measurePlace(bench, [A, B, C], FREE, silent);
    expect(choice).toBe('c');
    expect(rejected).toEqual([
      { name: 'a', why: 'failed' },
      { name: 'b', why: 'failed' },
    ]);
  });

  test('compiles for ever: it is left out, and nothing is held against it', async () => {
    const { bench, runs } = benchOf(
      { 'built-in': [10], a: [1], c: [5] },
      { compile: async ({ name }) => (name === 'a' ? new Promise(() => {}) : undefined) },
    );
    const turn = { ...FREE, compilersTurn: () => new Promise<void>((resolve) => setTimeout(resolve)) };
    expect(await measurePlace(bench, [A, C], turn, silent)).toMatchObject({ choice: 'c', rejected: [] });
    expect(runs).not.toContain('a');
  });
});

describe('an end in between', () => {
  test('before two rounds leaves the built-in shape, to be measured another time', async () => {
    const { bench } = benchOf({ 'built-in': [10], a: [5] });
    // Compiling, comparing, and one round of two.
    expect(await measurePlace(bench, [A], limitAfter(4), silent)).toEqual({
      choice: null,
      speedup: null,
      rejected: [],
      isDone: false,
    });
  });

  test('after two rounds uses what is known', async () => {
    const { bench } = benchOf({ 'built-in': [10], a: [5] });
    expect(await measurePlace(bench, [A], limitAfter(6), silent)).toMatchObject({ choice: 'a', isDone: true });
  });

  test('by a device that is gone is for others to judge', async () => {
    const { bench } = benchOf({ 'built-in': [10], a: [5] });
    const told: (readonly string[])[] = [];
    const gone = measurePlace(bench, [A, B], limitAfter(1, new DeviceGone()), async (names) => void told.push(names));
    await expect(gone).rejects.toBeInstanceOf(DeviceGone);
    expect(told).toEqual([['a', 'b'], ['a']]); // what it was at stands
  });
});

test('each candidate is told of before it runs for the first time', async () => {
  const log: string[] = [];
  const { bench } = benchOf(
    { 'built-in': [10], a: [9], b: [9] },
    {
      compile: async ({ name }) => void log.push(`compile ${name}`),
      difference: async ({ name }) => (log.push(`run ${name}`), 0),
    },
  );
  await measurePlace(bench, [A, B], FREE, async (names) => void log.push(`trying ${names.join(' ')}`));
  expect(log).toEqual([
    ...['trying a b', 'compile a', 'compile b'],
    ...['trying a', 'run a', 'trying b', 'run b', 'trying '],
  ]);
});
