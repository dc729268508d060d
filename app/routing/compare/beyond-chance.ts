/**
 * Whether two answers use their experts more differently than chance would have it.
 *
 * The question asked: if the stretches that both answers are made of had been dealt out to the two at random, how often would their loads
 * differ as much? Stretches of several tokens, and not tokens: neighbours go to similar experts, and dealing them out one by one
 * would take any two texts for different. Differences are measured for each layer by Pearson's χ² of [answer, expert]; its own distribution is
 * not used, as choices are not independent, but that of the deals. The p-values of the layers are corrected for there being many (the largest
 * standardised difference of any layer in each deal: Westfall and Young, single-step maxT), so that in all layers together a false alarm
 * comes up once in twenty comparisons, not in each layer.
 */
import type { RoutingRecord } from '../routing-record.ts';

/** Below this, a difference counts as more than chance. */
export const LEVEL = 0.05;
/** Tokens of a stretch at least, */
const STRETCH = 12;
/** … of which so many at its beginning are not counted: what they share with the end of the stretch before would look like a difference. */
const GAP = 4;
/** Of both answers together: longer ones are cut into longer stretches. */
const MOST_STRETCHES = 128;
/** Of each answer: of fewer there are too few ways to deal them out (5 and 5: 252) to tell any difference from chance. */
const FEWEST_STRETCHES = 5;
const MOST_DEALS = 999;
const FEWEST_DEALS = 199;
/** Additions in all: about a second. */
const MOST_WORK = 1e9;
const SLICE_MS = 10;
const SEED = 0x5eed;

type Trace = Pick<RoutingRecord, 'layers' | 'experts' | 'used' | 'count' | 'chosen'>;

export type BeyondChance =
  | { readonly kind: 'too-short'; readonly tokens: number; readonly needed: number }
  | {
      readonly kind: 'told';
      /** For each layer, corrected. */
      readonly layers: readonly number[];
      /** Of all layers together: the sum of their standardised differences. */
      readonly overall: number;
      /** Tokens of a stretch. */
      readonly stretch: number;
      readonly deals: number;
    };

/** Of two records of one shape. @throws the signal's reason */
export async function beyondChance(a: Trace, b: Trace, signal: AbortSignal): Promise<BeyondChance> {
  const stretch = Math.max(STRETCH, Math.ceil((a.count + b.count) / MOST_STRETCHES));
  const ofA = Math.floor(a.count / stretch);
  const ofB = Math.floor(b.count / stretch);
  if (Math.min(ofA, ofB) < FEWEST_STRETCHES)
    return { kind: 'too-short', tokens: Math.min(a.count, b.count), needed: FEWEST_STRETCHES * stretch };
  const cuts = [...stretches(a.count, ofA), ...stretches(b.count, ofB)];
  const work = (a.layers.length * Math.min(a.experts, (a.count + b.count) * a.used) * cuts.length) / 2;
  const deals = Math.max(FEWEST_DEALS, Math.min(MOST_DEALS, Math.floor(MOST_WORK / work)));
  // The first deal is what was observed.
  const dealt = [Uint8Array.from(cuts, (_, at) => (at < ofA ? 1 : 0)), ...dealsOf(cuts.length, ofA, deals)];
  const sizes = cuts.map(({ from, to }) => to - from);
  const rows: Float64Array[] = [];
  let since = performance.now();
  for (let row = 0; row < a.layers.length; row++) {
    const counts = countsOf(a, b, row, cuts, ofA);
    const differences = new Float64Array(dealt.length);
    for (let deal = 0; deal < dealt.length; deal++) {
      differences[deal] = pearson(counts, sizes, dealt[deal] ?? new Uint8Array());
      if (performance.now() - since < SLICE_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      since = performance.now();
    }
    rows.push(standardised(differences));
  }
  return { kind: 'told', ...pValues(rows, deals), stretch, deals };
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Of almost the same length each. */
function stretches(tokens: number, count: number): Stretch[] {
  const at = (i: number): number => Math.round((i * tokens) / count);
  return Array.from({ length: count }, (_, i) => ({ from: at(i) + GAP, to: at(i + 1) }));
}

/** The same in each run: what is said of two answers does not change while one looks at it. */
function dealsOf(all: number, some: number, deals: number): Uint8Array[] {
  let state = SEED;
  const below = (most: number): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * most);
  };
  return Array.from({ length: deals }, () => {
    const deal = Uint8Array.from({ length: all }, (_, at) => (at < some ? 1 : 0));
    for (let last = all - 1; last > 0; last--) {
      const other = below(last + 1);
      [deal[last], deal[other]] = [deal[other] ?? 0, deal[last] ?? 0];
    }
    return deal;
  });
}

interface Counts {
  /** Row-major [stretches, experts that were chosen at all]. */
  readonly values: Uint32Array;
  /** Of each of those experts in all stretches. */
  readonly sums: Uint32Array;
}

function countsOf(a: Trace, b: Trace, row: number, cuts: readonly Stretch[], ofA: number): Counts {
  const place = new Map<number, number>();
  const each = (one: Trace, { from, to }: Stretch, take: (expert: number) => void): void => {
    for (let token = from; token < to; token++) {
      const start = (token * one.layers.length + row) * one.used;
      for (let at = start; at < start + one.used; at++) take(one.chosen[at] ?? 0);
    }
  };
  cuts.forEach((cut, at) =>
    each(at < ofA ? a : b, cut, (expert) => {
      if (!place.has(expert)) place.set(expert, place.size);
    }),
  );
  const values = new Uint32Array(cuts.length * place.size);
  const sums = new Uint32Array(place.size);
  cuts.forEach((cut, at) =>
    each(at < ofA ? a : b, cut, (expert) => {
      const column = place.get(expert) ?? 0;
      const cell = at * place.size + column;
      values[cell] = (values[cell] ?? 0) + 1;
      sums[column] = (sums[column] ?? 0) + 1;
    }),
  );
  return { values, sums };
}

/** χ² = Σ (n_A − n·f)² / (n·f·(1 − f)), where f is A's share of the tokens. */
function pearson({ values, sums }: Counts, sizes: readonly number[], isInA: Uint8Array): number {
  const inA = new Uint32Array(sums.length);
  let tokens = 0;
  let all = 0;
  sizes.forEach((size, at) => {
    all += size;
    if (isInA[at] !== 1) return;
    tokens += size;
    const start = at * sums.length;
    for (let i = 0; i < sums.length; i++) inA[i] = (inA[i] ?? 0) + (values[start + i] ?? 0);
  });
  const share = tokens / all;
  let sum = 0;
  for (let i = 0; i < sums.length; i++) {
    const expected = (sums[i] ?? 0) * share;
    sum += ((inA[i] ?? 0) - expected) ** 2 / (expected * (1 - share));
  }
  return sum;
}

/** So that layers in which many experts work weigh no more than others. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const spread = Math.sqrt(variance);
  return values.map((value) => (spread > 1e-12 ? (value - mean) / spread : 0));
}

/** Rounding must not make a deal that equals the observed one a smaller one. */
const SAME = 1e-9;

function pValues(rows: readonly Float64Array[], deals: number): { layers: readonly number[]; overall: number } {
  const most = new Float64Array(deals + 1).fill(-Infinity);
  const sums = new Float64Array(deals + 1);
  for (const row of rows)
    row.forEach((value, deal) => {
      most[deal] = Math.max(most[deal] ?? 0, value);
      sums[deal] = (sums[deal] ?? 0) + value;
    });
  const rarity = (values: Float64Array, observed: number): number =>
    values.filter((value) => value >= observed - SAME).length / (deals + 1);
  // The observed deal is one of those that are counted: no p-value is 0.
  const layers = rows.map((row) => {
    const observed = row[0] ?? 0;
    return (most.subarray(1).filter((value) => value >= observed - SAME).length + 1) / (deals + 1);
  });
  return { layers, overall: rarity(sums, sums[0] ?? 0) };
}
