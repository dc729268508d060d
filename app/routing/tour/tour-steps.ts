/** What the tour says of an answer: which words it shows, and the numbers of each step. All of it is computed from the answer at hand. */
import type { AnswerRouting } from '../answer-routing.ts';
import { type Likeness, likenesses, nearestTokens } from '../similarity.ts';

export type TourStep =
  /** One token: the chosen, and where the strongest of them is. */
  | { readonly kind: 'word'; readonly token: number; readonly strongest: TourExpert; readonly share: number }
  /** The token that has least in common with it. */
  | { readonly kind: 'other'; readonly token: number; readonly of: number; readonly shared: number }
  /** Those that have most in common with it, best first; may be none. */
  | { readonly kind: 'alike'; readonly token: number; readonly nearest: readonly Likeness[] }
  /** All tokens: the busiest expert, and the share of the tokens that it worked for. */
  | { readonly kind: 'whole'; readonly busiest: TourExpert; readonly share: number }
  /** What worked of the model for a token, 0 to 1; `model`: of its parameters, else of its experts. */
  | { readonly kind: 'share'; readonly share: number; readonly of: 'model' | 'experts' };

export interface TourExpert {
  readonly layer: number;
  readonly expert: number;
}

const SHOWN_ALIKE = 3;

/** Five steps; an answer of a single token has three. */
export function tourSteps(routing: AnswerRouting): readonly TourStep[] {
  const { record, vectors } = routing;
  const token = tellingToken(record.texts, record.count);
  const all = likenesses(vectors, token);
  const other = leastAlike(all, token, record.texts);
  const nearest = distinct(nearestTokens(vectors, all, token, record.count), record.texts, token);
  return [
    { kind: 'word', token, ...strongestOf(routing, token) },
    ...(other === null
      ? []
      : ([
          { kind: 'other', token: other.token, of: token, shared: other.shared },
          { kind: 'alike', token, nearest: nearest.slice(0, SHOWN_ALIKE) },
        ] as const)),
    { kind: 'whole', ...busiestOf(routing) },
    shareOf(routing),
  ];
}

/** The longest piece that begins a word: one that says something. Of equals the first. */
export function tellingToken(texts: readonly string[], count: number): number {
  let best = 0;
  let longest = -1;
  for (let token = 0; token < count; token++) {
    const text = texts[token] ?? '';
    const letters = (text.match(/\p{L}/gu) ?? []).length;
    const goesOn = /^\p{L}/u.test(texts[token + 1] ?? '') && token + 1 < count;
    const isWhole = (/^\s/u.test(text) || token === 0) && !goesOn;
    const length = isWhole ? letters * 2 : letters;
    if (length > longest) [best, longest] = [token, length];
  }
  return best;
}

function leastAlike(all: readonly Likeness[], token: number, texts: readonly string[]): Likeness | null {
  let least: Likeness | null = null;
  for (const one of all) {
    const text = texts[one.token] ?? '';
    if (one.token === token || text.trim() === '' || text.trim() === texts[token]?.trim()) continue;
    if (least === null || one.shared < least.shared) least = one;
  }
  return least;
}

/** The same word again says nothing of likeness, and neither does one without letters that can be seen. */
function distinct(nearest: readonly Likeness[], texts: readonly string[], token: number): Likeness[] {
  const seen = new Set(['', (texts[token] ?? '').trim()]);
  return nearest.filter((one) => {
    const text = (texts[one.token] ?? '').trim();
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function strongestOf(
  { record, vectors }: AnswerRouting,
  token: number,
): { readonly strongest: TourExpert; readonly share: number } {
  let best = token * vectors.stride;
  for (let at = best; at < (token + 1) * vectors.stride; at++)
    if ((vectors.shares[at] ?? 0) > (vectors.shares[best] ?? 0)) best = at;
  return { strongest: expertOf(record, vectors.cells[best] ?? 0), share: vectors.shares[best] ?? 0 };
}

function busiestOf({ record, load }: AnswerRouting): { readonly busiest: TourExpert; readonly share: number } {
  let best = 0;
  load.counts.forEach((count, cell) => {
    if (count > (load.counts[best] ?? 0)) best = cell;
  });
  return { busiest: expertOf(record, best), share: (load.counts[best] ?? 0) / Math.max(1, load.tokens) };
}

function expertOf({ layers, experts }: AnswerRouting['record'], cell: number): TourExpert {
  return { layer: layers[Math.floor(cell / experts)] ?? 0, expert: cell % experts };
}

function shareOf({ record: { model, used, experts } }: AnswerRouting): Extract<TourStep, { kind: 'share' }> {
  if (model === undefined || model.parameters === 0)
    return { kind: 'share', share: Math.min(1, used / experts), of: 'experts' };
  return { kind: 'share', share: Math.min(1, model.activeParameters / model.parameters), of: 'model' };
}

const FRACTIONS = [
  ['threeQuarters', 3 / 4],
  ['twoThirds', 2 / 3],
  ['half', 1 / 2],
  ['third', 1 / 3],
  ['quarter', 1 / 4],
  ['fifth', 1 / 5],
  ['sixth', 1 / 6],
  ['eighth', 1 / 8],
  ['tenth', 1 / 10],
  ['twentieth', 1 / 20],
] as const;

/** How far from it one may still say so. */
const ABOUT = 0.06;

/** The name of a share in words, where it has one that is about right. */
export function fractionOf(share: number): (typeof FRACTIONS)[number][0] | null {
  const found = FRACTIONS.find(([, value]) => Math.abs(share / value - 1) <= ABOUT);
  return found?.[0] ?? null;
}
