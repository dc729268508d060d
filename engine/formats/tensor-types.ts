import { EngineError } from '../errors.ts';

/**
 * How a tensor's weights are stored: rows of blocks, each of `blockSize` weights in `blockBytes` bytes.
 * Numbers from ggml's `enum ggml_type` (ggml.h) and block structures (ggml-common.h).
 */
export interface TensorType {
  readonly id: number;
  readonly name: string;
  /** Weights a block. Rows are whole blocks. */
  readonly blockSize: number;
  readonly blockBytes: number;
}

/** The types that the engine computes with. */
export type SupportedTypeName = 'F32' | 'F16' | 'BF16' | 'Q8_0' | 'Q4_0' | 'Q4_K' | 'Q6_K';

export interface SupportedTensorType extends TensorType {
  readonly name: SupportedTypeName;
}

export const TENSOR_TYPES = {
  F32: { id: 0, name: 'F32', blockSize: 1, blockBytes: 4 },
  F16: { id: 1, name: 'F16', blockSize: 1, blockBytes: 2 },
  BF16: { id: 30, name: 'BF16', blockSize: 1, blockBytes: 2 },
  Q8_0: { id: 8, name: 'Q8_0', blockSize: 32, blockBytes: 34 },
  Q4_0: { id: 2, name: 'Q4_0', blockSize: 32, blockBytes: 18 },
  Q4_K: { id: 12, name: 'Q4_K', blockSize: 256, blockBytes: 144 },
  Q6_K: { id: 14, name: 'Q6_K', blockSize: 256, blockBytes: 210 },
} as const satisfies Record<SupportedTypeName, SupportedTensorType>;

/** Types we know the size of, so that the header of such a file can be read and checked, but do not compute with. */
const UNSUPPORTED_TYPES: readonly TensorType[] = [
  { id: 3, name: 'Q4_1', blockSize: 32, blockBytes: 20 },
  { id: 6, name: 'Q5_0', blockSize: 32, blockBytes: 22 },
  { id: 7, name: 'Q5_1', blockSize: 32, blockBytes: 24 },
  { id: 9, name: 'Q8_1', blockSize: 32, blockBytes: 36 },
  { id: 10, name: 'Q2_K', blockSize: 256, blockBytes: 84 },
  { id: 11, name: 'Q3_K', blockSize: 256, blockBytes: 110 },
  { id: 13, name: 'Q5_K', blockSize: 256, blockBytes: 176 },
  { id: 15, name: 'Q8_K', blockSize: 256, blockBytes: 292 },
  { id: 16, name: 'IQ2_XXS', blockSize: 256, blockBytes: 66 },
  { id: 17, name: 'IQ2_XS', blockSize: 256, blockBytes: 74 },
  { id: 18, name: 'IQ3_XXS', blockSize: 256, blockBytes: 98 },
  { id: 19, name: 'IQ1_S', blockSize: 256, blockBytes: 50 },
  { id: 20, name: 'IQ4_NL', blockSize: 32, blockBytes: 18 },
  { id: 21, name: 'IQ3_S', blockSize: 256, blockBytes: 110 },
  { id: 22, name: 'IQ2_S', blockSize: 256, blockBytes: 82 },
  { id: 23, name: 'IQ4_XS', blockSize: 256, blockBytes: 136 },
  { id: 24, name: 'I8', blockSize: 1, blockBytes: 1 },
  { id: 25, name: 'I16', blockSize: 1, blockBytes: 2 },
  { id: 26, name: 'I32', blockSize: 1, blockBytes: 4 },
  { id: 27, name: 'I64', blockSize: 1, blockBytes: 8 },
  { id: 28, name: 'F64', blockSize: 1, blockBytes: 8 },
  { id: 29, name: 'IQ1_M', blockSize: 256, blockBytes: 56 },
  { id: 34, name: 'TQ1_0', blockSize: 256, blockBytes: 54 },
  { id: 35, name: 'TQ2_0', blockSize: 256, blockBytes: 66 },
  { id: 39, name: 'MXFP4', blockSize: 32, blockBytes: 17 },
  { id: 40, name: 'NVFP4', blockSize: 64, blockBytes: 36 },
  { id: 41, name: 'Q1_0', blockSize: 128, blockBytes: 18 },
  { id: 42, name: 'Q2_0', blockSize: 64, blockBytes: 18 },
];

const SUPPORTED_NAMES = Object.keys(TENSOR_TYPES).join(', ');

const TYPES_BY_ID: ReadonlyMap<number, TensorType> = new Map(
  [...Object.values(TENSOR_TYPES), ...UNSUPPORTED_TYPES].map((type) => [type.id, type]),
);

/** The type with this ggml id, supported or not; undefined for ids newer than this table, or withdrawn by ggml. */
export function tensorTypeById(id: number): TensorType | undefined {
  return TYPES_BY_ID.get(id);
}

export function isSupported(type: TensorType): type is SupportedTensorType {
  return type.name in TENSOR_TYPES;
}

/** @throws EngineError `unsupported-tensor-type` that names the tensor, its type and the types we have. */
export function requireSupported(tensor: { readonly name: string; readonly type: TensorType }): SupportedTensorType {
  if (isSupported(tensor.type)) return tensor.type;
  throw unsupportedTensorType(tensor.name, tensor.type.name);
}

export function unsupportedTensorType(tensor: string, type: string): EngineError {
  return new EngineError(
    'unsupported-tensor-type',
    `The weights of this model are in ${type} (tensor "${tensor}"), which Mixtab cannot compute with. ` +
      `Supported: ${SUPPORTED_NAMES}. Look for the same model in one of these.`,
  );
}

/** Bytes of `count` weights; `count` is a multiple of the block size. */
export function byteLengthOf(type: TensorType, count: number): number {
  return (count / type.blockSize) * type.blockBytes;
}
