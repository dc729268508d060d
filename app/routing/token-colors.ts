/**
 * A colour for each token: the first two principal axes of the routing become the two colour axes of OKLab, the third a
 * little lightness. Because OKLab is perceptually uniform, tokens that look alike were routed alike, and the other way
 * round. Lightness stays in a band where the page's text keeps its contrast (a test looks at the whole band).
 */
import { cssColor, oklabToRgb, type Rgb } from './oklab.ts';
import { AXES, PrincipalAxes } from './principal-axes.ts';
import type { TokenVectors } from './token-vectors.ts';

export type Theme = 'light' | 'dark';

/** Grounds for the text of each theme: OKLab lightness, how far the third axis moves it, and the largest chroma. */
export const GROUNDS = {
  light: { lightness: 0.89, range: 0.035, chroma: 0.12 },
  dark: { lightness: 0.37, range: 0.035, chroma: 0.115 },
} as const satisfies Record<Theme, { lightness: number; range: number; chroma: number }>;

/**
 * Along each axis, this share of the tokens lies within the colour plane, and the others on its rim. Standard deviations
 * would not do: a few tokens that are quite apart, such as line breaks, would leave all others grey.
 */
const WITHIN = 0.85;

/** The axes are fitted anew when the answer has grown by this factor: work over a whole answer stays O(tokens). */
const REFIT_GROWTH = 1.3;
const FIRST_FIT = 4; // tokens; of fewer one cannot say what they have in common

export class TokenColors {
  #axes = new PrincipalAxes();
  #fittedAt = 0;
  #scores: Float32Array = new Float32Array(0);
  #middle: readonly number[] = [];
  #reach: readonly number[] = [];
  #version = 0;

  /** Changes when tokens that had a colour before get another. */
  get version(): number {
    return this.#version;
  }

  /** Takes the tokens that are new. `isFinal`: nothing will follow, so the axes are fitted to all there is. */
  update(vectors: TokenVectors, isFinal: boolean): void {
    const { count } = vectors;
    if (count < FIRST_FIT) return;
    if (count >= this.#fittedAt * REFIT_GROWTH || (isFinal && count > this.#fittedAt)) {
      this.#axes.fit(vectors);
      this.#fittedAt = count;
      this.#scores = this.#axes.scores(vectors, 0);
      this.#measure();
      this.#version++;
    } else if (this.#scores.length < count * AXES) {
      const known = this.#scores.length / AXES;
      const scores = new Float32Array(count * AXES);
      scores.set(this.#scores);
      scores.set(this.#axes.scores(vectors, known), known * AXES);
      this.#scores = scores;
    }
  }

  /** Where a token lies among the others: 0 is the middle, 1 and −1 the rim. */
  place(token: number): readonly number[] {
    return this.#reach.map((reach, axis) => {
      const score = (this.#scores[token * AXES + axis] ?? 0) - (this.#middle[axis] ?? 0);
      return reach > 1e-6 ? score / reach : 0;
    });
  }

  #measure(): void {
    const columns = Array.from({ length: AXES }, (_, axis) => this.#scores.filter((_, at) => at % AXES === axis));
    this.#middle = columns.map((column) => column.reduce((sum, score) => sum + score, 0) / column.length);
    this.#reach = columns.map((column, axis) => {
      const distances = column.map((score) => Math.abs(score - (this.#middle[axis] ?? 0))).sort();
      return distances[Math.floor(WITHIN * (distances.length - 1))] ?? 0;
    });
  }

  /** As {@link sharedGround}; null while the answer is too short to say. */
  ground(token: number, theme: Theme): SharedGround | null {
    if (this.#fittedAt === 0 || token * AXES >= this.#scores.length) return null;
    return sharedGround(this.place(token), theme);
  }

  /** Such as `#e3d8f4`; null while the answer is too short to say. */
  css(token: number, theme: Theme): string | null {
    if (this.#fittedAt === 0 || token * AXES >= this.#scores.length) return null;
    return cssColor(groundAt(this.place(token), theme));
  }
}

/** The colour of a place; beyond the rim of the colour plane, that of the rim. */
export function groundAt(place: readonly number[], theme: Theme): Rgb {
  const [x = 0, y = 0, z = 0] = place;
  const { lightness, range, chroma } = GROUNDS[theme];
  const scale = chroma / Math.max(1, Math.hypot(x, y));
  return oklabToRgb([lightness + range * Math.max(-1, Math.min(1, z)), x * scale, y * scale]);
}

/** Steps of the circle, of the way to its rim, and of lightness: as many grounds as an eye tells apart in a text. */
const STEPS = { angle: 24, radius: 3, lightness: 2 };

/** A ground that tokens with nearly the same place share. */
export interface SharedGround {
  /** Of its place among all grounds, such as `12-3-1`. */
  readonly key: string;
  /** Such as `#e3d8f4`. */
  readonly color: string;
}

/** The nearest of some 220 grounds: fewer than there are colours, so that a long text gets by with few. */
export function sharedGround([x = 0, y = 0, z = 0]: readonly number[], theme: Theme): SharedGround {
  const radius = Math.round(Math.min(1, Math.hypot(x, y)) * STEPS.radius);
  const angle = radius === 0 ? 0 : Math.round((Math.atan2(y, x) / (2 * Math.PI) + 1) * STEPS.angle) % STEPS.angle;
  const lightness = Math.round(Math.max(-1, Math.min(1, z)) * (STEPS.lightness / 2));
  const turn = (angle / STEPS.angle) * 2 * Math.PI;
  const distance = radius / STEPS.radius;
  return {
    key: `${angle}-${radius}-${lightness + STEPS.lightness / 2}`,
    color: cssColor(
      groundAt([distance * Math.cos(turn), distance * Math.sin(turn), lightness / (STEPS.lightness / 2)], theme),
    ),
  };
}
