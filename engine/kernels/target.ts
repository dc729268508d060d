import type { Fragment } from '../gpu/kernel.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Choice, Choose, Site } from './choices.ts';
import { FRAGMENTS } from './fragments.ts';
import { type Tuning, TUNING } from './tuning.ts';
import { hasPairs, type WeightTypeName } from './weight-types.ts';

/** What a kernel has to know of the device in order to choose its shape. */
export interface KernelTarget extends Pick<Gpu, 'profile' | 'f16' | 'subgroups' | 'subgroupSize' | 'workgroupBytes'> {
  /** What was measured to be faster here than the profile's own shapes. */
  readonly choose?: Choose | undefined;
  /** Where it differs from that of the profile. */
  readonly tuning?: Partial<Tuning> | undefined;
}

export function tuningOf({ profile, tuning }: KernelTarget): Tuning {
  return tuning === undefined ? TUNING[profile] : { ...TUNING[profile], ...tuning };
}

/** The device as the kernels of a site shall see it. */
export function targetFor(target: KernelTarget, site: Site): KernelTarget {
  const choice = target.choose?.(site);
  return choice === undefined ? target : withChoice(target, choice);
}

export function withChoice(target: KernelTarget, { profile, f16, subgroups, tuning }: Choice): KernelTarget {
  return {
    ...target,
    ...(profile !== undefined && { profile }),
    ...(f16 !== undefined && { f16 }),
    ...(subgroups !== undefined && { subgroups }),
    ...(tuning !== undefined && { tuning }),
  };
}

/** How the threads of a workgroup share rows: one thread a row, or all lanes of the workgroup. */
export interface LaneShape {
  readonly fragment: Fragment;
  readonly overrides: Readonly<Record<string, number>>;
  readonly enables: readonly 'subgroups'[];
  /** Things (rows, or groups of four rows) that one workgroup makes. */
  readonly perWorkgroup: number;
}

export function laneShape(target: KernelTarget): LaneShape {
  const threads = tuningOf(target).rowThreads;
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
  readonly constants: { readonly GROUP_ROWS: number; readonly STAGED_UNITS?: number };
  readonly rowsPerWorkgroup: number;
  /** Whether it reads units in pairs, for which weights have fragments of their own. */
  readonly paired: boolean;
}

/** The matrix, as far as the shape of its product depends on it. */
export interface RowProduct {
  readonly type: WeightTypeName;
  readonly rows: number;
  /** Of a row. */
  readonly units: number;
  /** Whether the workgroups multiply many vectors; else all of one multiply the same x. */
  readonly manyInputs?: boolean;
  /** Of x, if it is not normed yet: then it is one vector. */
  readonly norm?: NormOnRead | undefined;
}

/** Units of x that a workgroup can hold, beside partial sums of its threads: in the 16 KiB that every device has, and in twice as much. */
const STAGED_UNITS = [
  { units: 92, workgroupBytes: 16_384 },
  { units: 184, workgroupBytes: 32_768 },
] as const;

function stagedUnits({ workgroupBytes = 16_384 }: KernelTarget, units: number): number | undefined {
  return STAGED_UNITS.find((each) => units <= each.units && each.workgroupBytes <= workgroupBytes)?.units;
}

/** Whether threads that work alone on such rows take two units at a time. */
function arePaired({ profile }: KernelTarget, { type, units }: RowProduct): boolean {
  return profile === 'rows' && hasPairs(type) && units % 2 === 0;
}

export function rowShape(target: KernelTarget, product: RowProduct): RowShape {
  const { norm } = product;
  const { lanes, x, groupRows, staged } = rowParts(target, product);
  const paired = arePaired(target, product);
  return {
    fragments: [...(paired ? [FRAGMENTS.rowsPaired, FRAGMENTS.dotRaw] : [FRAGMENTS.rows]), lanes.fragment, x.fragment],
    overrides: { ...lanes.overrides, ...(norm && { X_VECS: norm.length / 4, X_EPSILON: norm.epsilon }) },
    enables: [...new Set([...lanes.enables, ...x.enables])],
    constants: { GROUP_ROWS: groupRows, ...(staged !== undefined && { STAGED_UNITS: staged }) },
    rowsPerWorkgroup: lanes.perWorkgroup * groupRows,
    paired,
  };
}

function rowParts(
  target: KernelTarget,
  { rows, units, manyInputs = false, norm }: RowProduct,
): {
  readonly lanes: LaneShape;
  readonly x: ReturnType<typeof sharedX>;
  readonly groupRows: number;
  readonly staged?: number;
} {
  const tuning = tuningOf(target);
  switch (target.profile) {
    case 'rows': {
      const x = sharedX(target);
      const normed = x.fragment === FRAGMENTS.xShared ? FRAGMENTS.xNormedShared : FRAGMENTS.xNormed;
      return {
        lanes: laneShape(target),
        x: { ...x, fragment: norm ? normed : x.fragment },
        groupRows: tuning.groupRows,
      };
    }
    case 'lanes': {
      const hasFewRows = rows <= tuning.fewRows;
      const staged = hasFewRows || !tuning.stagesX || manyInputs ? undefined : stagedUnits(target, units);
      const direct = norm ? FRAGMENTS.xNormed : FRAGMENTS.xDirect;
      const whole = norm ? FRAGMENTS.xNormedStaged : FRAGMENTS.xStaged;
      return {
        lanes: groupedLanes(target, hasFewRows ? tuning.fewThreads : tuning.productThreads),
        x: { fragment: staged === undefined ? direct : whole, enables: [] },
        groupRows: hasFewRows ? 1 : tuning.groupRows,
        ...(staged !== undefined && { staged }),
      };
    }
    default:
      return target.profile satisfies never;
  }
}

/** Several groups of lanes in a workgroup: subgroups where all have one size. */
function groupedLanes(target: KernelTarget, threads: number): LaneShape {
  const { subgroups, subgroupSize } = target;
  const whole = subgroups && subgroupSize !== undefined && subgroupSize > 1 && threads % subgroupSize === 0;
  const lanes = whole ? subgroupSize : tuningOf(target).productLanes;
  return {
    fragment: whole ? FRAGMENTS.lanesWholeSubgroups : FRAGMENTS.lanesGroups,
    overrides: { WG: threads, LANES: lanes },
    enables: whole ? ['subgroups'] : [],
    perWorkgroup: threads / lanes,
  };
}
