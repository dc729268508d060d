import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { constantsOf, structOf } from '../gpu/wgsl.ts';
import { FRAGMENTS } from './fragments.ts';
import { rowUnits } from './packed-matrix.ts';
import type { KernelTarget, NormOnRead } from './target.ts';
import { MANY_EXPERTS, TUNING } from './tuning.ts';

const { SOFTMAX, SIGMOID, SOFTMAX_CHOSEN } = constantsOf(FRAGMENTS.router.code, [
  'SOFTMAX',
  'SIGMOID',
  'SOFTMAX_CHOSEN',
]);

/** How logits become scores. */
export const GATINGS = { softmax: SOFTMAX, sigmoid: SIGMOID, 'softmax-chosen': SOFTMAX_CHOSEN } as const;
export type Gating = keyof typeof GATINGS;

export interface RouterShape {
  readonly type: WeightTypeName;
  readonly width: number;
  readonly experts: number;
  readonly used: number;
  /** 1 and 1 where experts are not in groups. */
  readonly groups: number;
  readonly groupsUsed: number;
  readonly gating: Gating;
  /** A bias for the choice, which weights do not see. */
  readonly hasBias: boolean;
  /** A bias of the logits. */
  readonly hasLogitBias: boolean;
  /** Whether the chosen experts' weights are divided by their sum. */
  readonly normalize: boolean;
  readonly weightScale: number;
  /** Whether the trace has a row for each of the step's tokens, and not for the last one alone. */
  readonly traceAll?: boolean;
}

/** One choice of the router, in a buffer. */
export const ROUTE = structOf(FRAGMENTS.route.code, 'Route', ['expert', 'slot', 'weight']);

/** What the trace tells of one choice; each token's row is `used + 1` of them, the last being the best that was not chosen. */
export const TRACED_ROUTE = structOf(FRAGMENTS.router.code, 'TracedRoute', ['expert', 'weight', 'score', 'choice']);
/** The expert of that last one, where all are chosen: of 16 bits, as traces are kept. */
export const NOBODY = constantsOf(FRAGMENTS.router.code, ['NOBODY']).NOBODY & 0xffff;

/** `shaders/router.wgsl` with the product of its matrix; workgroups [tokens, 1, 1]. */
export function router(target: KernelTarget, shape: RouterShape): Kernel {
  const { routerLanes } = TUNING[target.profile];
  const choice = chooser(target, shape);
  return {
    fragments: [
      ...choice.fragments.filter((fragment) => fragment !== FRAGMENTS.logitsGiven),
      FRAGMENTS.logitsOwn,
      FRAGMENTS.weightsBuffer,
      ...weightType(shape.type).dequant,
    ],
    overrides: {
      ...choice.overrides,
      ROW_LANES: shape.experts > MANY_EXPERTS ? routerLanes.many : routerLanes.few,
      ROW_UNITS: rowUnits(shape.width),
      X_TOKEN: shape.width / 4,
    },
  };
}

/**
 * The same where a product of its own has made the logits; workgroups [tokens, 1, 1].
 * @param norm of x, which that product normed for itself: one token's is left for the experts
 */
export function chooser(target: KernelTarget, shape: Omit<RouterShape, 'type' | 'width'>, norm?: NormOnRead): Kernel {
  const logits = norm ? FRAGMENTS.logitsBeside : FRAGMENTS.logitsGiven;
  return {
    fragments: [FRAGMENTS.router, FRAGMENTS.step, FRAGMENTS.route, logits],
    overrides: {
      WG: TUNING[target.profile].routerThreads,
      EXPERTS: shape.experts,
      USED: shape.used,
      GROUPS: shape.groups,
      GROUPS_USED: shape.groupsUsed,
      GATING: GATINGS[shape.gating],
      HAS_BIAS: Number(shape.hasBias),
      HAS_LOGIT_BIAS: Number(shape.hasLogitBias),
      NORMALIZE: Number(shape.normalize),
      WEIGHT_SCALE: shape.weightScale,
      TRACE_ALL: Number(shape.traceAll ?? false),
      ...(norm && { X_WIDTH: norm.length, X_EPSILON: norm.epsilon }),
    },
  };
}
