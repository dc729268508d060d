/** How strongly each expert glows while an answer grows: those of the newest token in full, older ones fainter, token by token. */
import type { RoutingRecord } from '../routing-record.ts';

/** So many tokens after it fired, an expert is dark again. */
export const FADE_TOKENS = 10;

/** The value that has the strongest colour: the same for all of an answer, so that bright means the same at its beginning and its end. */
export function fixedScale(used: number): number {
  return Math.min(1, 2 / used);
}

export type GlowingRecord = Pick<RoutingRecord, 'layers' | 'experts' | 'used' | 'count' | 'chosen' | 'weights'>;

/**
 * Writes how strongly each cell of a map glows.
 * @param values [cells of the map], overwritten: share of the layer's routed output, times how fresh it is
 * @param position in tokens from the beginning: token k lights up from k on, its first layer at k, its last just before k + 1
 * @param places cell of the map for each row-major (row of a routed layer, expert); default: the same
 */
export function glow(
  values: Float32Array,
  { layers, experts, used, count, chosen, weights }: GlowingRecord,
  position: number,
  places?: Uint32Array,
): void {
  values.fill(0);
  const rows = layers.length;
  const newest = Math.min(count - 1, Math.floor(position));
  const oldest = Math.max(0, Math.floor(position - FADE_TOKENS - 1));
  for (let token = newest; token >= oldest; token--) {
    for (let row = 0; row < rows; row++) {
      const fresh = freshness(position - row / rows - token);
      if (fresh === 0) continue;
      const start = (token * rows + row) * used;
      let sum = 0;
      for (let k = 0; k < used; k++) sum += weights[start + k] ?? 0;
      if (sum <= 0) continue;
      for (let k = 0; k < used; k++) {
        const at = row * experts + (chosen[start + k] ?? 0);
        const cell = places?.[at] ?? at;
        values[cell] = Math.max(values[cell] ?? 0, ((weights[start + k] ?? 0) / sum) * fresh);
      }
    }
  }
}

/** By age in tokens, 0 to 1. Colours follow the root of a value, so that its square fades evenly to the eye. */
function freshness(age: number): number {
  if (age < 0) return 0;
  return Math.max(0, 1 - Math.max(0, age - 1) / FADE_TOKENS) ** 2;
}

/** Of a token's way through the layers, where tokens come slowly. */
const SWEEP_MS = 180;

/** Follows a growing answer: one token's layers light up one after the other, and a run of tokens is caught up with, not skipped. */
export class Playhead {
  #position: number;

  /** @param position in tokens */
  constructor(position: number) {
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  /** @returns whether it moved */
  advance(ms: number, count: number): boolean {
    const behind = count - this.#position;
    if (behind < 0)
      this.#position = count; // another answer, which is shorter
    else this.#position += Math.min(behind, Math.min(1, ms / SWEEP_MS) * Math.max(1, behind));
    return behind !== 0;
  }
}
