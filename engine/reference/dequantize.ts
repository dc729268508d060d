import { byteLengthOf, type SupportedTensorType, type SupportedTypeName } from '../formats/tensor-types.ts';

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

const UNPACKERS: Readonly<Record<SupportedTypeName, Unpack>> = {
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
};

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

/** IEEE half precision to a number; exact. */
export function f16ToF32(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const BITS = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of an f32. */
export function bf16ToF32(bits: number): number {
  BITS.setUint32(0, bits << 16);
  return BITS.getFloat32(0);
}
