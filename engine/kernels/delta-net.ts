import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { FRAGMENTS } from './fragments.ts';
import type { KernelTarget, LaneShape } from './target.ts';
import { laneShape } from './target.ts';
import { TUNING } from './tuning.ts';

/** What fades of a state at a token: a head as a whole, or each key channel by itself, by no more than exp(lowerBound). */
export type Decay = { readonly kind: 'head' } | { readonly kind: 'channel'; readonly lowerBound: number };

/**
 * How heads share keys: head h has those of h mod `keyHeads` (`dealt`), or neighbours have the same (`grouped`); then a row has for each
 * key head the numbers before β's sigmoid of its heads, and then those before their decay.
 */
export type HeadOrder = 'dealt' | 'grouped';

const ORDERS = { dealt: FRAGMENTS.headsDealt, grouped: FRAGMENTS.headsGrouped } as const satisfies Record<
  HeadOrder,
  Fragment
>;

/** Numbers in rows that hold other things too: how long the rows are, and where the numbers begin. */
export interface InRow {
  readonly token: number;
  readonly start: number;
}

/** The gated delta rule. Sizes in floats. */
export interface DeltaNet {
  /** Heads of values. */
  readonly heads: number;
  readonly keyHeads: number;
  readonly order: HeadOrder;
  /** Of a head, a multiple of 4. */
  readonly keyDim: number;
  readonly valueDim: number;
  /** From one token to the next in x [tokens, queries | keys | values]. */
  readonly xToken: number;
  readonly decay: Decay;
  /** Where the numbers before β's sigmoid and before the decay are. */
  readonly beta: InRow;
  readonly gate: InRow;
  /** Shorter queries and keys are not made as long as 1. */
  readonly epsilon: number;
  /** Of the queries. */
  readonly scale: number;
}

/** Numbers of a state, [heads, keyDim / 4, valueDim, 4]. */
export function deltaStateSize({ heads, keyDim, valueDim }: Pick<DeltaNet, 'heads' | 'keyDim' | 'valueDim'>): number {
  return heads * keyDim * valueDim;
}

/** Workgroup memory of 16 KiB, which every device has, holds queries, keys and decays of so many numbers, and sums. */
const TILE_NUMBERS = 1024;
/** A function's variables may take 8 KiB in WGSL: a thread's state takes half of it at most. */
const DIRECT_VECS = 256;

/** `shaders/delta_net.wgsl`, or `delta_net_direct.wgsl` where barriers are dear; workgroups [groups, heads, 1], whatever the tokens. */
export function deltaNet(target: KernelTarget, shape: DeltaNet): { readonly kernel: Kernel; readonly groups: number } {
  const { heads, keyHeads, valueDim, decay } = shape;
  const { deltaColumns, deltaParts, deltaTokens, rowThreads } = TUNING[target.profile];
  const keyVecs = shape.keyDim / 4;
  const gateVecs = decay.kind === 'head' ? 1 : keyVecs;
  const gateUnit = decay.kind === 'head' ? 1 : 4;
  const overrides = {
    HEADS: heads,
    KEY_HEADS: keyHeads,
    VALUES: valueDim,
    X_TOKEN: shape.xToken / 4,
    BETA_TOKEN: shape.beta.token,
    BETA_START: shape.beta.start,
    GATE_TOKEN: shape.gate.token / gateUnit,
    GATE_START: shape.gate.start / gateUnit,
    EPSILON: shape.epsilon,
    SCALE: shape.scale,
    ...(decay.kind === 'channel' && { LOWER_BOUND: decay.lowerBound }),
  };
  const fragments: readonly Fragment[] = [FRAGMENTS.step, DECAYS[decay.kind], ORDERS[shape.order]];
  switch (target.profile) {
    case 'rows': {
      const columns = Math.max(1, Math.min(deltaColumns, Math.floor(DIRECT_VECS / keyVecs)));
      return {
        groups: Math.ceil(valueDim / (columns * rowThreads)),
        kernel: {
          fragments: [FRAGMENTS.deltaNetDirect, ...fragments],
          constants: { KEY_VECS: keyVecs, COLUMNS: columns },
          overrides: { ...overrides, GATE_VECS: gateVecs, WG: rowThreads },
        },
      };
    }
    case 'lanes': {
      const columns = Math.min(deltaColumns, valueDim);
      const parts = greatestDivisor(keyVecs, deltaParts);
      const tile = Math.max(1, Math.min(deltaTokens, Math.floor(TILE_NUMBERS / shape.keyDim)));
      return {
        groups: Math.ceil(valueDim / columns),
        kernel: {
          fragments: [FRAGMENTS.deltaNet, ...fragments],
          constants: {
            ...{ VECS: keyVecs / parts, KEY_VECS: keyVecs, GATE_VECS: gateVecs },
            ...{ WG: columns * parts, COLUMNS: columns, PARTS: parts, TILE: tile },
          },
          overrides,
        },
      };
    }
    default:
      return target.profile satisfies never;
  }
}

const DECAYS = { head: FRAGMENTS.decayHead, channel: FRAGMENTS.decayChannel } as const satisfies Record<
  Decay['kind'],
  Fragment
>;

/** The greatest number up to `most` that divides `value`. */
function greatestDivisor(value: number, most: number): number {
  for (let divisor = Math.min(value, most); divisor > 1; divisor--) if (value % divisor === 0) return divisor;
  return 1;
}

/** What opens the gate of a gated norm. */
export type Opening = 'silu' | 'sigmoid';

const OPENINGS = { silu: FRAGMENTS.openingSilu, sigmoid: FRAGMENTS.openingSigmoid } as const satisfies Record<
  Opening,
  Fragment
>;

/** `shaders/gated_norm.wgsl`; workgroups in x: ceil(tokens · heads / perWorkgroup). */
export function gatedNorm(
  target: KernelTarget,
  shape: {
    readonly heads: number;
    readonly length: number;
    readonly z: InRow;
    readonly epsilon: number;
    readonly opening: Opening;
  },
): { readonly kernel: Kernel; readonly lanes: LaneShape } {
  const lanes = laneShape(target);
  return {
    lanes,
    kernel: {
      fragments: [FRAGMENTS.gatedNorm, FRAGMENTS.step, OPENINGS[shape.opening], lanes.fragment],
      enables: lanes.enables,
      overrides: {
        ...lanes.overrides,
        VECS: shape.length / 4,
        HEADS: shape.heads,
        Z_TOKEN: shape.z.token / 4,
        Z_START: shape.z.start / 4,
        EPSILON: shape.epsilon,
      },
    },
  };
}
