import type { Kernel } from '../gpu/kernel.ts';
import { FRAGMENTS } from './fragments.ts';
import type { KernelTarget } from './target.ts';
import { TUNING } from './tuning.ts';

/** Mamba-2's sizes; `headDim` and `stateSize` are multiples of 4. */
export interface SelectiveScan {
  readonly heads: number;
  /** Each has its B and C, shared by `heads / groups` heads. */
  readonly groups: number;
  readonly headDim: number;
  /** Numbers that are kept for each number of a head. */
  readonly stateSize: number;
}

/** Numbers in a token's row of what the scan reads and writes. */
export function scanWidths({ heads, groups, headDim, stateSize }: SelectiveScan): {
  /** z, and y. */
  readonly inner: number;
  /** x | B | C, what is convolved. */
  readonly convolved: number;
  /** z | x | B | C | dt, as they are projected. */
  readonly mixed: number;
} {
  const inner = heads * headDim;
  const convolved = inner + 2 * groups * stateSize;
  return { inner, convolved, mixed: inner + convolved + heads };
}

/** `shaders/selective_scan.wgsl`; workgroups [heads, rowBlocks, 1]. */
export function selectiveScan(
  target: KernelTarget,
  shape: SelectiveScan,
): { readonly kernel: Kernel; readonly rowBlocks: number } {
  const { scanThreads, scanLanes, scanTokens } = TUNING[target.profile];
  const { heads, groups, headDim, stateSize } = shape;
  const { mixed, inner, convolved } = scanWidths(shape);
  const rowVecs = stateSize / 4;
  let lanes = scanLanes;
  while (rowVecs % lanes !== 0) lanes /= 2;
  const rows = scanThreads / lanes;
  return {
    rowBlocks: Math.ceil(headDim / rows),
    kernel: {
      fragments: [FRAGMENTS.selectiveScan, FRAGMENTS.step],
      constants: { LANES: lanes, LANE_VECS: rowVecs / lanes, ROWS: rows, TOKENS: scanTokens },
      overrides: {
        WG: scanThreads,
        HEADS: heads,
        GROUPS: groups,
        HEAD_DIM: headDim,
        MIXED_TOKEN: mixed,
        DT_START: inner + convolved,
      },
    },
  };
}
