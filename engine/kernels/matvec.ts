import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { ACTIVATION_FRAGMENTS, FRAGMENTS } from './fragments.ts';
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
        ACTIVATION_FRAGMENTS.silu,
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

/** `shaders/gate_up.wgsl` of a dense feed-forward, G and U [rows, rowUnits · 32]; workgroups [groups, 1, 1]. */
export function gateUp(
  target: KernelTarget,
  { type, rows, rowUnits }: { readonly type: WeightTypeName; readonly rows: number; readonly rowUnits: number },
): RowKernel {
  const upBase = packedVecs(type, rows * rowUnits);
  return gateUpRows(target, type, { rows, rowUnits, upBase }, [FRAGMENTS.slotDense, FRAGMENTS.weightsBuffer]);
}

/** The same for whatever weights `source` selects: those of its fragments that say whose and where they are. */
export function gateUpRows(
  target: KernelTarget,
  type: WeightTypeName,
  shape: { readonly rows: number; readonly rowUnits: number; readonly upBase: number },
  source: readonly Fragment[],
  overrides: Readonly<Record<string, number>> = {},
): RowKernel {
  const lanes = rowShape(target);
  return {
    groups: Math.ceil(shape.rows / lanes.rowsPerWorkgroup),
    kernel: {
      fragments: [
        FRAGMENTS.gateUp,
        FRAGMENTS.route,
        ...lanes.fragments,
        ...source,
        ACTIVATION_FRAGMENTS.silu,
        ...weightType(type).dequant,
      ],
      enables: lanes.enables,
      constants: lanes.constants,
      overrides: {
        ...lanes.overrides,
        ...overrides,
        ROWS: shape.rows,
        ROW_UNITS: shape.rowUnits,
        UP_BASE: shape.upBase,
      },
    },
  };
}
