/** Marks the words that one expert worked on. */
import type { RoutingRecord } from '../routing-record.ts';
import type { TokenMark, TokenPaint } from '../token-paint.ts';

/** By its share of the layer's output: below a fifth, below two fifths, and above. Marigold marks what fired. */
const GROUNDS = [
  { light: '#fdf0d5', dark: '#3a2f16' },
  { light: '#fadfa8', dark: '#54421a' },
  { light: '#f6c96c', dark: '#6f561d' },
] as const;
const LINES = ['dotted', 'solid', 'double'] as const;

/** @param says of its share of the layer's output */
export function expertPaint(
  { chosen, weights, used, layers, count }: RoutingRecord,
  row: number,
  expert: number,
  says: (share: number) => string,
): TokenPaint {
  return {
    markOf(token): TokenMark | null {
      if (token >= count) return null;
      const start = (token * layers.length + row) * used;
      const at = chosen.subarray(start, start + used).indexOf(expert);
      if (at < 0) return null;
      const all = weights.subarray(start, start + used).reduce((sum, weight) => sum + weight, 0);
      const share = all > 0 ? (weights[start + at] ?? 0) / all : 1 / used;
      const step = share >= 0.4 ? 2 : share >= 0.2 ? 1 : 0;
      return { key: `expert-${step}`, ground: GROUNDS[step], line: LINES[step], says: says(share) };
    },
  };
}

/** For how many tokens it was chosen. */
export function timesChosen({ chosen, used, layers, count }: RoutingRecord, row: number, expert: number): number {
  let times = 0;
  for (let token = 0; token < count; token++) {
    const start = (token * layers.length + row) * used;
    if (chosen.subarray(start, start + used).includes(expert)) times++;
  }
  return times;
}
