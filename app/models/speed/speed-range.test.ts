import { describe, expect, test } from 'vitest';
import type { DecodeCost } from '../../../engine/api.ts';
import { type MeasuredSpeed, speedRange } from './speed-range.ts';

const SMALL: DecodeCost = { bytes: 300e6, operations: 900e6, launches: 270 };
const MIDDLE: DecodeCost = { bytes: 1000e6, operations: 3100e6, launches: 210 };
const LARGE: DecodeCost = { bytes: 2600e6, operations: 7400e6, launches: 250 };

/** A device on which a token takes so many milliseconds per GB and per 100 launches. */
function device(perGigabyte: number, perHundredLaunches: number): (cost: DecodeCost) => MeasuredSpeed {
  return (cost) => ({
    cost,
    tokenMs: (cost.bytes / 1e9) * perGigabyte + (cost.launches / 100) * perHundredLaunches,
  });
}

describe('speedRange', () => {
  test('says nothing before something was measured', () => {
    expect(speedRange([], MIDDLE, 0)).toBeNull();
  });

  test('of a model that was measured says what was measured, a little to both sides', () => {
    const range = speedRange([{ cost: MIDDLE, tokenMs: 25 }], MIDDLE, 0);
    expect(range?.slow).toBeCloseTo(40 / 1.1, 5);
    expect(range?.fast).toBeCloseTo(40 * 1.1, 5);
  });

  test('from one model tells of those like it, and nothing of others', () => {
    const measure = device(10, 1);
    const like = { bytes: 1500e6, operations: 4600e6, launches: 300 };
    const range = speedRange([measure(MIDDLE)], like, 0);
    const real = 1000 / measure(like).tokenMs;
    expect(range?.slow).toBeLessThan(real);
    expect(range?.fast).toBeGreaterThan(real);
    // Nine times the bytes, and as many launches: it may take as long, or nine times that.
    expect(speedRange([measure(SMALL)], LARGE, 0)).toBeNull();
  });

  test.each([
    ['bandwidth', 10, 0.05],
    ['launches', 0.5, 3],
    ['both', 4, 1],
  ])('two models narrow it, on a device that is bound by %s', (_, perGigabyte, perHundredLaunches) => {
    const measure = device(perGigabyte, perHundredLaunches);
    const both = speedRange([measure(SMALL), measure(LARGE)], MIDDLE, 0);
    const real = 1000 / measure(MIDDLE).tokenMs;
    expect(both).not.toBeNull();
    expect(both?.slow).toBeLessThan(real);
    expect(both?.fast).toBeGreaterThan(real);
  });

  test('measurements that contradict each other a little widen it, and much end it', () => {
    const again = (tokenMs: number): MeasuredSpeed => ({ cost: MIDDLE, tokenMs });
    const calm = speedRange([again(25), again(27)], MIDDLE, 0);
    const restless = speedRange([again(20), again(30)], MIDDLE, 0);
    expect(calm).not.toBeNull();
    expect(restless).not.toBeNull();
    expect(speedRange([again(10), again(90)], MIDDLE, 0)).toBeNull();
  });

  test('costs that are guessed make it wider', () => {
    const sure = speedRange([{ cost: MIDDLE, tokenMs: 25 }], MIDDLE, 0);
    const unsure = speedRange([{ cost: MIDDLE, tokenMs: 25 }], MIDDLE, 0.2);
    expect(unsure?.slow).toBeCloseTo((sure?.slow ?? 0) / 1.2, 5);
    expect(unsure?.fast).toBeCloseTo((sure?.fast ?? 0) * 1.2, 5);
  });
});

test('work that was timed alone tells of large models what a small one cannot, within how much slower a model may be', () => {
  const small = { cost: { bytes: 5e6, operations: 13e6, launches: 83 }, tokenMs: 2.5 };
  const alone = { cost: { bytes: 240e6, operations: 800e6, launches: 24 }, tokenMs: 3, upTo: 1.5 };
  expect(speedRange([small], MIDDLE, 0)).toBeNull();
  const range = speedRange([small, alone], MIDDLE, 0);
  // 12.5 ms of products at the speed of those alone, or half as much again, and 210 launches of at most 30 µs.
  expect(range?.fast).toBeGreaterThan(1000 / 15);
  expect(range?.slow).toBeLessThan(1000 / (12.5 * 1.5));
  expect(range?.slow).toBeGreaterThan(1000 / 35);
});
