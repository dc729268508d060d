/**
 * Random numbers that are the same on every machine: integer arithmetic and exact f64 operations only, for the goldens
 * hold only for these very weights. (Math.log or Math.cos may differ in the last bit between engines.)
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** mulberry32: uniform in [0, 2^32). */
  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** Uniform in [0, limit), integer. */
  below(limit: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * limit);
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (this.uint32() / 2 ** 32) * (high - low);
  }

  /** Mean 0, standard deviation 1, bell-shaped enough: the sum of three uniform numbers. */
  bell(): number {
    return this.between(-1, 1) + this.between(-1, 1) + this.between(-1, 1);
  }

  /** -1 or 1. */
  sign(): number {
    return this.uint32() & 1 ? 1 : -1;
  }
}

/** FNV-1a: a seed from a name, so that a tensor's weights do not depend on what was made before it. */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
