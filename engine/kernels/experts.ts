import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { structOf } from '../gpu/wgsl.ts';
import { ACTIVATION_FRAGMENTS, FRAGMENTS, POOL_FRAGMENTS } from './fragments.ts';
import { matmulShape } from './matmul.ts';
import { gateUpRows, type RowKernel } from './matvec.ts';
import { packedVecs, rowUnits } from './packed-matrix.ts';
import type { Product } from './product.ts';
import { type KernelTarget, rowShape } from './target.ts';
import { TUNING } from './tuning.ts';

/** What one expert's page holds: gate [hidden, width], up [hidden, width], down [width, hidden], one after the other. */
export interface PageLayout {
  readonly gateUpType: WeightTypeName;
  readonly downType: WeightTypeName;
  /** Size of the residual stream, and of the expert's hidden layer. */
  readonly width: number;
  readonly hidden: number;
}

/** The pool buffers that a layer's pages lie in: all pages have one size, so a slot number finds any of them. */
export interface PoolShape {
  readonly pools: 1 | 2 | 4;
  readonly slotsPerPool: number;
  readonly pageVecs: number;
}

/** First vec4 of each matrix in a page, and the vec4s in all. */
export function pageOffsets(layout: PageLayout): { readonly up: number; readonly down: number; readonly end: number } {
  const up = packedVecs(layout.gateUpType, layout.hidden * rowUnits(layout.width));
  const down = 2 * up;
  return { up, down, end: down + packedVecs(layout.downType, layout.width * rowUnits(layout.hidden)) };
}

function poolOverrides(pool: PoolShape): Record<string, number> {
  return { SLOTS_PER_POOL: pool.slotsPerPool, PAGE_VECS: pool.pageVecs };
}

/** `shaders/gate_up.wgsl` of the chosen experts; workgroups [groups, used, 1]. */
export function expertGateUp(target: KernelTarget, layout: PageLayout, pool: PoolShape): RowKernel {
  const shape = { rows: layout.hidden, rowUnits: rowUnits(layout.width), upBase: pageOffsets(layout).up };
  const source = [FRAGMENTS.slotRouted, POOL_FRAGMENTS[pool.pools]];
  return gateUpRows(target, layout.gateUpType, shape, source, poolOverrides(pool));
}

/** `shaders/expert_down.wgsl`; workgroups [groups, 1, 1]. */
export function expertDown(
  target: KernelTarget,
  layout: PageLayout,
  pool: PoolShape,
  options: { readonly used: number; readonly scale: number },
): RowKernel {
  const lanes = rowShape(target);
  return {
    groups: Math.ceil(layout.width / lanes.rowsPerWorkgroup),
    kernel: {
      fragments: [
        FRAGMENTS.expertDown,
        FRAGMENTS.route,
        ...lanes.fragments,
        POOL_FRAGMENTS[pool.pools],
        ...weightType(layout.downType).dequant,
      ],
      enables: lanes.enables,
      constants: lanes.constants,
      overrides: {
        ...lanes.overrides,
        ...poolOverrides(pool),
        ROWS: layout.width,
        ROW_UNITS: rowUnits(layout.hidden),
        DOWN_BASE: pageOffsets(layout).down,
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
 * `up` finishes what `gate` has left in y: activate(gate, up).
 */
export function expertMatmul(
  target: KernelTarget,
  projection: ExpertProjection,
  layout: PageLayout,
  pool: PoolShape,
  used: number,
): RowKernel & { readonly product: Product } {
  const offsets = pageOffsets(layout);
  const isDown = projection === 'down';
  const rows = isDown ? layout.width : layout.hidden;
  const columns = isDown ? layout.hidden : layout.width;
  const shape = matmulShape(target);
  return {
    groups: Math.ceil(rows / shape.rowsPerWorkgroup),
    product: {
      rows,
      rowUnits: rowUnits(columns),
      wBase: { gate: 0, up: offsets.up, down: offsets.down }[projection],
      wRows: rows,
      xToken: columns,
      yToken: rows,
      xUsed: isDown ? 1 : used,
      epilogue: projection === 'up' ? 'gate' : 'store',
      scale: 1,
    },
    kernel: {
      fragments: [
        ...shape.fragments,
        FRAGMENTS.product,
        ACTIVATION_FRAGMENTS.silu,
        FRAGMENTS.tileExpert,
        FRAGMENTS.expertTiles,
        FRAGMENTS.route,
        POOL_FRAGMENTS[pool.pools],
        ...weightType(isDown ? layout.downType : layout.gateUpType).dequant,
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
  return Math.floor(entries / matmulShape(target).tileTokens) + Math.min(experts, entries);
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
    constants: { TILE_TOKENS: matmulShape(target).tileTokens },
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
