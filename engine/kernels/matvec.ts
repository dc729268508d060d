import { weightFragments, type WeightTypeName } from './weight-types.ts';
import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { constantsOf } from '../gpu/wgsl.ts';
import { type ActivationFunction, activationFragment, activationLimit, SILU } from './activations.ts';
import { FRAGMENTS } from './fragments.ts';
import type { MatrixPlace } from './packed-matrix.ts';
import { type NormOnRead, type KernelTarget, rowShape } from './target.ts';

/** One launch with how many workgroups in x it takes. */
export interface RowKernel {
  readonly kernel: Kernel;
  readonly groups: number;
}

/** `shaders/matvec.wgsl`; workgroups [groups, heads, 1]. The activation is that of the epilogue `gate`. */
export function matvec(
  target: KernelTarget,
  type: WeightTypeName,
  { rows, units }: { readonly rows: number; readonly units: number },
  activation: ActivationFunction = SILU,
  norm?: NormOnRead,
): RowKernel {
  const lanes = rowShape(target, { type, rows, units, norm });
  return {
    groups: Math.ceil(rows / lanes.rowsPerWorkgroup),
    kernel: {
      fragments: [
        FRAGMENTS.matvec,
        FRAGMENTS.product,
        FRAGMENTS.beside,
        activationFragment(activation),
        ...lanes.fragments,
        FRAGMENTS.weightsBuffer,
        ...weightFragments(type, lanes.paired),
      ],
      enables: lanes.enables,
      constants: lanes.constants,
      overrides: lanes.overrides,
    },
  };
}

const { BOTH, GATE, UP } = constantsOf(FRAGMENTS.gateUp.code, ['BOTH', 'GATE', 'UP']);

/** Which projections a launch of `shaders/gate_up.wgsl` makes: `up` finishes what `gate` has left, or is alone. */
export const GATE_UP_PARTS = { both: BOTH, gate: GATE, up: UP } as const;
export type GateUpPart = keyof typeof GATE_UP_PARTS;

/** The first half of a feed-forward, G and U [rows, rowUnits · 32] in one buffer or page. */
export interface GateUpShape {
  readonly rows: number;
  readonly rowUnits: number;
  readonly gate: MatrixPlace | undefined;
  readonly up: MatrixPlace;
  readonly activation: ActivationFunction;
}

/** The launches that it takes: one where gate and up have one type or there is no gate, else two. */
export function gateUpParts({
  gate,
  up,
}: {
  readonly gate: { readonly type: WeightTypeName } | undefined;
  readonly up: { readonly type: WeightTypeName };
}): readonly GateUpPart[] {
  if (gate === undefined) return ['up'];
  return gate.type === up.type ? ['both'] : ['gate', 'up'];
}

/** In words: `Q4_K`, or `Q4_K and Q6_K`. */
export function typesOf({ gate, up }: Parameters<typeof gateUpParts>[0]): string {
  return gate === undefined || gate.type === up.type ? up.type : `${gate.type} and ${up.type}`;
}

/** `shaders/gate_up.wgsl` of a dense feed-forward; workgroups [groups, 1, 1]. */
export function gateUp(target: KernelTarget, part: GateUpPart, shape: GateUpShape): RowKernel {
  return gateUpRows(target, part, shape, [FRAGMENTS.slotDense, FRAGMENTS.weightsBuffer]);
}

/** The same for whatever weights `source` selects: those of its fragments that say whose and where they are. */
export function gateUpRows(
  target: KernelTarget,
  part: GateUpPart,
  { rows, rowUnits, gate, up, activation }: GateUpShape,
  source: readonly Fragment[],
  overrides: Readonly<Record<string, number>> = {},
): RowKernel {
  const { type } = part === 'gate' && gate ? gate : up;
  const lanes = rowShape(target, { type, rows, units: rowUnits });
  return {
    groups: Math.ceil(rows / lanes.rowsPerWorkgroup),
    kernel: {
      fragments: [
        FRAGMENTS.gateUp,
        FRAGMENTS.route,
        FRAGMENTS.beside,
        ...lanes.fragments,
        ...source,
        activationFragment(activation),
        ...weightFragments(type, lanes.paired),
      ],
      enables: lanes.enables,
      constants: lanes.constants,
      overrides: {
        ...lanes.overrides,
        ...overrides,
        ROWS: rows,
        ROW_UNITS: rowUnits,
        PART: GATE_UP_PARTS[part],
        GATE_BASE: gate?.base ?? 0,
        GATE_FACTOR: gate?.factor ?? 0,
        GATE_BIAS: gate?.bias ?? 0,
        UP_BASE: up.base,
        UP_FACTOR: up.factor,
        UP_BIAS: up.bias,
        LIMIT: activationLimit(activation),
      },
    },
  };
}
