import { describe, expect, test } from 'vitest';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';
import { SequenceMemory } from './sequence-memory.ts';

const SHAPE = { contextLength: 100, kvFormat: 'f16', maxTokens: 8, stepsAhead: 3 } as const;

const emptyMemory = (): SequenceMemory => new SequenceMemory(paperDevice(NO_LIMITS), SHAPE);

/** Takes note of what a step begins with. */
class StepLog {
  copies: string[] = [];
  readonly encoder = {
    copyBufferToBuffer: (_from: unknown, fromAt: number, _to: unknown, toAt: number, bytes: number) =>
      this.copies.push(`${bytes} bytes from ${fromAt} to ${toAt}`),
  } as unknown as GPUCommandEncoder;
}

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

/** Tokens that run in one step, as a prompt's do. */
function run(memory: SequenceMemory, ...tokens: number[]): StepLog {
  const log = new StepLog();
  const position = memory.tokens.length;
  memory.write(position, tokens);
  memory.beginStep(log.encoder, position, tokens.length);
  return log;
}

const memoryOf = (...tokens: number[]): SequenceMemory => {
  const memory = emptyMemory();
  run(memory, ...tokens);
  return memory;
};

test('what a prompt begins with is kept, but for its last token', () => {
  const keep = (memory: SequenceMemory, ...prompt: number[]): [number, readonly number[]] => [
    memory.keep(prompt),
    memory.tokens,
  ];
  expect(keep(memoryOf(1, 2, 3), 1, 2, 3, 4)).toEqual([3, [1, 2, 3]]);
  expect(keep(memoryOf(1, 2, 3), 1, 2, 3)).toEqual([2, [1, 2]]);
  expect(keep(memoryOf(1, 2, 3), 1, 9, 3, 4)).toEqual([1, [1]]);
  expect(keep(memoryOf(1, 2, 3), 9)).toEqual([0, []]);
  expect(keep(memoryOf(), 1, 2)).toEqual([0, []]);
});

test('writing at a position forgets what was there, and leaves no gap', () => {
  const memory = memoryOf(1, 2, 3);
  memory.write(1, [7]);
  expect(memory.tokens).toEqual([1, 7]);
  expect(memory.rollback(5)).toBe(2);
  expect(memory.rollback(1)).toBe(1);
  expect(memory.tokens).toEqual([1]);
  expect(() => memory.write(2, [3])).toThrow('position 2 comes after 1 tokens');
});

test('a cache takes context × width numbers, once, and has one width', () => {
  const memory = emptyMemory();
  const cache = memory.cache('blk.0 keys', 64);
  expect(memory.cache('blk.0 keys', 64)).toBe(cache);
  expect(cache.rows).toBe(100);
  expect(memory.bytes).toBe(100 * 64 * 2);
  expect(() => memory.cache('blk.0 keys', 32)).toThrow('64 wide, not 32');
  memory.reserveTurns();
  expect(memory.bytes).toBe(100 * 64 * 2); // it can be taken back anywhere, and needs no snapshots
});

describe('recurrent states', () => {
  const NUMBERS = 5;
  const BYTES = NUMBERS * 4;

  const withState = (): SequenceMemory => {
    const memory = emptyMemory();
    memory.state('blk.0 state', NUMBERS);
    memory.reserveTurns();
    return memory;
  };

  test('take a copy for each step that may be taken back, and room for turns', () => {
    const memory = emptyMemory();
    memory.state('blk.0 state', 4);
    expect(memory.bytes).toBe(3 * 16);
    memory.reserveTurns();
    expect(memory.bytes).toBe(3 * 16 + 8 * 16);
  });

  test('no step writes what it reads, and what it reads is what was written for its position', () => {
    const memory = withState();
    const { encoder } = new StepLog();
    let written = memory.beginStep(encoder, 0, 4).to;
    for (let position = 4; position < 20; position++) {
      const step = memory.beginStep(encoder, position, 1);
      expect(step.from).toBe(written);
      expect(step.to).not.toBe(step.from);
      written = step.to;
    }
  });

  test('steps that ran ahead are taken back by a number', () => {
    const memory = withState();
    run(memory, 1, 2, 3);
    const { encoder } = new StepLog();
    const kept = [3, 4, 5].map((position) => memory.beginStep(encoder, position, 1).to); // of 4, 5 and 6 tokens
    memory.settle([4]); // the others were wasted
    expect(memory.keep([1, 2, 3, 4, 9])).toBe(4);
    const log = new StepLog();
    expect(memory.beginStep(log.encoder, 4, 1).from).toBe(kept[0]);
    expect(log.copies).toEqual([]);
  });

  test('a turn that was marked can be gone back to from anywhere behind it', () => {
    const memory = withState();
    run(memory, 1, 2, 3);
    memory.markTurn();
    const marking = run(memory, 4);
    expect(marking.copies).toEqual([`${BYTES} bytes from ${BYTES} to 0`]); // the first step wrote the second copy
    for (let token = 10; token < 20; token++) run(memory, token);
    expect(memory.keep([1, 2, 3, 4])).toBe(3);
    expect(memory.tokens).toEqual([1, 2, 3]);
    const again = run(memory, 4);
    expect(again.copies).toEqual([`${BYTES} bytes from 0 to 0`]);
  });

  test('where no turn is kept before the first difference, all runs again', () => {
    const memory = withState();
    run(memory, 1, 2, 3);
    memory.markTurn();
    run(memory, 4);
    run(memory, 5, 6);
    expect(memory.keep([1, 2, 9])).toBe(0);
    expect(memory.tokens).toEqual([]);
    expect(run(memory, 1, 2, 9).copies).toEqual([]);
  });

  test('a turn of another conversation is none', () => {
    const memory = withState();
    run(memory, 1, 2, 3);
    memory.markTurn();
    run(memory, 4);
    memory.keep([9, 9]);
    for (const token of [9, 9, 9, 9, 9]) run(memory, token);
    expect(memory.keep([9, 9, 9, 8])).toBe(3); // by the copy of a step
    run(memory, 8);
    run(memory, 7, 7, 7);
    expect(memory.keep([9, 9, 7])).toBe(0);
  });

  test('a position that is not kept is refused rather than gone on from with a wrong state', () => {
    const memory = withState();
    run(memory, 1, 2, 3, 4, 5);
    expect(() => memory.write(2, [7])).toThrow('nothing is kept of position 2');
    expect(() => memory.beginStep(new StepLog().encoder, 4, 1)).toThrow('no state is kept of position 4');
  });

  test('of many turns the newest is kept, and of the others those that lie apart', () => {
    const memory = withState();
    const turns = [10, 20, 30, 40, 50, 60, 70, 71, 72, 73];
    let at = 0;
    for (const turn of turns) {
      run(memory, ...ones(turn - at));
      at = turn;
      memory.markTurn();
      run(memory, 1);
      at++;
    }
    run(memory, 1, 1, 1, 1, 1, 1);
    expect(memory.keep(ones(77))).toBeGreaterThanOrEqual(73);
    expect(memory.rollback(69)).toBe(60);
    expect(memory.rollback(19)).toBe(10);
  });
});

describe('windows', () => {
  const WINDOW = 10;

  const withWindow = (): SequenceMemory => {
    const memory = emptyMemory();
    memory.cache('blk.0 keys', 64, WINDOW);
    memory.cache('blk.1 keys', 64);
    memory.reserveTurns();
    return memory;
  };

  test('are rings of the window and a chunk, with room for snapshots', () => {
    const ring = (WINDOW + 8) * 64 * 2;
    expect(withWindow().bytes).toBe(ring + 100 * 64 * 2 + 8 * ring);
  });

  test('keep all tokens where a ring and its snapshot would be no smaller', () => {
    const memory = emptyMemory();
    expect(memory.cache('blk.0 keys', 64, 42).rows).toBe(100);
    expect(memory.forgets).toBe(false);
  });

  test('can be taken back as far as nothing that is looked at was written over', () => {
    const memory = withWindow();
    for (let step = 0; step < 5; step++) run(memory, ...ones(8));
    // Rows hold positions 22 to 39; at 31 the window looks back to 22.
    expect(memory.rollback(31)).toBe(31);
    const other = withWindow();
    for (let step = 0; step < 5; step++) run(other, ...ones(8));
    expect(other.rollback(30)).toBe(0);
  });

  test('go back to a turn by its snapshot', () => {
    const memory = withWindow();
    for (let step = 0; step < 3; step++) run(memory, ...ones(8));
    memory.markTurn();
    for (let step = 0; step < 5; step++) run(memory, ...ones(8));
    expect(memory.rollback(26)).toBe(24);
    expect(run(memory, 1).copies).toEqual([`${(WINDOW + 8) * 64 * 2} bytes from 0 to 0`]);
  });
});
