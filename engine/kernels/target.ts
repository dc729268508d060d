import type { Fragment } from '../gpu/kernel.ts';
import type { Gpu, KernelProfile } from '../gpu/device.ts';
import { FRAGMENTS } from './fragments.ts';

/** What a kernel has to know of the device in order to choose its shape. */
export type KernelTarget = Pick<Gpu, 'profile' | 'f16' | 'subgroups'>;

/** How the threads of a workgroup share rows: one thread a row, or all lanes of the workgroup. */
export interface LaneShape {
  readonly fragment: Fragment;
  readonly overrides: Readonly<Record<string, number>>;
  readonly enables: readonly 'subgroups'[];
  /** Things (rows, or groups of four rows) that one workgroup makes. */
  readonly perWorkgroup: number;
}

/** Threads of a workgroup that works on one thing; measured best sizes may differ a device. */
const LANES = 64;

export function laneShape(target: KernelTarget): LaneShape {
  switch (target.profile) {
    case 'rows':
      return {
        fragment: FRAGMENTS.lanesOne,
        overrides: { WG: VECTOR_THREADS },
        enables: [],
        perWorkgroup: VECTOR_THREADS,
      };
    case 'lanes':
      return target.subgroups
        ? {
            fragment: FRAGMENTS.lanesSubgroup,
            overrides: { WG: LANES, LANES },
            enables: ['subgroups'],
            perWorkgroup: 1,
          }
        : { fragment: FRAGMENTS.lanesWorkgroup, overrides: { WG: LANES, LANES }, enables: [], perWorkgroup: 1 };
    default:
      return target.profile satisfies never;
  }
}

/** Threads that a software adapter runs as one vector, and as one subgroup. */
export const VECTOR_THREADS = 4;

/** How threads that want the same input vector load it; a workgroup of the `rows` profile has VECTOR_THREADS of them. */
export function sharedX(target: KernelTarget): {
  readonly fragment: Fragment;
  readonly enables: readonly 'subgroups'[];
} {
  return target.profile === 'rows' && target.subgroups
    ? { fragment: FRAGMENTS.xShared, enables: ['subgroups'] }
    : { fragment: FRAGMENTS.xDirect, enables: [] };
}

/** How matrix rows are shared out to groups of lanes. */
export interface RowShape extends Omit<LaneShape, 'perWorkgroup' | 'fragment'> {
  readonly fragments: readonly Fragment[];
  readonly constants: { readonly GROUP_ROWS: number };
  readonly rowsPerWorkgroup: number;
}

/** Rows that a group makes at a time, a multiple of 4: more share each load of x, fewer keep more cores busy. */
const GROUP_ROWS = { rows: 8, lanes: 4 } as const satisfies Record<KernelProfile, number>;

export function rowShape(target: KernelTarget): RowShape {
  const lanes = laneShape(target);
  const x = sharedX(target);
  const rows = GROUP_ROWS[target.profile];
  return {
    fragments: [FRAGMENTS.rows, lanes.fragment, x.fragment],
    overrides: lanes.overrides,
    enables: [...lanes.enables, ...x.enables],
    constants: { GROUP_ROWS: rows },
    rowsPerWorkgroup: lanes.perWorkgroup * rows,
  };
}

/** Workgroup size of kernels whose threads work alone on one element each. */
export function elementThreads(target: KernelTarget): number {
  return target.profile === 'rows' ? 32 : 128;
}
