import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { constantsOf, structOf } from '../gpu/wgsl.ts';
import { FRAGMENTS } from './fragments.ts';
import type { RowKernel } from './matvec.ts';
import { laneShape, type KernelTarget, type LaneShape } from './target.ts';
import { REPACK_THREADS, TUNING } from './tuning.ts';

/** `shaders/embed.wgsl`; workgroups [groups, tokens, 1]. */
export function embed(
  target: KernelTarget,
  shape: {
    readonly type: WeightTypeName;
    readonly rows: number;
    readonly firstRow: number;
    readonly rowUnits: number;
    readonly width: number;
    readonly scale: number;
  },
): RowKernel {
  const threads = TUNING[target.profile].embedThreads;
  return {
    groups: Math.ceil(shape.rowUnits / threads),
    kernel: {
      fragments: [FRAGMENTS.embed, FRAGMENTS.step, FRAGMENTS.weightsBuffer, ...weightType(shape.type).dequant],
      overrides: {
        WG: threads,
        ROWS: shape.rows,
        ROW_UNITS: shape.rowUnits,
        ROW_START: shape.firstRow,
        VECS: shape.width / 4,
        SCALE: shape.scale,
      },
    },
  };
}

/** `shaders/add_bias.wgsl`; workgroups [groups, tokens, 1]. */
export function addBias(target: KernelTarget, width: number, scale: number): RowKernel {
  const threads = TUNING[target.profile].elementThreads;
  const vecs = width / 4;
  return {
    groups: Math.ceil(vecs / threads),
    kernel: { fragments: [FRAGMENTS.addBias], overrides: { WG: threads, VECS: vecs, SCALE: scale } },
  };
}

export interface RmsNorm {
  /** Numbers in a row, rows a token, and numbers from one token to the next. */
  readonly length: number;
  readonly segments: number;
  readonly xToken: number;
  readonly yToken: number;
  /** Numbers from one segment's weights to the next one's. Default 0: they share them. */
  readonly weightSegment?: number;
  readonly epsilon: number;
  readonly lastOnly: boolean;
  /** Of the whole; default 1. */
  readonly scale?: number | undefined;
  /** Whether the mean is taken away first; default: it is not. */
  readonly centred?: boolean | undefined;
}

/** `shaders/rms_norm.wgsl`; workgroups in x: ceil(rows / perWorkgroup). */
export function rmsNorm(target: KernelTarget, shape: RmsNorm): { readonly kernel: Kernel; readonly lanes: LaneShape } {
  const lanes = laneShape(target);
  return {
    lanes,
    kernel: {
      fragments: [FRAGMENTS.rmsNorm, FRAGMENTS.step, lanes.fragment],
      enables: lanes.enables,
      overrides: {
        ...lanes.overrides,
        VECS: shape.length / 4,
        SEGMENTS: shape.segments,
        X_TOKEN: shape.xToken / 4,
        Y_TOKEN: shape.yToken / 4,
        EPSILON: shape.epsilon,
        SCALE: shape.scale ?? 1,
        CENTRED: Number(shape.centred ?? false),
        WEIGHT_SEGMENT: (shape.weightSegment ?? 0) / 4,
        LAST_ONLY: Number(shape.lastOnly),
      },
    },
  };
}

/** `shaders/add_normed.wgsl`; workgroups in x: ceil(tokens / perWorkgroup). */
export function addNormed(
  target: KernelTarget,
  shape: { readonly length: number; readonly epsilon: number; readonly scale: number; readonly hasFactor: boolean },
): { readonly kernel: Kernel; readonly lanes: LaneShape } {
  const lanes = laneShape(target);
  return {
    lanes,
    kernel: {
      fragments: [FRAGMENTS.addNormed, FRAGMENTS.step, lanes.fragment],
      enables: lanes.enables,
      overrides: {
        ...lanes.overrides,
        VECS: shape.length / 4,
        EPSILON: shape.epsilon,
        SCALE: shape.scale,
        FACTOR: Number(shape.hasFactor),
      },
    },
  };
}

/** `shaders/softcap.wgsl`; workgroups [groups, tokens, 1]. */
export function softcap(target: KernelTarget, width: number, cap: number): RowKernel {
  const threads = TUNING[target.profile].elementThreads;
  return {
    groups: Math.ceil(width / threads),
    kernel: { fragments: [FRAGMENTS.softcap], overrides: { WG: threads, WIDTH: width, CAP: cap } },
  };
}

/** One launch's piece of a matrix. */
export const REPACK = structOf(FRAGMENTS.repack.code, 'Repack', ['base', 'units', 'first', 'count']);
const { GROUPS_PER_ROW, GROUP_UNITS } = constantsOf(FRAGMENTS.repack.code, ['GROUPS_PER_ROW', 'GROUP_UNITS']);

/** `shaders/repack_*.wgsl`. */
export function repack(type: WeightTypeName): Kernel | undefined {
  const fragments = weightType(type).repack;
  return (
    fragments && {
      fragments: [...fragments, FRAGMENTS.repack],
      overrides: { WG: REPACK_THREADS },
    }
  );
}

export function repackWorkgroups(units: number): [number, number, number] {
  const groups = Math.ceil(units / GROUP_UNITS / REPACK_THREADS);
  return [Math.min(groups, GROUPS_PER_ROW), Math.ceil(groups / GROUPS_PER_ROW), 1];
}
