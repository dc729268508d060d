import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { FRAGMENTS } from './fragments.ts';
import { rowUnits } from './packed-matrix.ts';
import type { KernelTarget } from './target.ts';

/** How logits become scores; numbers as in `shaders/router.wgsl`. */
export const GATINGS = { softmax: 1, sigmoid: 2, 'softmax-chosen': 3 } as const;
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
  readonly hasBias: boolean;
  /** Whether the chosen experts' weights are divided by their sum. */
  readonly normalize: boolean;
  readonly weightScale: number;
}

/** Beyond this, partial sums of 8 threads an expert no longer fit the 16 KiB of workgroup memory that every device has. */
const MANY_EXPERTS = 256;

/** Bytes of one `Route` in a buffer: expert, slot, weight, padding. */
export const ROUTE_BYTES = 16;

/**
 * `shaders/router.wgsl`: bindings 0 step, 1 x, 2 bias, 3 page table, 4 routes, 5 trace, 10 W; workgroups [tokens, 1, 1].
 */
export function router(target: KernelTarget, shape: RouterShape): Kernel {
  const isRows = target.profile === 'rows';
  return {
    fragments: [
      FRAGMENTS.router,
      FRAGMENTS.step,
      FRAGMENTS.route,
      FRAGMENTS.weightsBuffer,
      ...weightType(shape.type).dequant,
    ],
    overrides: {
      WG: isRows ? 4 : 256,
      ROW_LANES: isRows ? 1 : shape.experts > MANY_EXPERTS ? 4 : 8,
      ROW_UNITS: rowUnits(shape.width),
      X_TOKEN: shape.width / 4,
      EXPERTS: shape.experts,
      USED: shape.used,
      GROUPS: shape.groups,
      GROUPS_USED: shape.groupsUsed,
      GATING: GATINGS[shape.gating],
      HAS_BIAS: Number(shape.hasBias),
      NORMALIZE: Number(shape.normalize),
      WEIGHT_SCALE: shape.weightScale,
    },
    bindings: { 0: 'uniform', 1: 'read', 2: 'read', 3: 'read', 4: 'read_write', 5: 'read_write', 10: 'read' },
  };
}
