/** Marks words by how likely the model found them: plain where it was sure. */
import type { TokenMark, TokenPaint } from '../token-paint.ts';
import type { Alternatives } from './alternatives.ts';

export const LEVELS = ['sure', 'likely', 'split', 'unlikely'] as const;
export type Level = (typeof LEVELS)[number];

export function levelOf(probability: number): Level {
  if (probability >= 0.9) return 'sure';
  if (probability >= 0.5) return 'likely';
  return probability >= 0.2 ? 'split' : 'unlikely';
}

/** Indigo, because marigold marks what fired: the deeper, the less sure. And a line of its own for each. */
export const MARKS: Readonly<Record<Level, Pick<TokenMark, 'ground' | 'line'>>> = {
  sure: { ground: null, line: null },
  likely: { ground: { light: '#e6e7fb', dark: '#272a4d' }, line: 'dotted' },
  split: { ground: { light: '#cfd1f7', dark: '#363b72' }, line: 'solid' },
  unlikely: { ground: { light: '#b4b8f2', dark: '#484f96' }, line: 'wavy' },
};

/** @param says of a probability, 0 to 1 */
export function confidencePaint(alternatives: Alternatives, says: (probability: number) => string): TokenPaint {
  return {
    markOf(token): TokenMark | null {
      const place = alternatives[token];
      if (place === undefined || place === null) return null;
      const level = levelOf(place.probability);
      return { key: `confidence-${level}`, ...MARKS[level], says: says(place.probability) };
    },
  };
}

/** Nothing is known yet: no word is marked. */
export const NO_PAINT: TokenPaint = { markOf: () => null };
