import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { FRAGMENTS } from './fragments.ts';
import type { RowKernel } from './matvec.ts';
import { elementThreads, laneShape, type KernelTarget, type LaneShape } from './target.ts';

/** `shaders/embed.wgsl`: bindings 0 step, 1 tokens, 2 x, 10 E (or a shard); workgroups [groups, tokens, 1]. */
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
  const threads = target.profile === 'rows' ? 8 : 64;
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
      bindings: { 0: 'uniform', 1: 'read', 2: 'read_write', 10: 'read' },
    },
  };
}

export interface RmsNorm {
  /** Numbers in a row, rows a token, and numbers from one token to the next. */
  readonly length: number;
  readonly segments: number;
  readonly xToken: number;
  readonly yToken: number;
  readonly epsilon: number;
  readonly lastOnly: boolean;
}

/** `shaders/rms_norm.wgsl`: bindings 0 step, 1 x, 2 weight, 3 y; workgroups in x: ceil(rows / perWorkgroup). */
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
        LAST_ONLY: Number(shape.lastOnly),
      },
      bindings: { 0: 'uniform', 1: 'read', 2: 'read', 3: 'read_write' },
    },
  };
}

/** Where the rotated numbers are: floats from one token to the next, one head to the next, and before them in a head. */
export interface RopeStride {
  readonly token: number;
  readonly head: number;
  readonly offset: number;
}

export interface Rope {
  readonly heads: number;
  readonly ropeDim: number;
  readonly pairing: 'neox' | 'interleaved';
  readonly x: RopeStride;
  /** Omitted: in place. */
  readonly y?: RopeStride;
}

/** `shaders/rope.wgsl`: bindings 0 step, 1 table, 2 y, 3 x unless in place; workgroups [groups, tokens, 1]. */
export function rope(target: KernelTarget, shape: Rope): RowKernel {
  const threads = elementThreads(target);
  const { x, y = shape.x } = shape;
  return {
    groups: Math.ceil((shape.heads * shape.ropeDim) / 2 / threads),
    kernel: {
      fragments: [FRAGMENTS.rope, FRAGMENTS.step, shape.y ? FRAGMENTS.ropeOut : FRAGMENTS.ropeInPlace],
      overrides: {
        WG: threads,
        HEADS: shape.heads,
        ROPE_DIM: shape.ropeDim,
        X_TOKEN: x.token,
        X_HEAD: x.head,
        X_OFFSET: x.offset,
        Y_TOKEN: y.token,
        Y_HEAD: y.head,
        Y_OFFSET: y.offset,
        NEOX: Number(shape.pairing === 'neox'),
      },
      bindings: { 0: 'uniform', 1: 'read', 2: 'read_write', ...(shape.y && { 3: 'read' as const }) },
    },
  };
}

/** Threads of a repack workgroup, and workgroups in x of a folded dispatch (GROUPS_PER_ROW in the shader). */
const REPACK_THREADS = 32;
const REPACK_ROW = 32768;
/** Units that one thread repacks. */
const REPACK_UNITS = 8;

/** `shaders/repack_*.wgsl`: bindings 0 piece (base, units, first, count), 1 raw bytes, 2 planes. */
export function repack(type: WeightTypeName): Kernel | undefined {
  const fragments = weightType(type).repack;
  return (
    fragments && {
      fragments: [...fragments, FRAGMENTS.repack],
      overrides: { WG: REPACK_THREADS },
      bindings: { 0: 'uniform', 1: 'read', 2: 'read_write' },
    }
  );
}

export function repackWorkgroups(units: number): [number, number, number] {
  const groups = Math.ceil(units / REPACK_UNITS / REPACK_THREADS);
  return [Math.min(groups, REPACK_ROW), Math.ceil(groups / REPACK_ROW), 1];
}
