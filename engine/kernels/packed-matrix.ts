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

/** What lies beside a matrix, in vec4s from its first one; 0: there is none. See `shaders/lib/beside.wgsl`. */
export interface Beside {
  /** One f32 that the whole matrix is multiplied by. */
  readonly factor: number;
  /** f32 [rows]: added to its product. */
  readonly bias: number;
}

/** Which of them a matrix has. */
export interface Sides {
  readonly hasFactor: boolean;
  readonly hasBias: boolean;
}

/** A matrix among others in one buffer or page. */
export interface MatrixPlace extends Beside {
  readonly type: WeightTypeName;
  /** First vec4 in the buffer or page. */
  readonly base: number;
}

/** Lays a matrix [rows, columns] of `type` at vec4 `base`, then its factor, then its bias; `end` is behind them. */
export function placeMatrix(
  { type, hasFactor, hasBias }: Sides & { readonly type: WeightTypeName },
  rows: number,
  columns: number,
  base: number,
): { readonly place: MatrixPlace; readonly end: number } {
  const factor = packedVecs(type, rows * rowUnits(columns));
  const bias = factor + (hasFactor ? packedVecs('F32', rowUnits(1)) : 0);
  const end = bias + (hasBias ? packedVecs('F32', rowUnits(rows)) : 0);
  return { place: { type, base, factor: hasFactor ? factor : 0, bias: hasBias ? bias : 0 }, end: base + end };
}

/** Consecutive rows of a matrix in a buffer of their own: what one binding can hold. */
export interface MatrixShard {
  readonly region: BufferRegion;
  readonly firstRow: number;
  readonly rows: number;
  readonly beside?: Beside;
}

/** A weight matrix on the GPU, row-major [rows, columns]; a 3-D tensor has its matrices one below the other. */
export interface PackedMatrix {
  readonly type: WeightTypeName;
  readonly rows: number;
  readonly columns: number;
  readonly shards: readonly MatrixShard[];
}
