import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { FRAGMENTS } from './fragments.ts';
import { packedVecs } from './packed-matrix.ts';
import { type KernelTarget, rowShape } from './target.ts';

/** One launch with how many workgroups in x it takes. */
export interface RowKernel {
  readonly kernel: Kernel;
  readonly groups: number;
}

/** `shaders/matvec.wgsl`; workgroups [groups, heads, 1]. */
export function matvec(target: KernelTarget, type: WeightTypeName, rows: number): RowKernel {
  const lanes = rowShape(target);
  return {
    groups: Math.ceil(rows / lanes.rowsPerWorkgroup),
    kernel: {
      fragments: [
        FRAGMENTS.matvec,
        FRAGMENTS.product,
        ...lanes.fragments,
        FRAGMENTS.weightsBuffer,
        ...weightType(type).dequant,
      ],
      enables: lanes.enables,
      constants: lanes.constants,
      overrides: lanes.overrides,
    },
  };
}

/**
 * `shaders/gate_up.wgsl`: h = silu(G x) ⊙ (U x), G and U [rows, rowUnits · 32] one after the other in one buffer.
 * Workgroups [groups, 1, 1].
 */
export function gateUp(
  target: KernelTarget,
  shape: { readonly type: WeightTypeName; readonly rows: number; readonly rowUnits: number },
): RowKernel {
  const lanes = rowShape(target);
  return {
    groups: Math.ceil(shape.rows / lanes.rowsPerWorkgroup),
    kernel: {
      fragments: [FRAGMENTS.gateUp, ...lanes.fragments, FRAGMENTS.weightsBuffer, ...weightType(shape.type).dequant],
      enables: lanes.enables,
      constants: lanes.constants,
      overrides: {
        ...lanes.overrides,
        ROWS: shape.rows,
        ROW_UNITS: shape.rowUnits,
        UP_BASE: packedVecs(shape.type, shape.rows * shape.rowUnits),
      },
    },
  };
}
