import { weightType, type WeightTypeName } from './weight-types.ts';
import type { BufferRegion } from '../gpu/plan.ts';

/** Weights that the dequantisation fragments read at a time. */
export const UNIT = 32;
/** Bytes of a `vec4<u32>`, in which packed weights are addressed. */
export const VEC_BYTES = 16;

/** Units in a row; the rows of float types are padded with zeros to whole units. */
export function rowUnits(columns: number): number {
  return Math.ceil(columns / UNIT);
}

/** Size of a packed matrix in `vec4<u32>`s. */
export function packedVecs(type: WeightTypeName, units: number): number {
  return weightType(type).planes.reduce((vecs, unitBytes) => vecs + Math.ceil((units * unitBytes) / VEC_BYTES), 0);
}

/** Consecutive rows of a matrix in a buffer of their own: what one binding can hold. */
export interface MatrixShard {
  readonly region: BufferRegion;
  readonly firstRow: number;
  readonly rows: number;
}

/** A weight matrix on the GPU, row-major [rows, columns]; a 3-D tensor has its matrices one below the other. */
export interface PackedMatrix {
  readonly type: WeightTypeName;
  readonly rows: number;
  readonly columns: number;
  readonly shards: readonly MatrixShard[];
}
