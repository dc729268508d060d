import { expect, test } from 'vitest';
import { coActivation, commonPairs, peculiarity } from './co-activation.ts';

const RECORD = {
  ...{ layers: [0, 1], experts: 4, used: 2, count: 3 },
  // [token, layer, used]
  chosen: Uint16Array.from([0, 1, 2, 3, 1, 0, 2, 3, 2, 1, 0, 3]),
};

test('pairs are counted for each layer, in both directions', () => {
  const first = coActivation(RECORD, 0);
  expect([...first.subarray(0, 4)]).toEqual([2, 2, 0, 0]);
  expect([...first.subarray(4, 8)]).toEqual([2, 3, 1, 0]);
  expect(coActivation(RECORD, 1)[2 * 4 + 3]).toBe(2);
});

test('the most common pairs of either answer come first, and single tokens are no pair', () => {
  const a = coActivation(RECORD, 0);
  const b = coActivation(RECORD, 1);
  expect(commonPairs(a, b, { experts: 4, tokensA: 3, tokensB: 3 }, 5)).toEqual([
    { one: 0, other: 1, inA: 2, inB: 0 },
    { one: 2, other: 3, inA: 0, inB: 2 },
  ]);
});

test('what the other answer never uses is peculiar, and what both use alike is not', () => {
  const own = Uint32Array.from([2, 3, 1, 0, 1, 0, 2, 3]);
  expect([...peculiarity(RECORD, own, 3, own, 3)]).toEqual([0, 0, 0]);
  const none = new Uint32Array(8);
  const [first = 0, , last = 0] = peculiarity(RECORD, own, 3, none, 3);
  expect(first).toBeGreaterThan(last);
});
