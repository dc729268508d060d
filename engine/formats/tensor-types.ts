/**
 * How a tensor's weights are stored: rows of blocks, each of `blockSize` weights in `blockBytes` bytes.
 * Numbers from ggml's `enum ggml_type` (ggml.h) and block structures (ggml-common.h).
 */
export interface TensorType {
  readonly id: number;
  readonly name: string;
  /** Weights per block. Rows are whole blocks. */
  readonly blockSize: number;
  readonly blockBytes: number;
}

/**
 * Every type of ggml, so that the header of any file can be read and checked. Which ones the engine computes with is told by
 * `kernels/weight-types.ts`.
 */
export const TENSOR_TYPES = {
  F32: { id: 0, name: 'F32', blockSize: 1, blockBytes: 4 },
  F16: { id: 1, name: 'F16', blockSize: 1, blockBytes: 2 },
  Q4_0: { id: 2, name: 'Q4_0', blockSize: 32, blockBytes: 18 },
  Q4_1: { id: 3, name: 'Q4_1', blockSize: 32, blockBytes: 20 },
  Q5_0: { id: 6, name: 'Q5_0', blockSize: 32, blockBytes: 22 },
  Q5_1: { id: 7, name: 'Q5_1', blockSize: 32, blockBytes: 24 },
  Q8_0: { id: 8, name: 'Q8_0', blockSize: 32, blockBytes: 34 },
  Q8_1: { id: 9, name: 'Q8_1', blockSize: 32, blockBytes: 36 },
  Q2_K: { id: 10, name: 'Q2_K', blockSize: 256, blockBytes: 84 },
  Q3_K: { id: 11, name: 'Q3_K', blockSize: 256, blockBytes: 110 },
  Q4_K: { id: 12, name: 'Q4_K', blockSize: 256, blockBytes: 144 },
  Q5_K: { id: 13, name: 'Q5_K', blockSize: 256, blockBytes: 176 },
  Q6_K: { id: 14, name: 'Q6_K', blockSize: 256, blockBytes: 210 },
  Q8_K: { id: 15, name: 'Q8_K', blockSize: 256, blockBytes: 292 },
  IQ2_XXS: { id: 16, name: 'IQ2_XXS', blockSize: 256, blockBytes: 66 },
  IQ2_XS: { id: 17, name: 'IQ2_XS', blockSize: 256, blockBytes: 74 },
  IQ3_XXS: { id: 18, name: 'IQ3_XXS', blockSize: 256, blockBytes: 98 },
  IQ1_S: { id: 19, name: 'IQ1_S', blockSize: 256, blockBytes: 50 },
  IQ4_NL: { id: 20, name: 'IQ4_NL', blockSize: 32, blockBytes: 18 },
  IQ3_S: { id: 21, name: 'IQ3_S', blockSize: 256, blockBytes: 110 },
  IQ2_S: { id: 22, name: 'IQ2_S', blockSize: 256, blockBytes: 82 },
  IQ4_XS: { id: 23, name: 'IQ4_XS', blockSize: 256, blockBytes: 136 },
  I8: { id: 24, name: 'I8', blockSize: 1, blockBytes: 1 },
  I16: { id: 25, name: 'I16', blockSize: 1, blockBytes: 2 },
  I32: { id: 26, name: 'I32', blockSize: 1, blockBytes: 4 },
  I64: { id: 27, name: 'I64', blockSize: 1, blockBytes: 8 },
  F64: { id: 28, name: 'F64', blockSize: 1, blockBytes: 8 },
  IQ1_M: { id: 29, name: 'IQ1_M', blockSize: 256, blockBytes: 56 },
  BF16: { id: 30, name: 'BF16', blockSize: 1, blockBytes: 2 },
  TQ1_0: { id: 34, name: 'TQ1_0', blockSize: 256, blockBytes: 54 },
  TQ2_0: { id: 35, name: 'TQ2_0', blockSize: 256, blockBytes: 66 },
  MXFP4: { id: 39, name: 'MXFP4', blockSize: 32, blockBytes: 17 },
  NVFP4: { id: 40, name: 'NVFP4', blockSize: 64, blockBytes: 36 },
  Q1_0: { id: 41, name: 'Q1_0', blockSize: 128, blockBytes: 18 },
  Q2_0: { id: 42, name: 'Q2_0', blockSize: 64, blockBytes: 18 },
} as const satisfies Record<string, TensorType>;

const TYPES_BY_ID: ReadonlyMap<number, TensorType> = new Map(
  Object.values(TENSOR_TYPES).map((type) => [type.id, type]),
);

/** The type with this ggml id; undefined for ids newer than this table, or withdrawn by ggml. */
export function tensorTypeById(id: number): TensorType | undefined {
  return TYPES_BY_ID.get(id);
}

/** Bytes of `count` weights; `count` is a multiple of the block size. */
export function byteLengthOf(type: TensorType, count: number): number {
  return (count / type.blockSize) * type.blockBytes;
}
