import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { type KvFormat, KV_LAYOUTS } from './attention.ts';
import { FRAGMENTS } from './fragments.ts';
import { type KernelTarget, type LaneShape, laneShape } from './target.ts';

/** Rotary position embedding of the first `ropeDim` numbers of a head: number i is paired with i + ropeDim / 2 (`neox`), or 2i with 2i + 1. */
export interface Rotation {
  readonly ropeDim: number;
  readonly pairing: 'neox' | 'interleaved';
}

/** What goes to caches is written there in their format, or (`none`) left as f32 [tokens, row], to be cached by {@link kvWriteQ80}. */
export type PlaceFormat = Exclude<KvFormat, 'q8_0'> | 'none';

/** How the heads of a row [queries | keys | values] become what attention reads. Sizes in floats. */
export interface PlaceHeads {
  readonly heads: number;
  readonly kvHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly x: {
    readonly token: number;
    /** From one query to the next. */
    readonly queryHead: number;
    readonly keyStart: number;
    /** May be that of the keys. */
    readonly valueStart: number;
  };
  /** Of queries and keys: over each head by itself, or over all of a token's. */
  readonly norm: 'head' | 'row' | undefined;
  readonly valueNorm: boolean;
  readonly epsilon: number;
  /** Of queries and keys. */
  readonly rope: Rotation | undefined;
  /** From one row of the caches to the next. */
  readonly keyRow: number;
  readonly valueRow: number;
  readonly ringRows?: number | undefined;
}

interface PlacingKernel {
  readonly kernel: Kernel;
  readonly lanes: LaneShape;
}

/** `shaders/place_heads.wgsl`; workgroups [ceil((heads + 2 · kvHeads) / perWorkgroup), tokens, 1]. */
export function placeHeads(target: KernelTarget, format: PlaceFormat, shape: PlaceHeads): PlacingKernel {
  return placing(target, format, FRAGMENTS.placeHeads, shape.rope, shape.ringRows, {
    HEADS: shape.heads,
    KV_HEADS: shape.kvHeads,
    KEY_DIM: shape.keyDim,
    VALUE_DIM: shape.valueDim,
    X_TOKEN: shape.x.token,
    Q_HEAD: shape.x.queryHead,
    K_START: shape.x.keyStart,
    V_START: shape.x.valueStart,
    NORMED: Number(shape.norm !== undefined),
    ROW_NORM: Number(shape.norm === 'row'),
    VALUE_NORMED: Number(shape.valueNorm),
    EPSILON: shape.epsilon,
    K_ROW: shape.keyRow / 4,
    V_ROW: shape.valueRow / 4,
  });
}

/** How a token's row [latent | shared key] and the rotary numbers of its queries become what latent attention reads. Sizes in floats. */
export interface PlaceLatent {
  readonly heads: number;
  readonly latent: number;
  readonly rope: Rotation;
  readonly epsilon: number;
  readonly kv: { readonly token: number; readonly start: number };
  /** `start`: before a head's rotary numbers. */
  readonly x: { readonly token: number; readonly head: number; readonly start: number };
  /** From one row of the cache to the next. */
  readonly cacheRow: number;
}

/** `shaders/place_latent.wgsl`; workgroups [ceil((1 + heads) / perWorkgroup), tokens, 1]. */
export function placeLatent(target: KernelTarget, format: PlaceFormat, shape: PlaceLatent): PlacingKernel {
  return placing(target, format, FRAGMENTS.placeLatent, shape.rope, undefined, {
    HEADS: shape.heads,
    LATENT: shape.latent,
    KV_TOKEN: shape.kv.token,
    KV_START: shape.kv.start,
    X_TOKEN: shape.x.token,
    X_HEAD: shape.x.head,
    X_START: shape.x.start,
    EPSILON: shape.epsilon,
    CACHE_ROW: shape.cacheRow / 4,
  });
}

function placing(
  target: KernelTarget,
  format: PlaceFormat,
  main: Fragment,
  rope: Rotation | undefined,
  ringRows: number | undefined,
  overrides: Readonly<Record<string, number>>,
): PlacingKernel {
  const lanes = laneShape(target);
  const { pack, aliases } = KV_LAYOUTS[format === 'none' ? 'f32' : format];
  return {
    lanes,
    kernel: {
      fragments: [main, FRAGMENTS.turn, FRAGMENTS.step, FRAGMENTS.ring, pack, lanes.fragment],
      enables: lanes.enables,
      aliases,
      overrides: {
        ...lanes.overrides,
        ...overrides,
        ROPE_DIM: rope?.ropeDim ?? 0,
        NEOX: Number(rope?.pairing === 'neox'),
        ROWS: ringRows ?? 0,
        BY_TOKEN: Number(format === 'none'),
      },
    },
  };
}
