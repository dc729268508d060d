import type { Fragment } from '../gpu/kernel.ts';
import type { Gpu } from '../gpu/device.ts';
import { FRAGMENTS } from './fragments.ts';
import { TUNING } from './tuning.ts';

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

export function laneShape(target: KernelTarget): LaneShape {
  const threads = TUNING[target.profile].rowThreads;
  switch (target.profile) {
    case 'rows':
      return { fragment: FRAGMENTS.lanesOne, overrides: { WG: threads }, enables: [], perWorkgroup: threads };
    case 'lanes':
      return target.subgroups
        ? {
            fragment: FRAGMENTS.lanesSubgroup,
            overrides: { WG: threads, LANES: threads },
            enables: ['subgroups'],
            perWorkgroup: 1,
          }
        : {
            fragment: FRAGMENTS.lanesWorkgroup,
            overrides: { WG: threads, LANES: threads },
            enables: [],
            perWorkgroup: 1,
          };
    default:
      return target.profile satisfies never;
  }
}

/** How threads that want the same input vector load it; a workgroup of the `rows` profile is one subgroup of them. */
export function sharedX(target: KernelTarget): {
  readonly fragment: Fragment;
  readonly enables: readonly 'subgroups'[];
} {
  return target.profile === 'rows' && target.subgroups
    ? { fragment: FRAGMENTS.xShared, enables: ['subgroups'] }
    : { fragment: FRAGMENTS.xDirect, enables: [] };
}

/** The norm of an input vector, made by whoever reads it: of its first `length` numbers. */
export interface NormOnRead {
  readonly length: number;
  readonly epsilon: number;
}

/** How matrix rows are shared out to groups of lanes. */
export interface RowShape extends Omit<LaneShape, 'perWorkgroup' | 'fragment'> {
  readonly fragments: readonly Fragment[];
  readonly constants: { readonly GROUP_ROWS: number };
  readonly rowsPerWorkgroup: number;
}

/** @param norm of x, if it is not normed yet: then it is one vector */
export function rowShape(target: KernelTarget, norm?: NormOnRead): RowShape {
  const lanes = laneShape(target);
  const x = sharedX(target);
  const normed = x.fragment === FRAGMENTS.xShared ? FRAGMENTS.xNormedShared : FRAGMENTS.xNormed;
  const rows = TUNING[target.profile].groupRows;
  return {
    fragments: [FRAGMENTS.rows, lanes.fragment, norm ? normed : x.fragment],
    overrides: { ...lanes.overrides, ...(norm && { X_VECS: norm.length / 4, X_EPSILON: norm.epsilon }) },
    enables: [...lanes.enables, ...x.enables],
    constants: { GROUP_ROWS: rows },
    rowsPerWorkgroup: lanes.perWorkgroup * rows,
  };
}
