import { weightFragments, type WeightTypeName } from './weight-types.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { structOf } from '../gpu/wgsl.ts';
import { type ActivationFunction, activationFragment, activationLimit, SILU } from './activations.ts';
import { FRAGMENTS, POOL_FRAGMENTS } from './fragments.ts';
import { matmulShape } from './matmul.ts';
import { type GateUpPart, gateUpRows, type RowKernel } from './matvec.ts';
import { type MatrixPlace, placeMatrix, rowUnits, type Sides } from './packed-matrix.ts';
import type { Product } from './product.ts';
import { type KernelTarget, laneShape, type LaneShape, rowShape } from './target.ts';
import { TUNING } from './tuning.ts';

/** One matrix of an expert. */
export interface MatrixLayout extends Sides {
  readonly type: WeightTypeName;
}

/** What one expert's page holds: gate [hidden, width], up [hidden, width], down [width, hidden], each with what belongs to it. */
export interface PageLayout {
  /** Missing where the activation takes none. */
  readonly gate: MatrixLayout | undefined;
  readonly up: MatrixLayout;
  readonly down: MatrixLayout;
  /** Size of what experts read and write, mostly of the residual stream, and of the expert's hidden layer. */
  readonly width: number;
  readonly hidden: number;
}

/** The pool buffers that a layer's pages lie in: all pages have one size, so a slot number finds any of them. */
export interface PoolShape {
  readonly pools: 1 | 2 | 4;
  readonly slotsPerPool: number;
  readonly pageVecs: number;
}

export interface PagePlaces {
  readonly gate: MatrixPlace | undefined;
  readonly up: MatrixPlace;
  readonly down: MatrixPlace;
  /** Vec4s of a page. */
  readonly end: number;
}

/** Where each matrix lies in a page. */
export function pagePlaces({ gate, up, down, width, hidden }: PageLayout): PagePlaces {
  const first = gate && placeMatrix(gate, hidden, width, 0);
  const second = placeMatrix(up, hidden, width, first?.end ?? 0);
  const third = placeMatrix(down, width, hidden, second.end);
  return { gate: first?.place, up: second.place, down: third.place, end: third.end };
}

function poolOverrides(pool: PoolShape): Record<string, number> {
  return { SLOTS_PER_POOL: pool.slotsPerPool, PAGE_VECS: pool.pageVecs };
}

/** `shaders/gate_up.wgsl` of the chosen experts; workgroups [groups, used, 1]. */
export function expertGateUp(
  target: KernelTarget,
  part: GateUpPart,
  layout: PageLayout,
  pool: PoolShape,
  activation: ActivationFunction,
): RowKernel {
  const { gate, up } = pagePlaces(layout);
  const shape = { rows: layout.hidden, rowUnits: rowUnits(layout.width), gate, up, activation };
  return gateUpRows(target, part, shape, [FRAGMENTS.slotRouted, POOL_FRAGMENTS[pool.pools]], poolOverrides(pool));
}

/** `shaders/expert_down.wgsl`; workgroups [groups, 1, 1]. */
export function expertDown(
  target: KernelTarget,
  layout: PageLayout,
  pool: PoolShape,
  options: { readonly used: number; readonly scale: number },
): RowKernel {
  const { down } = pagePlaces(layout);
  const shape = { type: down.type, rows: layout.width, units: rowUnits(layout.hidden), manyInputs: true };
  const lanes = rowShape(target, shape);
  return {
    groups: Math.ceil(layout.width / lanes.rowsPerWorkgroup),
    kernel: {
      fragments: [
        FRAGMENTS.expertDown,
        target.profile === 'lanes' ? FRAGMENTS.chosenSpread : FRAGMENTS.chosenEach,
        FRAGMENTS.route,
        FRAGMENTS.beside,
        ...lanes.fragments,
        POOL_FRAGMENTS[pool.pools],
        ...weightFragments(down.type, lanes.paired),
      ],
      enables: lanes.enables,
      constants: lanes.constants,
      overrides: {
        ...lanes.overrides,
        ...poolOverrides(pool),
        ROWS: layout.width,
        ROW_UNITS: rowUnits(layout.hidden),
        DOWN_BASE: down.base,
        DOWN_FACTOR: down.factor,
        DOWN_BIAS: down.bias,
        H_STRIDE: layout.hidden / 4,
        USED: options.used,
        SCALE: options.scale,
      },
    },
  };
}

/** Which projection of the experts a prefill product makes. */
export type ExpertProjection = 'gate' | 'up' | 'down';

/**
 * A matmul over the tiles of `sort_routes`; workgroups indirect.
 * `up` finishes what `gate` has left in y, or is alone: activate(gate, up).
 */
export function expertMatmul(
  target: KernelTarget,
  projection: ExpertProjection,
  layout: PageLayout,
  pool: PoolShape,
  used: number,
  activation: ActivationFunction,
): RowKernel & { readonly product: Product } {
  const place = pagePlaces(layout)[projection];
  if (place === undefined) throw new RangeError(`these experts have no ${projection}`);
  const isDown = projection === 'down';
  const rows = isDown ? layout.width : layout.hidden;
  const columns = isDown ? layout.hidden : layout.width;
  const shape = matmulShape(target);
  return {
    groups: Math.ceil(rows / shape.rowsPerWorkgroup),
    product: {
      rows,
      rowUnits: rowUnits(columns),
      wBase: place.base,
      wRows: rows,
      xToken: columns,
      yToken: rows,
      xUsed: isDown ? 1 : used,
      epilogue: projection === 'up' ? 'gate' : 'store',
      scale: 1,
      beside: place,
      limit: projection === 'up' ? activationLimit(activation) : 0,
    },
    kernel: {
      fragments: [
        ...shape.fragments,
        FRAGMENTS.product,
        FRAGMENTS.beside,
        activationFragment(projection === 'up' ? activation : SILU),
        FRAGMENTS.tileExpert,
        FRAGMENTS.expertTiles,
        FRAGMENTS.route,
        POOL_FRAGMENTS[pool.pools],
        ...weightFragments(place.type, shape.raw),
      ],
      enables: shape.enables,
      aliases: shape.aliases,
      constants: shape.constants,
      overrides: { ...shape.overrides, ...poolOverrides(pool) },
    },
  };
}

/** Most tiles that `sort_routes` can leave: one partial tile an expert besides the full ones. */
export function maxExpertTiles(target: KernelTarget, tokens: number, used: number, experts: number): number {
  const entries = tokens * used;
  return Math.floor(entries / TUNING[target.profile].tileTokens) + Math.min(experts, entries);
}

const TILE = structOf(FRAGMENTS.expertTiles.code, 'ExpertTile', ['slot', 'first', 'count']);
export const EXPERT_TILE_BYTES = TILE.bytes;

/** Workgroup counts that `sort_routes` leaves: three words for gate and up, three for down. */
export const EXPERT_DISPATCH = { bytes: 24, gateAndUp: 0, down: 12 } as const;

/** `shaders/sort_routes.wgsl`; one workgroup. */
export function sortRoutes(
  target: KernelTarget,
  shape: {
    readonly experts: number;
    readonly used: number;
    readonly upGroups: number;
    readonly downGroups: number;
  },
): Kernel {
  return {
    fragments: [FRAGMENTS.sortRoutes, FRAGMENTS.step, FRAGMENTS.route, FRAGMENTS.expertTiles],
    constants: { TILE_TOKENS: TUNING[target.profile].tileTokens },
    overrides: {
      WG: TUNING[target.profile].sortThreads,
      EXPERTS: shape.experts,
      USED: shape.used,
      UP_GROUPS: shape.upGroups,
      DOWN_GROUPS: shape.downGroups,
    },
  };
}

/** `shaders/combine.wgsl`; workgroups [groups, tokens, 1]. */
export function combine(
  target: KernelTarget,
  shape: { readonly width: number; readonly used: number; readonly scale: number },
): RowKernel {
  const threads = TUNING[target.profile].elementThreads;
  const vecs = shape.width / 4;
  return {
    groups: Math.ceil(vecs / threads),
    kernel: {
      fragments: [FRAGMENTS.combine, FRAGMENTS.route],
      overrides: { WG: threads, VECS: vecs, USED: shape.used, SCALE: shape.scale },
    },
  };
}

/** `shaders/gate_rows.wgsl`; workgroups in x: ceil(tokens / perWorkgroup). */
export function gateRows(
  target: KernelTarget,
  shape: { readonly width: number; readonly hidden: number },
): { readonly kernel: Kernel; readonly lanes: LaneShape } {
  const lanes = laneShape(target);
  return {
    lanes,
    kernel: {
      fragments: [FRAGMENTS.gateRows, FRAGMENTS.step, lanes.fragment],
      enables: lanes.enables,
      overrides: { ...lanes.overrides, X_VECS: shape.width / 4, H_VECS: shape.hidden / 4 },
    },
  };
}
