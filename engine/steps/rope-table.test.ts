import { describe, expect, test } from 'vitest';
import { divisorsFor, type RopeParameters, type RopeScaling, ropeTable } from './rope-table.ts';

const BASE = 10_000;
const DIMENSIONS = 64;
const YARN = {
  kind: 'yarn',
  factor: 40,
  originalContext: 4096,
  betaFast: 32,
  betaSlow: 1,
  mscale: 1,
  mscaleAllDims: 0,
} as const satisfies RopeScaling;

/** Length and angle of each pair's turn at a position. */
function turns(parameters: RopeParameters, position: number): { length: number; angle: number }[] {
  const pairs = parameters.dimensions / 2;
  const table = ropeTable(parameters, position + 1).subarray(position * pairs * 2);
  return Array.from({ length: pairs }, (_, pair) => {
    const [cos = NaN, sin = NaN] = table.subarray(pair * 2);
    return { length: Math.hypot(cos, sin), angle: Math.atan2(sin, cos) };
  });
}

const anglesAtOne = (scaling: RopeScaling): number[] =>
  turns({ dimensions: DIMENSIONS, base: BASE, scaling }, 1).map(({ angle }) => angle);

describe('rope table', () => {
  const plain = anglesAtOne({ kind: 'none' });

  test('turns pair i by base^(-2i / dimensions) a position', () => {
    plain.forEach((angle, i) => expect(angle).toBeCloseTo(BASE ** ((-2 * i) / DIMENSIONS), 6));
    const far = turns({ dimensions: 4, base: 100, scaling: { kind: 'none' } }, 30_000);
    expect(far[1]?.angle).toBeCloseTo(Math.atan2(Math.sin(3000), Math.cos(3000)), 5);
  });

  test('divides all by a linear factor', () => {
    anglesAtOne({ kind: 'linear', factor: 4 }).forEach((angle, i) =>
      expect(angle).toBeCloseTo((plain[i] ?? NaN) / 4, 6),
    );
  });

  test('divides frequencies by numbers of the file, which one by the context', () => {
    const divisors = Array.from({ length: DIMENSIONS / 2 }, (_, i) => (i % 3 === 0 ? 1e30 : 1 + i / 4));
    const table = ropeTable({ dimensions: DIMENSIONS, base: BASE, scaling: { kind: 'none' } }, 2, divisors);
    plain.forEach((angle, i) => {
      const [cos = NaN, sin = NaN] = table.subarray(DIMENSIONS + 2 * i);
      expect(Math.atan2(sin, cos)).toBeCloseTo(angle / (divisors[i] ?? NaN), 6);
    });
    const longRope = { short: 'short', long: 'long', trained: 4096 };
    const parameters: RopeParameters = { dimensions: 2, base: BASE, scaling: { kind: 'none' }, divisors: longRope };
    expect([4096, 4097].map((context) => divisorsFor(parameters, context))).toEqual(['short', 'long']);
  });

  test('nothing turns where positions do not matter', () => {
    expect(anglesAtOne({ kind: 'still' })).toEqual(plain.map(() => 0));
  });

  test('YaRN keeps the pairs that turn often in the original context and stretches those that hardly do', () => {
    const stretched = anglesAtOne(YARN);
    const shares = stretched.map((angle, i) => (plain[i] ?? NaN) / angle);
    plain.forEach((angle, i) => {
      const rotations = (angle * YARN.originalContext) / (2 * Math.PI);
      const share = shares[i] ?? NaN;
      // The paper's bounds hold up to one pair, as they are rounded outwards.
      if (rotations > YARN.betaFast * 1.34) expect(share).toBeCloseTo(1, 4);
      else if (rotations < YARN.betaSlow / 1.34) expect(share / YARN.factor).toBeCloseTo(1, 3);
      else expect(share).toBeGreaterThanOrEqual(shares[i - 1] ?? NaN);
    });
    expect(shares[0]).toBeCloseTo(1, 4);
    expect((shares.at(-1) ?? NaN) / YARN.factor).toBeCloseTo(1, 3);
  });

  test('YaRN sharpens attention through the length of the turn, unless the model does it elsewhere', () => {
    const lengthOf = (scaling: RopeScaling): number =>
      turns({ dimensions: DIMENSIONS, base: BASE, scaling }, 77)[5]?.length ?? NaN;
    expect(lengthOf(YARN)).toBeCloseTo(0.1 * Math.log(YARN.factor) + 1, 6);
    expect(lengthOf({ ...YARN, mscale: 0.7, mscaleAllDims: 0.7 })).toBeCloseTo(1, 6);
    const share = (0.1 * Math.log(YARN.factor) + 1) / (0.07 * Math.log(YARN.factor) + 1);
    expect(lengthOf({ ...YARN, mscaleAllDims: 0.7 })).toBeCloseTo(share, 6);
    expect(lengthOf({ kind: 'linear', factor: 4 })).toBeCloseTo(1, 6);
  });
});
