import { byteLengthOf, TENSOR_TYPES } from '../formats/tensor-types.ts';
import type { WeightTypeName } from '../kernels/weight-types.ts';
import { dequantize } from '../reference/dequantize.ts';
import { gaussian } from './random.ts';

export interface RandomMatrix {
  readonly type: WeightTypeName;
  readonly rows: number;
  readonly columns: number;
  /** As in a GGUF file, and what they mean. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly weights: Float32Array<ArrayBuffer>;
}

/** Where the blocks of each quantized type have their f16 factors, and how large those are to be. */
const FACTORS: Readonly<Partial<Record<WeightTypeName, readonly (readonly [at: number, size: number])[]>>> = {
  Q8_0: [[0, 0.01]],
  Q4_0: [[0, 0.1]],
  Q4_K: [
    [0, 0.003],
    [2, 0.02],
  ],
  Q6_K: [[208, 0.0005]],
  Q5_K: [
    [0, 0.0015],
    [2, 0.02],
  ],
  Q5_1: [
    [0, 0.05],
    [2, 0.5],
  ],
  Q5_0: [[0, 0.05]],
  Q4_1: [
    [0, 0.1],
    [2, 0.5],
  ],
  IQ4_XS: [[0, 0.0005]],
  IQ4_NL: [[0, 0.01]],
  IQ3_S: [[0, 0.003]],
  IQ3_XXS: [[0, 0.003]],
  IQ2_S: [[0, 0.01]],
  IQ2_XS: [[0, 0.01]],
  IQ2_XXS: [[0, 0.01]],
  IQ1_S: [[0, 0.1]],
  TQ2_0: [[64, 0.5]],
  TQ1_0: [[52, 0.5]],
  Q2_0: [[0, 0.5]],
  Q1_0: [[0, 0.5]],
  Q3_K: [[108, 0.01]],
  Q2_K: [
    [80, 0.03],
    [82, 0.03],
  ],
};

/** Random blocks: all quants and scales occur, weights are around 0 to 2 in size. */
export function randomMatrix(random: () => number, type: WeightTypeName, rows: number, columns: number): RandomMatrix {
  const count = rows * columns;
  const bytes = randomBytes(random, type, count);
  return { type, rows, columns, bytes, weights: dequantize(TENSOR_TYPES[type], bytes, count) };
}

function randomBytes(random: () => number, type: WeightTypeName, count: number): Uint8Array<ArrayBuffer> {
  switch (type) {
    case 'F32':
      return new Uint8Array(gaussian(random, count).buffer);
    case 'BF16': {
      const halves = new Uint16Array(gaussian(random, count).buffer);
      return new Uint8Array(halves.filter((_, i) => i % 2 === 1).buffer); // the upper ones
    }
    case 'F16':
      return new Uint8Array(Uint16Array.from({ length: count }, () => randomHalf(random, 1)).buffer);
    default:
      return randomBlocks(random, type, count);
  }
}

function randomBlocks(random: () => number, type: WeightTypeName, count: number): Uint8Array<ArrayBuffer> {
  const { blockBytes } = TENSOR_TYPES[type];
  const bytes = Uint8Array.from({ length: byteLengthOf(TENSOR_TYPES[type], count) }, () => Math.floor(random() * 256));
  if (type === 'Q8_0') bytes.forEach((byte, i) => (bytes[i] = byte === 0x80 ? 0x81 : byte)); // -128 is never written
  // Exponents about 2^-4, not up to 2^127.
  if (type === 'MXFP4')
    for (let at = 0; at < bytes.length; at += blockBytes) bytes[at] = 122 + Math.floor(random() * 6);
  // Scales between 2^-6 and 2^-3, and now and then the smallest, the subnormal ones and what stands for 0.
  if (type === 'NVFP4')
    for (let at = 0; at < bytes.length; at += blockBytes)
      for (let i = 0; i < 4; i++)
        bytes[at + i] = random() < 0.1 ? ([0, 1, 7, 127][i] as number) : 16 + Math.floor(random() * 24);
  const view = new DataView(bytes.buffer);
  // Its f16 lies in the upper four bits of four half words.
  if (type === 'IQ1_M') {
    for (let block = 0; block < bytes.length; block += blockBytes) {
      const half = randomHalf(random, 0.1);
      for (let i = 0; i < 4; i++) {
        const at = block + 48 + 2 * i;
        view.setUint16(at, (view.getUint16(at, true) & 0xfff) | (((half >> (4 * i)) & 15) << 12), true);
      }
    }
  }
  for (let block = 0; block < bytes.length; block += blockBytes)
    for (const [at, size] of FACTORS[type] ?? []) view.setUint16(block + at, randomHalf(random, size), true);
  return bytes;
}

/** Bits of an f16 of either sign, between `size` / 2 and 2 · `size`. */
function randomHalf(random: () => number, size: number): number {
  const exponent = Math.floor(Math.log2(size)) + 15 + (random() < 0.5 ? 0 : -1);
  return (random() < 0.5 ? 0 : 0x8000) | (exponent << 10) | Math.floor(random() * 1024);
}
