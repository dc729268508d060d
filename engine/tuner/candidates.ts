import type { ShapePart, TunedKind } from '../api.ts';
import type { KernelProfile } from '../gpu/device.ts';
import type { Choice } from '../kernels/choices.ts';
import type { KernelTarget } from '../kernels/target.ts';
import type { Tuning } from '../kernels/tuning.ts';

/** Another shape that a kernel could have. */
export interface Candidate {
  /** The same for the same shape at every visit. */
  readonly name: string;
  readonly parts: readonly ShapePart[];
  readonly choice: Choice;
  /** The most by which its results may differ from the built-in kernel's, as a share of the largest number. */
  readonly tolerance: number;
}

/** Sums in another order, in f32. */
const ROUNDING = 1e-4;
/** One of the two multiplies in f16. */
const HALF_ROUNDING = 2e-2;

/** Products of one token: with these threads and rows, whatever the matrix has of rows. */
function rows(productThreads: number, groupRows: number, more: Partial<Tuning> = {}): Choice {
  return { tuning: { productThreads, fewThreads: productThreads, groupRows, fewRows: 0, ...more } };
}

/** Groups of fewer threads than a subgroup, for rows that are too short for one. */
function lanes(productLanes: number): Choice {
  return { subgroups: false, tuning: { productLanes } };
}

const OTHER_PROFILE = {
  lanes: { profile: 'rows', subgroups: false }, // which a workgroup of `rows` takes for its own size
  rows: { profile: 'lanes' },
} as const satisfies Record<KernelProfile, Choice>;

const PRODUCTS: Readonly<Record<KernelProfile, readonly Choice[]>> = {
  // What won on an H200 for some matrix is built in or here; phones and integrated GPUs like small workgroups that fetch x themselves.
  lanes: [
    rows(256, 1),
    rows(256, 4),
    rows(128, 2),
    rows(128, 1),
    rows(64, 1, { stagesX: false }),
    rows(64, 2, { stagesX: false }),
    lanes(16),
    lanes(8),
  ],
  rows: [{ tuning: { groupRows: 8 } }, { tuning: { groupRows: 32 } }],
};

const CHOICES: Readonly<Record<TunedKind, Readonly<Record<KernelProfile, readonly Choice[]>>>> = {
  matvec: PRODUCTS,
  gate_up: PRODUCTS,
  expert_down: {
    // It never has x in workgroup memory.
    lanes: [rows(256, 1), rows(256, 4), rows(128, 2), rows(64, 1), rows(64, 2), lanes(16), lanes(8)],
    rows: PRODUCTS.rows,
  },
  attention: {
    lanes: [
      { tuning: { decodeSplits: 8 } },
      { tuning: { decodeSplits: 16 } },
      { tuning: { decodeSplits: 64 } },
      { tuning: { attentionThreads: 32 } },
      { tuning: { attentionThreads: 128 } },
    ],
    rows: [{ tuning: { decodeSplits: 2 } }, { tuning: { decodeSplits: 8 } }],
  },
  matmul: { lanes: [{ f16: false }], rows: [{ tuning: { directRows: 8 } }] },
  expert_matmul: { lanes: [{ f16: false }], rows: [{ tuning: { directRows: 8 } }] },
};

/** What is worth trying on a device beside the shape that it has by itself. */
export function candidatesFor(kind: TunedKind, target: KernelTarget): readonly Candidate[] {
  const changesPrecision = target.f16 && (kind === 'matmul' || kind === 'expert_matmul');
  const choices: readonly Choice[] = [...CHOICES[kind][target.profile], OTHER_PROFILE[target.profile]];
  return choices
    .filter(({ f16 }) => f16 === undefined || target.f16)
    .map((choice) => {
      const parts = partsOf(choice);
      return { name: nameOf(parts), parts, choice, tolerance: changesPrecision ? HALF_ROUNDING : ROUNDING };
    });
}

function nameOf(parts: readonly ShapePart[]): string {
  return parts.map((part) => ('count' in part ? `${part.what} ${part.count}` : part.what)).join(', ');
}

function partsOf({ profile, f16, subgroups, tuning = {} }: Choice): readonly ShapePart[] {
  const counts = {
    threads: tuning.productThreads ?? tuning.attentionThreads,
    rows: tuning.groupRows ?? tuning.directRows,
    lanes: tuning.productLanes,
    splits: tuning.decodeSplits,
  } as const;
  const parts: ShapePart[] = [];
  for (const what of ['threads', 'rows', 'lanes', 'splits'] as const) {
    const count = counts[what];
    if (count !== undefined) parts.push({ what, count });
  }
  if (tuning.stagesX === false) parts.push({ what: 'direct' });
  if (f16 === false) parts.push({ what: 'f32' });
  if (profile !== undefined) parts.push({ what: profile === 'rows' ? 'alone' : 'shared' });
  else if (subgroups === false) parts.push({ what: 'no-subgroups' });
  return parts;
}
