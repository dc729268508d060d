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

/** @param threads Workgroup size where one thread works alone: as many as a software adapter runs as one vector. */
export function laneShape(target: KernelTarget, threads = 4): LaneShape {
  switch (target.profile) {
    case 'rows':
      return { fragment: FRAGMENTS.lanesOne, overrides: { WG: threads }, enables: [], perWorkgroup: threads };
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

/** How matrix rows are shared out to groups of lanes. */
export interface RowShape extends Omit<LaneShape, 'perWorkgroup'> {
  readonly constants: { readonly GROUP_ROWS: number };
  readonly rowsPerWorkgroup: number;
}

/** Rows that a group makes at a time, a multiple of 4: more share each load of x, fewer keep more cores busy. */
const GROUP_ROWS = { rows: 8, lanes: 4 } as const satisfies Record<KernelProfile, number>;

export function rowShape(target: KernelTarget): RowShape {
  const { perWorkgroup, ...lanes } = laneShape(target);
  const rows = GROUP_ROWS[target.profile];
  return { ...lanes, constants: { GROUP_ROWS: rows }, rowsPerWorkgroup: perWorkgroup * rows };
}

/** Workgroup size of kernels whose threads work alone on one element each. */
export function elementThreads(target: KernelTarget): number {
  return target.profile === 'rows' ? 32 : 128;
}
