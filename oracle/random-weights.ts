import { byteLengthOf } from '../engine/formats/tensor-types.ts';
import type { SupportedTensorType, WeightTypeName } from '../engine/kernels/weight-types.ts';
import { Random } from './random.ts';

/**
 * `count` random weights of mean about 0 and standard deviation about `std`, as blocks of `type`. Quants and scales are
 * drawn directly, over their whole range: no quantizer is needed, and every bit of the layout matters.
 */
export function randomWeights(type: SupportedTensorType, count: number, std: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const bytes = new Uint8Array(byteLengthOf(type, count));
  const view = new DataView(bytes.buffer);
  const pack = PACKERS[type.name];
  for (let at = 0; at < bytes.length; at += type.blockBytes) pack(view, at, std, random);
  return bytes;
}

/** Writes one random block at byte `at`. */
type Pack = (view: DataView, at: number, std: number, random: Random) => void;

const PACKERS: Readonly<Record<WeightTypeName, Pack>> = {
  F32: (view, at, std, random) => view.setFloat32(at, std * random.bell(), true),
  F16: (view, at, std, random) => view.setUint16(at, f16Bits(std * random.bell()), true),
  BF16: (view, at, std, random) => view.setUint16(at, f32Bits(std * random.bell()) >>> 16, true),

  Q8_0: (view, at, std, random) => {
    view.setUint16(at, f16Bits((std / 73) * random.between(0.7, 1.3)), true); // 73: std of quants in -127…127
    for (let i = 0; i < 32; i++) view.setInt8(at + 2 + i, random.below(255) - 127);
  },

  // Scales of both signs, as real files have, centre the quants -8…7.
  Q4_0: (view, at, std, random) => {
    view.setUint16(at, f16Bits((std / 4.6) * random.between(0.7, 1.3) * random.sign()), true);
    for (let i = 0; i < 16; i++) view.setUint8(at + 2 + i, random.below(256));
  },

  Q4_K: (view, at, std, random) => packK(view, at, std / 230, 7.5, random, 144),

  // d comes out subnormal in f16, as it often does in real files.
  Q6_K: (view, at, std, random) => {
    for (let i = 0; i < 192; i++) view.setUint8(at + i, random.below(256));
    for (let i = 0; i < 16; i++) view.setInt8(at + 192 + i, (40 + random.below(88)) * random.sign());
    view.setUint16(at + 208, f16Bits((std / 1620) * random.between(0.7, 1.3)), true);
  },

  // 5-bit quants have twice the spread and mean of 4-bit ones.
  Q5_K: (view, at, std, random) => packK(view, at, std / 460, 15.5, random, 176),
  Q5_1: (view, at, std, random) => packWithMinimum(view, at, std / 9.2, 15.5, random, 24),
  Q4_1: (view, at, std, random) => packWithMinimum(view, at, std / 4.6, 7.5, random, 20),
  Q5_0: (view, at, std, random) => {
    view.setUint16(at, f16Bits((std / 9.2) * random.between(0.7, 1.3) * random.sign()), true);
    for (let i = 2; i < 22; i++) view.setUint8(at + i, random.below(256));
  },

  // Scales of 8…15 and minimums alike, dmin = 1.5 d (1.5: the mean quant).
  Q2_K: (view, at, std, random) => {
    const d = (std / 13) * random.between(0.7, 1.3);
    for (let i = 0; i < 16; i++) view.setUint8(at + i, 8 + random.below(8) + 16 * (8 + random.below(8)));
    for (let i = 16; i < 80; i++) view.setUint8(at + i, random.below(256));
    view.setUint16(at + 80, f16Bits(d), true);
    view.setUint16(at + 82, f16Bits(1.5 * d), true);
  },
  Q3_K: (view, at, std, random) => {
    for (let i = 0; i < 108; i++) view.setUint8(at + i, random.below(256));
    view.setUint16(at + 108, f16Bits((std / 43) * random.between(0.7, 1.3)), true);
  },
  IQ4_NL: (view, at, std, random) => {
    view.setUint16(at, f16Bits((std / 68) * random.between(0.7, 1.3) * random.sign()), true);
    for (let i = 2; i < 18; i++) view.setUint8(at + i, random.below(256));
  },
  IQ4_XS: (view, at, std, random) => {
    view.setUint16(at, f16Bits((std / 1260) * random.between(0.7, 1.3)), true);
    for (let i = 2; i < 136; i++) view.setUint8(at + i, random.below(256));
  },
  IQ2_XXS: scaleThenBits(0, 66, 54),
  IQ2_XS: scaleThenBits(0, 74, 63),
  IQ2_S: scaleThenBits(0, 82, 63),
  IQ3_XXS: scaleThenBits(0, 98, 160),
  IQ3_S: scaleThenBits(0, 110, 170),
  IQ1_S: scaleThenBits(0, 50, 7),
  // Three values: 3 is not written by any quantizer.
  TQ2_0: (view, at, std, random) => {
    for (let i = 0; i < 64; i++) {
      view.setUint8(
        at + i,
        [0, 2, 4, 6].reduce((byte, shift) => byte | (random.below(3) << shift), 0),
      );
    }
    view.setUint16(at + 64, f16Bits((std / 0.82) * random.between(0.7, 1.3)), true);
  },
  // Any byte is five trits: 0 to 242 as a quantizer writes them, rounded up.
  TQ1_0: (view, at, std, random) => {
    for (let i = 0; i < 52; i++)
      view.setUint8(at + i, Math.ceil((random.below(i < 48 ? 243 : 81) * (i < 48 ? 1 : 3) * 256) / 243));
    view.setUint16(at + 52, f16Bits((std / 0.82) * random.between(0.7, 1.3)), true);
  },
  // A scale of either sign centres the quants -1…2.
  Q2_0: (view, at, std, random) => {
    view.setUint16(at, f16Bits((std / 1.22) * random.between(0.7, 1.3) * random.sign()), true);
    for (let i = 2; i < 18; i++) view.setUint8(at + i, random.below(256));
  },
  Q1_0: (view, at, std, random) => {
    view.setUint16(at, f16Bits(std * random.between(0.7, 1.3)), true);
    for (let i = 2; i < 18; i++) view.setUint8(at + i, random.below(256));
  },
  // d lies in the upper four bits of four half words.
  IQ1_M: (view, at, std, random) => {
    for (let i = 0; i < 56; i++) view.setUint8(at + i, random.below(256));
    const d = f16Bits((std / 7) * random.between(0.7, 1.3));
    for (let i = 0; i < 4; i++) {
      const half = view.getUint16(at + 48 + 2 * i, true) & 0xfff;
      view.setUint16(at + 48 + 2 * i, half | (((d >> (4 * i)) & 15) << 12), true);
    }
  },
  // The exponent whose power of two is nearest, or one beside it: 5.9 is the spread of the values.
  MXFP4: (view, at, std, random) => {
    view.setUint8(at, 128 + Math.round(Math.log2(std / 5.9)) + random.below(3) - 1);
    for (let i = 1; i < 17; i++) view.setUint8(at + i, random.below(256));
  },
  NVFP4: (view, at, std, random) => {
    for (let i = 0; i < 4; i++) view.setUint8(at + i, ue4m3((std / 5.9) * random.between(0.7, 1.3)));
    for (let i = 4; i < 36; i++) view.setUint8(at + i, random.below(256));
  },
};

/** A byte of UE4M3 that is about `value`, doubled as NVFP4's scales are. */
function ue4m3(value: number): number {
  const exponent = Math.floor(Math.log2(2 * value));
  const mantissa = Math.floor(((2 * value) / 2 ** exponent - 1) * 8);
  return exponent > -7 ? ((exponent + 7) << 3) | mantissa : Math.min(7, Math.round(2 * value * 512));
}

/** Random bits of a block of `bytes`, with an f16 scale at `scaleAt`; `spread`: standard deviation of what it multiplies. */
function scaleThenBits(scaleAt: number, bytes: number, spread: number): Pack {
  return (view, at, std, random) => {
    for (let i = 0; i < bytes; i++) view.setUint8(at + i, random.below(256));
    view.setUint16(at + scaleAt, f16Bits((std / spread) * random.between(0.7, 1.3)), true);
  };
}

/** Q4_K and Q5_K: scales and minimums of 32…63, drawn alike, and dmin = d · the mean quant, centre the weights. */
function packK(view: DataView, at: number, size: number, meanQuant: number, random: Random, bytes: number): void {
  const d = size * random.between(0.7, 1.3);
  view.setUint16(at, f16Bits(d), true);
  view.setUint16(at + 2, f16Bits(meanQuant * d), true);
  const scales = Array.from({ length: 8 }, () => 32 + random.below(32));
  const minimums = Array.from({ length: 8 }, () => 32 + random.below(32));
  for (let i = 0; i < 4; i++) {
    const [scale = 0, minimum = 0, upperScale = 0, upperMinimum = 0] = [
      scales[i],
      minimums[i],
      scales[i + 4],
      minimums[i + 4],
    ];
    view.setUint8(at + 4 + i, scale | ((upperScale >> 4) << 6));
    view.setUint8(at + 8 + i, minimum | ((upperMinimum >> 4) << 6));
    view.setUint8(at + 12 + i, (upperScale & 15) | ((upperMinimum & 15) << 4));
  }
  for (let i = 16; i < bytes; i++) view.setUint8(at + i, random.below(256));
}

/** f16 scale and minimum, which centre the weights, then quants. */
function packWithMinimum(
  view: DataView,
  at: number,
  size: number,
  meanQuant: number,
  random: Random,
  bytes: number,
): void {
  const scale = size * random.between(0.7, 1.3) * random.sign();
  view.setUint16(at, f16Bits(scale), true);
  view.setUint16(at + 2, f16Bits(-meanQuant * scale), true);
  for (let i = 4; i < bytes; i++) view.setUint8(at + i, random.below(256));
}

const SCRATCH = new DataView(new ArrayBuffer(4));

function f32Bits(value: number): number {
  SCRATCH.setFloat32(0, value);
  return SCRATCH.getUint32(0);
}

/** Towards zero; magnitudes below 65504. */
function f16Bits(value: number): number {
  const bits = f32Bits(value);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  const fraction = bits & 0x7fffff;
  if (exponent > 0) return sign | (exponent << 10) | (fraction >>> 13);
  // Subnormal: the hidden one joins the fraction, which moves right. Below 2^-24 nothing is left.
  return exponent < -10 ? sign : sign | ((fraction | 0x800000) >>> (14 - exponent));
}
