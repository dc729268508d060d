import type { SupportedTypeName } from '../formats/tensor-types.ts';
import type { BufferRegion } from '../gpu/plan.ts';

/** Weights that the dequantisation fragments read at a time. */
export const UNIT = 32;
/** Bytes of a `vec4<u32>`, in which packed weights are addressed. */
export const VEC_BYTES = 16;

/** Units in a row; the rows of float types are padded with zeros to whole units. */
export function rowUnits(columns: number): number {
  return Math.ceil(columns / UNIT);
}

/** Size of a packed matrix in `vec4<u32>`s: the planes that `shaders/lib/dequant_*.wgsl` describe. */
export function packedVecs(type: SupportedTypeName, units: number): number {
  switch (type) {
    case 'F32':
      return units * 8;
    case 'F16':
    case 'BF16':
      return units * 4;
    case 'Q8_0':
      return units * 2 + Math.ceil(units / 8);
    case 'Q4_0':
      return units + Math.ceil(units / 8);
    case 'Q4_K':
      return units + units / 8 + Math.ceil(units / 32);
    case 'Q6_K':
      return units + units / 2 + units / 8 + Math.ceil(units / 32);
    default:
      return type satisfies never;
  }
}

/** Consecutive rows of a matrix in a buffer of their own: what one binding can hold. */
export interface MatrixShard {
  readonly region: BufferRegion;
  readonly firstRow: number;
  readonly rows: number;
}

/** A weight matrix on the GPU, row-major [rows, columns]; a 3-D tensor has its matrices one below the other. */
export interface PackedMatrix {
  readonly type: SupportedTypeName;
  readonly rows: number;
  readonly columns: number;
  readonly shards: readonly MatrixShard[];
}
