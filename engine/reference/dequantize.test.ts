import { describe, expect, it } from 'vitest';
import { TENSOR_TYPES } from '../formats/tensor-types.ts';
import { dequantize } from './dequantize.ts';
import { bf16ToF32, f16ToF32 } from './half-floats.ts';

// Blocks packed by hand from known quants, each by the rule of its layout written the other way round. The oracle's goldens
// check the same code against llama.cpp (engine/models/*.test.ts: a model for each type of token_embd).

const ONE = 0x3c00; // f16 1.0
const HALF = 0x3800;
const u16 = (value: number) => [value & 0xff, value >> 8];

describe('half floats', () => {
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
  ])('f16 %i', (bits, value) => expect(f16ToF32(bits)).toBe(value));

  it('f16 NaN', () => expect(f16ToF32(0x7e00)).toBeNaN());
  it('bf16', () => expect([0x3f80, 0xc040, 0x0001].map(bf16ToF32)).toEqual([1, -3, 2 ** -133]));
});

describe('blocks', () => {
  it('F32, F16, BF16', () => {
    const f32 = new Uint8Array(new Float32Array([1.5, -0.1]).buffer);
    expect(dequantize(TENSOR_TYPES.F32, f32, 2)).toEqual(new Float32Array([1.5, -0.1]));
    expect(dequantize(TENSOR_TYPES.F16, new Uint8Array([...u16(ONE), ...u16(0xc000)]), 2)).toEqual(
      new Float32Array([1, -2]),
    );
    expect(dequantize(TENSOR_TYPES.BF16, new Uint8Array([...u16(0x3f80), ...u16(0xc040)]), 2)).toEqual(
      new Float32Array([1, -3]),
    );
  });

  it('Q8_0', () => {
    const quants = Array.from({ length: 64 }, (_, i) => i * 4 - 128);
    const block = (from: number, scale: number) => [
      ...u16(scale),
      ...quants.slice(from, from + 32).map((q) => q & 0xff),
    ];
    const weights = dequantize(TENSOR_TYPES.Q8_0, new Uint8Array([...block(0, ONE), ...block(32, HALF)]), 64);
    expect([...weights]).toEqual(quants.map((q, i) => (i < 32 ? q : q / 2)));
  });

  it('Q4_0', () => {
    const quants = Array.from({ length: 32 }, (_, i) => (i * 7) % 16);
    const packed = quants.slice(0, 16).map((low, i) => low | ((quants[i + 16] ?? 0) << 4));
    const weights = dequantize(TENSOR_TYPES.Q4_0, new Uint8Array([...u16(HALF), ...packed]), 32);
    expect([...weights]).toEqual(quants.map((q) => (q - 8) / 2));
  });

  it('Q4_K', () => {
    const quants = Array.from({ length: 256 }, (_, i) => (i * 5 + (i >> 4)) % 16);
    const scales = [1, 63, 17, 32, 48, 5, 62, 33];
    const minimums = [0, 7, 63, 16, 31, 47, 1, 60];
    const block = new Uint8Array(144);
    block.set([...u16(ONE), ...u16(HALF)]);
    for (let g = 0; g < 4; g++) {
      const [s, m] = [scales[g + 4] ?? 0, minimums[g + 4] ?? 0];
      block[4 + g] = (scales[g] ?? 0) | ((s >> 4) << 6);
      block[8 + g] = (minimums[g] ?? 0) | ((m >> 4) << 6);
      block[12 + g] = (s & 15) | ((m & 15) << 4);
    }
    quants.forEach((q, i) => {
      const at = 16 + Math.floor(i / 64) * 32 + (i % 32);
      block[at] = (block[at] ?? 0) | (q << (i % 64 < 32 ? 0 : 4));
    });
    const group = (i: number) => Math.floor(i / 32);
    expect([...dequantize(TENSOR_TYPES.Q4_K, block, 256)]).toEqual(
      quants.map((q, i) => q * (scales[group(i)] ?? 0) - (minimums[group(i)] ?? 0) / 2),
    );
  });

  it('Q6_K', () => {
    const quants = Array.from({ length: 256 }, (_, i) => (i * 11 + (i >> 3)) % 64);
    const scales = Array.from({ length: 16 }, (_, i) => i * 16 - 128);
    const block = new Uint8Array(210);
    quants.forEach((q, i) => {
      const half = Math.floor(i / 128);
      const within = i % 128;
      const low = half * 64 + (within % 64);
      block[low] = (block[low] ?? 0) | ((q & 15) << (within < 64 ? 0 : 4));
      const high = 128 + half * 32 + (i % 32);
      block[high] = (block[high] ?? 0) | ((q >> 4) << (2 * Math.floor(within / 32)));
    });
    block.set(
      scales.map((s) => s & 0xff),
      192,
    );
    block.set(u16(HALF), 208);
    expect([...dequantize(TENSOR_TYPES.Q6_K, block, 256)]).toEqual(
      quants.map((q, i) => ((scales[Math.floor(i / 16)] ?? 0) * (q - 32)) / 2),
    );
  });

  it('refuses too few bytes and torn blocks', () => {
    expect(() => dequantize(TENSOR_TYPES.Q8_0, new Uint8Array(33), 32)).toThrow(RangeError);
    expect(() => dequantize(TENSOR_TYPES.Q8_0, new Uint8Array(34), 31)).toThrow(RangeError);
  });
});
