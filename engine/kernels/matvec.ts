import type { SupportedTypeName } from '../formats/tensor-types.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { DEQUANT_FRAGMENTS, FRAGMENTS } from './fragments.ts';
import { packedVecs } from './packed-matrix.ts';
import { laneShape, type KernelTarget } from './target.ts';

/** One launch with how many workgroups in x it takes. */
export interface RowKernel {
  readonly kernel: Kernel;
  readonly groups: number;
}

/** Rows that a group of lanes makes at a time. */
const GROUP_ROWS = 4;

/**
 * Where a batch of products finds its operands. Strides of x in vec4s, of y in floats, of W in rows.
 * A plain product has one head.
 */
export interface ProductLayout {
  readonly heads: number;
  readonly xToken: number;
  readonly xHead: number;
  readonly xStart: number;
  readonly yToken: number;
  readonly yHead: number;
  readonly yStart: number;
  readonly wHead: number;
  readonly wStart: number;
}

export interface Product extends ProductLayout {
  readonly type: SupportedTypeName;
  /** Rows that each head makes, units a row, and rows of the whole matrix (or shard). */
  readonly rows: number;
  readonly rowUnits: number;
  readonly matrixRows: number;
  readonly scale: number;
  /** y += rather than y =. */
  readonly accumulate: boolean;
}

/** `shaders/matvec.wgsl`: bindings 1 x, 2 y, 10 W; workgroups [groups, tokens, heads]. */
export function matvec(target: KernelTarget, product: Product): RowKernel {
  const lanes = laneShape(target);
  return {
    groups: Math.ceil(product.rows / GROUP_ROWS / lanes.perWorkgroup),
    kernel: {
      fragments: [
        FRAGMENTS.matvec,
        FRAGMENTS.rows4,
        lanes.fragment,
        FRAGMENTS.weightsBuffer,
        ...DEQUANT_FRAGMENTS[product.type],
      ],
      enables: lanes.enables,
      overrides: {
        ...lanes.overrides,
        ROWS: product.rows,
        ROW_UNITS: product.rowUnits,
        X_TOKEN: product.xToken,
        X_HEAD: product.xHead,
        X_START: product.xStart,
        Y_TOKEN: product.yToken,
        Y_HEAD: product.yHead,
        Y_START: product.yStart,
        W_HEAD: product.wHead,
        W_START: product.wStart,
        W_ROWS: product.matrixRows,
        SCALE: product.scale,
        ACCUMULATE: Number(product.accumulate),
      },
      bindings: { 1: 'read', 2: 'read_write', 10: 'read' },
    },
  };
}

/**
 * `shaders/gate_up.wgsl`: h = silu(G x) ⊙ (U x), G and U [rows, rowUnits · 32] one after the other in one buffer.
 * Bindings 1 x, 2 h, 10 G then U; workgroups [groups, tokens, 1].
 */
export function gateUp(
  target: KernelTarget,
  shape: { readonly type: SupportedTypeName; readonly rows: number; readonly rowUnits: number },
): RowKernel {
  const lanes = laneShape(target);
  return {
    groups: Math.ceil(shape.rows / GROUP_ROWS / lanes.perWorkgroup),
    kernel: {
      fragments: [
        FRAGMENTS.gateUp,
        FRAGMENTS.rows4,
        lanes.fragment,
        FRAGMENTS.weightsBuffer,
        ...DEQUANT_FRAGMENTS[shape.type],
      ],
      enables: lanes.enables,
      overrides: {
        ...lanes.overrides,
        ROWS: shape.rows,
        ROW_UNITS: shape.rowUnits,
        UP_BASE: packedVecs(shape.type, shape.rows * shape.rowUnits),
      },
      bindings: { 1: 'read', 2: 'read_write', 10: 'read' },
    },
  };
}
