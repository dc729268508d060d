import { expect, test } from 'vitest';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';
import { SequenceMemory } from './sequence-memory.ts';

const memoryOf = (...tokens: number[]): SequenceMemory => {
  const memory = new SequenceMemory(paperDevice(NO_LIMITS), { contextLength: 100, kvFormat: 'f16' });
  memory.write(0, tokens);
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
  memory.rollback(5);
  expect(memory.tokens).toEqual([1, 7]);
  memory.rollback(1);
  expect(memory.tokens).toEqual([1]);
  expect(() => memory.write(2, [3])).toThrow('position 2 comes after 1 tokens');
});

test('a cache takes context × width numbers, once, and has one width', () => {
  const memory = memoryOf();
  const region = memory.cache('blk.0 keys', 64);
  expect(memory.cache('blk.0 keys', 64)).toBe(region);
  expect(memory.bytes).toBe(100 * 64 * 2);
  expect(() => memory.cache('blk.0 keys', 32)).toThrow('64 wide, not 32');
});
