// The CPU twins of the types whose weights are points of a grid: ggml-common.h and ggml-quants.c (`dequantize_row_iq*`).
import { f16ToF32 } from './half-floats.ts';
import { IQ1_GRID, IQ2_S_GRID, IQ2_XS_GRID, IQ2_XXS_GRID, IQ3_S_GRID, IQ3_XXS_GRID } from './iq-grids.ts';

const IQ2_LEVELS = [8, 25, 43, NaN] as const;
const IQ3_XXS_LEVELS = [4, 12, 20, 28, 36, 44, 52, 62] as const;

/** Seven signs and an eighth that makes the number of ones even (`ksigns_iq2xs`). */
function eightSigns(bits: number): number {
  let ones = 0;
  for (let i = 0; i < 7; i++) ones += (bits >> i) & 1;
  return bits | ((ones & 1) << 7);
}

const sign = (signs: number, i: number): number => ((signs >> i) & 1 ? -1 : 1);

/** Eight weights of one IQ2 point. */
function iq2Point(code: number, signs: number, factor: number, weights: Float32Array, to: number): void {
  for (let i = 0; i < 8; i++) {
    weights[to + i] = factor * (IQ2_LEVELS[(code >> (2 * i)) & 3] ?? NaN) * sign(signs, i);
  }
}

/** f16 d, then for 32 weights four bytes of points and a word: four times 7 signs, and a scale in the upper four bits. */
export function unpackIQ2_XXS(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at, true));
  for (let group = 0; group < 8; group++) {
    const word = view.getUint32(at + 2 + group * 8 + 4, true);
    const factor = Math.fround(Math.fround(d * (0.5 + (word >>> 28))) * 0.25);
    for (let l = 0; l < 4; l++) {
      const code = IQ2_XXS_GRID[view.getUint8(at + 2 + group * 8 + l)] ?? NaN;
      iq2Point(code, eightSigns((word >>> (7 * l)) & 127), factor, weights, to + group * 32 + l * 8);
    }
  }
}

/** f16 d, 32 half words of a point (9 bits) and 7 signs, eight bytes of two scales. */
export function unpackIQ2_XS(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at, true));
  for (let l = 0; l < 32; l++) {
    const half = view.getUint16(at + 2 + 2 * l, true);
    const scale = (view.getUint8(at + 66 + (l >> 2)) >> ((l & 2) * 2)) & 15;
    const factor = Math.fround(Math.fround(d * (0.5 + scale)) * 0.25);
    iq2Point(IQ2_XS_GRID[half & 511] ?? NaN, eightSigns(half >> 9), factor, weights, to + 8 * l);
  }
}

/** f16 d, 32 bytes of points, 32 of signs, 8 with the points' upper two bits, 8 of two scales. */
export function unpackIQ2_S(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at, true));
  for (let l = 0; l < 32; l++) {
    const upper = (view.getUint8(at + 66 + (l >> 2)) >> (2 * (l & 3))) & 3;
    const scale = (view.getUint8(at + 74 + (l >> 2)) >> ((l & 2) * 2)) & 15;
    const factor = Math.fround(Math.fround(d * (0.5 + scale)) * 0.25);
    const point = view.getUint8(at + 2 + l) | (upper << 8);
    iq2Point(IQ2_S_GRID[point] ?? NaN, view.getUint8(at + 34 + l), factor, weights, to + 8 * l);
  }
}

/** f16 d, 64 bytes of points of four weights, eight words: four times 7 signs, and a scale in the upper four bits. */
export function unpackIQ3_XXS(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at, true));
  for (let i = 0; i < 256; i++) {
    const word = view.getUint32(at + 66 + 4 * (i >> 5), true);
    const factor = Math.fround(Math.fround(d * (0.5 + (word >>> 28))) * 0.5);
    const code = IQ3_XXS_GRID[view.getUint8(at + 2 + (i >> 2))] ?? NaN;
    const level = IQ3_XXS_LEVELS[(code >> (4 * (i & 3))) & 7] ?? NaN;
    weights[to + i] = factor * level * sign(eightSigns((word >>> (7 * ((i >> 3) & 3))) & 127), i & 7);
  }
}

/** f16 d, 64 bytes of points of four weights, 8 with their ninth bits, 32 of signs, 4 of two scales. */
export function unpackIQ3_S(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at, true));
  for (let i = 0; i < 256; i++) {
    const scale = (view.getUint8(at + 106 + (i >> 6)) >> (4 * ((i >> 5) & 1))) & 15;
    const ninth = (view.getUint8(at + 66 + (i >> 5)) >> ((i >> 2) & 7)) & 1;
    const code = IQ3_S_GRID[view.getUint8(at + 2 + (i >> 2)) | (ninth << 8)] ?? NaN;
    const level = 1 + 2 * ((code >> (4 * (i & 3))) & 7);
    weights[to + i] = Math.fround(d * (1 + 2 * scale)) * level * sign(view.getUint8(at + 74 + (i >> 3)), i & 7);
  }
}

/** Eight weights of one IQ1 point. */
function iq1Point(point: number, delta: number, factor: number, weights: Float32Array, to: number): void {
  const code = IQ1_GRID[point] ?? NaN;
  for (let i = 0; i < 8; i++) weights[to + i] = factor * (((code >> (2 * i)) & 3) - 1 + delta);
}

/** f16 d, 32 bytes of points, eight half words: four times three upper bits, a scale in bits 12 to 14, a sign in bit 15. */
export function unpackIQ1_S(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at, true));
  for (let l = 0; l < 32; l++) {
    const half = view.getUint16(at + 34 + 2 * (l >> 2), true);
    const factor = Math.fround(d * (2 * ((half >> 12) & 7) + 1));
    const point = view.getUint8(at + 2 + l) | (((half >> (3 * (l & 3))) & 7) << 8);
    iq1Point(point, half & 0x8000 ? -0.125 : 0.125, factor, weights, to + 8 * l);
  }
}

/** 32 bytes of points, 32 nibbles (three upper bits, a sign), four half words of four scales with a part of d (f16) above them. */
export function unpackIQ1_M(view: DataView, at: number, weights: Float32Array, to: number): void {
  const scales = [0, 1, 2, 3].map((i) => view.getUint16(at + 48 + 2 * i, true));
  const d = f16ToF32(scales.reduce((bits, half, i) => bits | ((half >> 12) << (4 * i)), 0));
  for (let l = 0; l < 32; l++) {
    const nibble = (view.getUint8(at + 32 + (l >> 1)) >> (4 * (l & 1))) & 15;
    const scale = ((scales[l >> 3] ?? 0) >> (3 * ((l >> 1) & 3))) & 7;
    const point = view.getUint8(at + l) | ((nibble & 7) << 8);
    iq1Point(point, nibble & 8 ? -0.125 : 0.125, Math.fround(d * (2 * scale + 1)), weights, to + 8 * l);
  }
}
