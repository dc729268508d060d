import { describe, expect, test } from 'vitest';
import { parseNpy } from './npy.ts';
import { npy } from './testing/npy.ts';

describe('an array of numpy', () => {
  test.each(['|u1', '<u2', '<i4'] as const)('of %s is read with its shape', (type) => {
    const { shape, values } = parseNpy(npy([2, 1, 3], [0, 1, 2, 3, 4, 200], type));
    expect(shape).toEqual([2, 1, 3]);
    expect([...values]).toEqual([0, 1, 2, 3, 4, 200]);
  });

  test('of one axis, of none, and empty', () => {
    expect(parseNpy(npy([3], [1, 2, 3], '|u1')).shape).toEqual([3]);
    expect(parseNpy(npy([], [7], '|u1')).shape).toEqual([]);
    expect(parseNpy(npy([0, 4, 2], [], '<i4')).values).toHaveLength(0);
  });

  test('what is none, or contradicts itself, is refused', () => {
    const whole = npy([2, 2], [1, 2, 3, 4], '<u2');
    const withHeader = (change: (header: string) => string): Uint8Array<ArrayBuffer> =>
      npy([2, 2], [1, 2, 3, 4], '<u2', change);
    expect(() => parseNpy(new Uint8Array())).toThrow('no .npy');
    expect(() => parseNpy(new TextEncoder().encode('{"error": "no"} and more'))).toThrow('no .npy');
    expect(() => parseNpy(whole.slice(0, -1))).toThrow('another size');
    expect(() => parseNpy(withHeader((text) => text.replace('(2, 2)', '(2, 999999999)')))).toThrow('another size');
    expect(() => parseNpy(withHeader((text) => text.replace('(2, 2)', '(9999999999, 9999999999)')))).toThrow('size');
    expect(() => parseNpy(withHeader((text) => text.replace('<u2', '|O')))).toThrow('whole numbers');
    expect(() => parseNpy(withHeader((text) => text.replace('<u2', '<f4')))).toThrow('whole numbers');
    expect(() => parseNpy(withHeader((text) => text.replace('False', 'True')))).toThrow('column by column');
    expect(() => parseNpy(withHeader((text) => text.replace('(2, 2)', '(-2, -2)')))).toThrow('whole numbers');
    const long = whole.slice();
    long[8] = 255;
    long[9] = 255;
    expect(() => parseNpy(long)).toThrow('too long');
    const other = whole.slice();
    other[6] = 9;
    expect(() => parseNpy(other)).toThrow('version');
  });
});
