import { byteLengthOf, type TensorType } from '../formats/tensor-types.ts';
import {
  unpackIQ1_M,
  unpackIQ1_S,
  unpackIQ2_S,
  unpackIQ2_XS,
  unpackIQ2_XXS,
  unpackIQ3_S,
  unpackIQ3_XXS,
} from './dequantize-iq.ts';
import { f16ToF32, bf16ToF32 } from './half-floats.ts';
import type { SupportedTensorType, WeightTypeName } from '../kernels/weight-types.ts';

/**
 * CPU twin of the shaders that unpack weights: `count` weights, in order, from their blocks.
 * Layouts: ggml-common.h (`block_q8_0`, …); arithmetic in f32, as ggml does it.
 */
export function dequantize(type: SupportedTensorType, bytes: Uint8Array, count: number): Float32Array<ArrayBuffer> {
  if (count % type.blockSize !== 0 || bytes.length < byteLengthOf(type, count)) {
    throw new RangeError(`${bytes.length} bytes do not hold ${count} weights in ${type.name}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const weights = new Float32Array(count);
  const blocks = count / type.blockSize;
  const unpack = UNPACKERS[type.name];
  for (let i = 0; i < blocks; i++) unpack(view, i * type.blockBytes, weights, i * type.blockSize);
  return weights;
}

/** Unpacks the block at byte `at` to `weights[to…]`. */
type Unpack = (view: DataView, at: number, weights: Float32Array, to: number) => void;

const UNPACKERS: Readonly<Record<WeightTypeName, Unpack>> = {
  F32: (view, at, weights, to) => {
    weights[to] = view.getFloat32(at, true);
  },
  F16: (view, at, weights, to) => {
    weights[to] = f16ToF32(view.getUint16(at, true));
  },
  BF16: (view, at, weights, to) => {
    weights[to] = bf16ToF32(view.getUint16(at, true));
  },
  Q8_0: unpackQ8_0,
  Q4_0: unpackQ4_0,
  Q4_K: unpackQ4_K,
  Q6_K: unpackQ6_K,
  Q4_1: (view, at, weights, to) => unpackPairs(view, at, at + 4, null, weights, to),
  Q5_0: (view, at, weights, to) => unpackFive(view, at, weights, to),
  Q5_1: (view, at, weights, to) => unpackPairs(view, at, at + 8, at + 4, weights, to),
  Q5_K: unpackQ5_K,
  Q2_K: unpackQ2_K,
  Q3_K: unpackQ3_K,
  IQ4_NL: unpackIQ4_NL,
  IQ4_XS: unpackIQ4_XS,
  MXFP4: unpackMXFP4,
  IQ2_XXS: unpackIQ2_XXS,
  IQ2_XS: unpackIQ2_XS,
  IQ2_S: unpackIQ2_S,
  IQ3_XXS: unpackIQ3_XXS,
  IQ3_S: unpackIQ3_S,
  IQ1_S: unpackIQ1_S,
  IQ1_M: unpackIQ1_M,
  TQ2_0: (view, at, weights, to) => {
    const d = f16ToF32(view.getUint16(at + 64, true));
    for (let i = 0; i < 256; i++) weights[to + i] = d * (bitPair(view, at, i) - 1);
  },
  TQ1_0: unpackTQ1_0,
  NVFP4: unpackNVFP4,
  /** f16 d, 16 bytes of bits. */
  Q1_0: (view, at, weights, to) => {
    const d = f16ToF32(view.getUint16(at, true));
    for (let i = 0; i < 128; i++) weights[to + i] = (view.getUint8(at + 2 + (i >> 3)) >> (i & 7)) & 1 ? d : -d;
  },
  /** f16 d, 16 bytes of bit pairs. */
  Q2_0: (view, at, weights, to) => {
    const d = f16ToF32(view.getUint16(at, true));
    for (let i = 0; i < 64; i++) {
      weights[to + i] = d * (((view.getUint8(at + 2 + (i >> 2)) >> (2 * (i & 3))) & 3) - 1);
    }
  },
};

/** The types that have a twin here: all that the engine computes with. */
export const TWIN_TYPES = Object.keys(UNPACKERS) as readonly WeightTypeName[];

export function hasTwin(type: TensorType): type is SupportedTensorType {
  return Object.hasOwn(UNPACKERS, type.name);
}

/** 48 bytes of five trits (32, then 16), 4 of four, f16 d. A byte is a fraction of 3^5, rounded up: times 3, trits run over. */
function unpackTQ1_0(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at + 52, true));
  for (const [first, bytes, trits, weight] of [
    [0, 32, 5, 0],
    [32, 16, 5, 160],
    [48, 4, 4, 240],
  ] as const) {
    for (let n = 0; n < trits; n++)
      for (let i = 0; i < bytes; i++) {
        const fraction = (view.getUint8(at + first + i) * 3 ** n) % 256;
        weights[to + weight + n * bytes + i] = d * (Math.floor((fraction * 3) / 256) - 1);
      }
  }
}

/** Values of an E2M1 float, doubled. */
const E2M1 = [0, 1, 2, 3, 4, 6, 8, 12] as const;

/** 4 bytes of scale (UE4M3, halved) for 16 weights each, then 8 bytes for each 16: 8 weights in the low nibbles, 8 in the high. */
function unpackNVFP4(view: DataView, at: number, weights: Float32Array, to: number): void {
  for (let i = 0; i < 64; i++) {
    const sixteen = i >> 4;
    const bits = view.getUint8(at + sixteen);
    const exponent = (bits >> 3) & 15;
    const scale = exponent === 0 ? (bits & 7) * 2 ** -10 : (1 + (bits & 7) / 8) * 2 ** (exponent - 8);
    const quant = (view.getUint8(at + 4 + sixteen * 8 + (i & 7)) >> (i & 8 ? 4 : 0)) & 15;
    const value = (E2M1[quant & 7] ?? NaN) * (quant < 8 ? 1 : -1);
    weights[to + i] = bits === 127 ? 0 : scale * value;
  }
}

/** 4-bit quant `i` of 32 in 16 bytes: the first 16 in the low nibbles, the others in the high ones. */
function nibble(view: DataView, quants: number, i: number): number {
  return (view.getUint8(quants + (i & 15)) >> ((i >> 4) << 2)) & 0xf;
}

/** Q4_1, Q5_1: f16 scale and minimum; weight = scale · quant + minimum. Fifth bits, if any, are a word. */
function unpackPairs(
  view: DataView,
  at: number,
  quants: number,
  fifths: number | null,
  weights: Float32Array,
  to: number,
): void {
  const scale = f16ToF32(view.getUint16(at, true));
  const minimum = f16ToF32(view.getUint16(at + 2, true));
  const high = fifths === null ? 0 : view.getUint32(fifths, true);
  for (let i = 0; i < 32; i++) {
    const quant = nibble(view, quants, i) | (((high >>> i) & 1) << 4);
    weights[to + i] = Math.fround(scale * quant) + minimum;
  }
}

/** Q5_0: f16 scale, a word of fifth bits, 16 bytes of nibbles; quants less 16. */
function unpackFive(view: DataView, at: number, weights: Float32Array, to: number): void {
  const scale = f16ToF32(view.getUint16(at, true));
  const high = view.getUint32(at + 2, true);
  for (let i = 0; i < 32; i++) {
    weights[to + i] = scale * ((nibble(view, at + 6, i) | (((high >>> i) & 1) << 4)) - 16);
  }
}

/** As Q4_K, with 32 bytes of fifth bits between scales and nibbles: bit g of byte i belongs to weight i of group g. */
function unpackQ5_K(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at, true));
  const dmin = f16ToF32(view.getUint16(at + 2, true));
  for (let group = 0; group < 8; group++) {
    const { scale, minimum } = q4kScale(view, at + 4, group);
    const factor = Math.fround(d * scale);
    const offset = Math.fround(dmin * minimum);
    for (let i = 0; i < 32; i++) {
      const low = (view.getUint8(at + 48 + (group >> 1) * 32 + i) >> ((group % 2) * 4)) & 0xf;
      const high = (view.getUint8(at + 16 + i) >> group) & 1;
      weights[to + group * 32 + i] = Math.fround(factor * (low | (high << 4))) - offset;
    }
  }
}

/** 2-bit quant i of 256 in 64 bytes: each half of 128 weights has 32 bytes, whose four bit pairs are 32 weights apart. */
function bitPair(view: DataView, quants: number, i: number): number {
  return (view.getUint8(quants + (i >> 7) * 32 + (i & 31)) >> (((i >> 5) & 3) * 2)) & 3;
}

/** 16 bytes of scale (low nibble) and minimum (high) for 16 weights each, 64 bytes of bit pairs, f16 d, f16 dmin. */
function unpackQ2_K(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at + 80, true));
  const dmin = f16ToF32(view.getUint16(at + 82, true));
  for (let i = 0; i < 256; i++) {
    const factors = view.getUint8(at + (i >> 4));
    const offset = Math.fround(dmin * (factors >> 4));
    weights[to + i] = Math.fround(Math.fround(d * (factors & 15)) * bitPair(view, at + 16, i)) - offset;
  }
}

/**
 * 32 bytes of third bits, 64 bytes of bit pairs, 12 bytes of 6-bit scales, f16 d; weight = d · (scale − 32) · (quant − 4).
 * Scale s has its low four bits in byte s mod 8 (high nibble from 8 on), its upper two in byte 8 + s mod 4.
 */
function unpackQ3_K(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at + 108, true));
  for (let i = 0; i < 256; i++) {
    const s = i >> 4;
    const low = (view.getUint8(at + 96 + (s & 7)) >> ((s >> 3) << 2)) & 15;
    const upper = (view.getUint8(at + 104 + (s & 3)) >> ((s >> 2) << 1)) & 3;
    const third = (view.getUint8(at + (i & 31)) >> (i >> 5)) & 1;
    const factor = Math.fround(d * ((low | (upper << 4)) - 32));
    weights[to + i] = factor * ((bitPair(view, at + 32, i) | (third << 2)) - 4);
  }
}

/** `kvalues_iq4nl` */
const IQ4_VALUES = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113] as const;

/** f16 scale, 16 bytes of nibbles that name one of 16 values. */
function unpackIQ4_NL(view: DataView, at: number, weights: Float32Array, to: number): void {
  const scale = f16ToF32(view.getUint16(at, true));
  for (let i = 0; i < 32; i++) weights[to + i] = scale * (IQ4_VALUES[nibble(view, at + 2, i)] ?? NaN);
}

/** f16 d, the upper two bits of eight 6-bit scales, their lower four, 128 bytes of nibbles; scales less 32. */
function unpackIQ4_XS(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at, true));
  const upper = view.getUint16(at + 2, true);
  for (let group = 0; group < 8; group++) {
    const low = (view.getUint8(at + 4 + (group >> 1)) >> ((group & 1) * 4)) & 15;
    const factor = Math.fround(d * ((low | (((upper >> (2 * group)) & 3) << 4)) - 32));
    for (let i = 0; i < 32; i++) {
      weights[to + group * 32 + i] = factor * (IQ4_VALUES[nibble(view, at + 8 + group * 16, i)] ?? NaN);
    }
  }
}

/** `kvalues_mxfp4`: twice the values of an E2M1 float. */
const E2M1_DOUBLED = [0, 1, 2, 3, 4, 6, 8, 12, -0, -1, -2, -3, -4, -6, -8, -12] as const;

/** An exponent e, then 16 bytes of nibbles (OCP Microscaling 1.0); the scale is half of 2^(e − 127). */
function unpackMXFP4(view: DataView, at: number, weights: Float32Array, to: number): void {
  const scale = 2 ** (view.getUint8(at) - 128);
  for (let i = 0; i < 32; i++) weights[to + i] = scale * (E2M1_DOUBLED[nibble(view, at + 1, i)] ?? NaN);
}

/** f16 scale, 32 × i8. */
function unpackQ8_0(view: DataView, at: number, weights: Float32Array, to: number): void {
  const scale = f16ToF32(view.getUint16(at, true));
  for (let i = 0; i < 32; i++) weights[to + i] = scale * view.getInt8(at + 2 + i);
}

/** f16 scale, 16 bytes: weight i in the low nibble of byte i, weight i + 16 in its high nibble; both less 8. */
function unpackQ4_0(view: DataView, at: number, weights: Float32Array, to: number): void {
  const scale = f16ToF32(view.getUint16(at, true));
  for (let i = 0; i < 16; i++) {
    const byte = view.getUint8(at + 2 + i);
    weights[to + i] = scale * ((byte & 0xf) - 8);
    weights[to + i + 16] = scale * ((byte >> 4) - 8);
  }
}

/**
 * f16 d, f16 dmin, 12 bytes of 6-bit scales and minimums for 8 groups of 32 weights, 128 bytes of nibbles.
 * weight = d · scale · quant − dmin · minimum. Groups come in pairs that share 32 bytes: the even one has the low nibbles.
 */
function unpackQ4_K(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at, true));
  const dmin = f16ToF32(view.getUint16(at + 2, true));
  const packed = at + 4;
  const quants = at + 16;
  for (let group = 0; group < 8; group++) {
    const { scale, minimum } = q4kScale(view, packed, group);
    const factor = Math.fround(d * scale);
    const offset = Math.fround(dmin * minimum);
    const shift = (group % 2) * 4;
    for (let i = 0; i < 32; i++) {
      const quant = (view.getUint8(quants + (group >> 1) * 32 + i) >> shift) & 0xf;
      weights[to + group * 32 + i] = Math.fround(factor * quant) - offset;
    }
  }
}

/**
 * Groups 0–3: scale in the low 6 bits of byte g, minimum in those of byte g + 4. Groups 4–7: low 4 bits of both in byte
 * g + 4 (scale low nibble, minimum high nibble), and their top 2 bits in the top 2 bits of bytes g − 4 and g.
 */
function q4kScale(view: DataView, packed: number, group: number): { scale: number; minimum: number } {
  const byte = (i: number) => view.getUint8(packed + i);
  if (group < 4) return { scale: byte(group) & 63, minimum: byte(group + 4) & 63 };
  return {
    scale: (byte(group + 4) & 0xf) | ((byte(group - 4) >> 6) << 4),
    minimum: (byte(group + 4) >> 4) | ((byte(group) >> 6) << 4),
  };
}

/**
 * 128 bytes of low nibbles, 64 bytes of top 2 bits, 16 × i8 scale (one for 16 weights), f16 d.
 * weight = d · scale · (quant − 32). Each half of 128 weights has 64 nibble bytes and 32 top-bit bytes: its weights
 * 0–31, 32–63, 64–95, 96–127 use bit pairs 0, 1, 2, 3; the first two the low nibbles of bytes 0–31 and 32–63, the last
 * two their high nibbles.
 */
function unpackQ6_K(view: DataView, at: number, weights: Float32Array, to: number): void {
  const d = f16ToF32(view.getUint16(at + 208, true));
  for (let i = 0; i < 256; i++) {
    const half = i >> 7;
    const quarter = (i >> 5) & 3;
    const lane = i & 31;
    const low = view.getUint8(at + half * 64 + (quarter & 1) * 32 + lane) >> ((quarter >> 1) * 4);
    const high = view.getUint8(at + 128 + half * 32 + lane) >> (quarter * 2);
    const quant = (low & 0xf) | ((high & 3) << 4);
    const scale = view.getInt8(at + 192 + (i >> 4));
    weights[to + i] = Math.fround(d * scale) * (quant - 32);
  }
}
