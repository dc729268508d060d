import { expect } from 'vitest';

/** What f32 sums in another order may differ by, as a share of the largest number. */
const DEFAULT_SHARE = 1e-5;

/** Expects equal lengths and differences of at most `share` of the largest expected number; names the worst. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, share = DEFAULT_SHARE): void {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i] ?? 0));
  let worst = { index: -1, difference: 0, actual: 0, expected: 0 };
  for (let i = 0; i < expected.length; i++) {
    const [a = NaN, e = NaN] = [actual[i], expected[i]];
    const difference = Math.abs(a - e);
    if (!(difference <= worst.difference)) worst = { index: i, difference, actual: a, expected: e };
    if (Number.isNaN(difference)) break;
  }
  const { index, difference, actual: a, expected: e } = worst;
  expect(difference, `[${index}] is ${a}, not ${e}`).toBeLessThanOrEqual(Math.max(largest, 1e-30) * share);
}
