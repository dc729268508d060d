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
  readonly projected: number;
  /** Likewise, filled up to whole vec4s, as other kernels read them. */
  readonly mixed: number;
} {
  const inner = heads * headDim;
  const convolved = inner + 2 * groups * stateSize;
  const projected = inner + convolved + heads;
  return { inner, convolved, projected, mixed: Math.ceil(projected / 4) * 4 };
}

/** Numbers of the state that a thread can keep of a row, where registers and WGSL's 8 KiB of variables allow it. */
const MAX_LANE_NUMBERS = 256;

/**
 * `shaders/selective_scan.wgsl`; workgroups [heads, rowBlocks, 1]. The state has `stateSize` numbers for each row, and for rows that
 * fill up the last block.
 */
export function selectiveScan(
  target: KernelTarget,
  shape: SelectiveScan,
): { readonly kernel: Kernel; readonly rowBlocks: number; readonly stateNumbers: number } {
  const { scanThreads, scanLanes, scanTokens } = TUNING[target.profile];
  const { heads, groups, headDim, stateSize } = shape;
  const { mixed, inner, convolved } = scanWidths(shape);
  let lanes = scanLanes;
  while (stateSize % lanes !== 0) lanes /= 2;
  while (stateSize / lanes > MAX_LANE_NUMBERS) lanes *= 2;
  const quads = scanThreads / lanes;
  const rowBlocks = Math.ceil(headDim / 4 / quads);
  return {
    rowBlocks,
    stateNumbers: heads * rowBlocks * quads * 4 * stateSize,
    kernel: {
      fragments: [FRAGMENTS.selectiveScan, FRAGMENTS.step],
      constants: { LANES: lanes, LANE_NUMBERS: stateSize / lanes, QUADS: quads, TOKENS: scanTokens },
      overrides: {
        WG: scanThreads,
        HEADS: heads,
        GROUPS: groups,
        HEAD_QUADS: headDim / 4,
        MIXED_TOKEN: mixed,
        DT_START: inner + convolved,
      },
    },
  };
}
