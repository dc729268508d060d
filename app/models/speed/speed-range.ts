/**
 * How fast a model would answer, from how fast others did. A token takes b · bytes + o · operations + l · launches, with costs of this
 * device that nobody knows, and none of them below 0: what was measured leaves some room for them, and the range is what all of that
 * room allows. So one model alone tells of those like it, and hardly of others; two different ones narrow it.
 */
import type { DecodeCost } from '../../../engine/api.ts';

/** What a token of some model cost, and took. */
export interface MeasuredSpeed {
  readonly cost: DecodeCost;
  /** Milliseconds per token. */
  readonly tokenMs: number;
  /** Of work that was timed alone: how many times as long the same may take in a model. Default 1: it was one. */
  readonly upTo?: number;
}

/** Tokens per second. */
export interface SpeedRange {
  readonly slow: number;
  readonly fast: number;
}

/** How far an answer may be off for other reasons: what else runs, how warm the device is, how long the conversation was. */
const TOLERANCE = 0.1;
/** Where no costs of a device explain all that was measured within this, nothing is known. */
const MOST_TOLERANCE = 0.6;
/** A wider range than this tells nobody anything. */
const WIDEST = 3;

type Vector = readonly [number, number, number];

/** a · x ≤ limit */
interface HalfSpace {
  readonly a: Vector;
  readonly limit: number;
}

function vectorOf({ bytes, operations, launches }: DecodeCost, scale: Vector): Vector {
  return [bytes / scale[0], operations / scale[1], launches / scale[2]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Where three planes meet; null where they do not, in one point. */
function meeting(p: HalfSpace, q: HalfSpace, r: HalfSpace): Vector | null {
  const [qr, rp, pq] = [cross(q.a, r.a), cross(r.a, p.a), cross(p.a, q.a)];
  const volume = dot(p.a, qr);
  if (Math.abs(volume) < 1e-12) return null;
  const at = (i: 0 | 1 | 2): number => (p.limit * qr[i] + q.limit * rp[i] + r.limit * pq[i]) / volume;
  return [at(0), at(1), at(2)];
}

/** The corners of all costs that the measurements allow. */
function corners(
  rows: readonly { readonly a: Vector; readonly ms: number; readonly most: number }[],
  tolerance: number,
): readonly Vector[] {
  const spaces: HalfSpace[] = [
    { a: [-1, 0, 0], limit: 0 },
    { a: [0, -1, 0], limit: 0 },
    { a: [0, 0, -1], limit: 0 },
    ...rows.flatMap(({ a, ms, most }) => [
      { a, limit: most * (1 + tolerance) },
      { a: [-a[0], -a[1], -a[2]] as const, limit: -ms / (1 + tolerance) },
    ]),
  ];
  const found: Vector[] = [];
  for (const [i, p] of spaces.entries())
    for (let j = i + 1; j < spaces.length; j++)
      for (let k = j + 1; k < spaces.length; k++) {
        const point = meeting(p, spaces[j] as HalfSpace, spaces[k] as HalfSpace);
        if (point === null) continue;
        const isInside = spaces.every(({ a, limit }) => dot(a, point) <= limit + 1e-9 * (1 + Math.abs(limit)));
        if (isInside) found.push(point);
      }
  return found;
}

/**
 * @param sureness how far each of the model's costs may be off: 0 where they are counted from its header
 * @returns null where too little was measured to say something
 */
export function speedRange(measured: readonly MeasuredSpeed[], cost: DecodeCost, sureness: number): SpeedRange | null {
  const first = measured[0];
  if (first === undefined) return null;
  const scale: Vector = [first.cost.bytes, first.cost.operations, first.cost.launches];
  const rows = measured.map((one) => ({
    a: vectorOf(one.cost, scale),
    ms: one.tokenMs,
    most: one.tokenMs * (one.upTo ?? 1),
  }));
  const wanted = vectorOf(cost, scale);
  for (let tolerance = TOLERANCE; tolerance <= MOST_TOLERANCE; tolerance *= 1.5) {
    const times = corners(rows, tolerance).map((point) => dot(point, wanted));
    if (times.length === 0) continue;
    const slow = 1000 / (Math.max(...times) * (1 + sureness));
    const fast = (1000 * (1 + sureness)) / Math.min(...times);
    return fast <= slow * WIDEST ? { slow, fast } : null;
  }
  return null;
}
