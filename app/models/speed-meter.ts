/** How fast bytes arrive, over the last seconds: a chunk that comes at once or late does not make the number jump. */

/** Long enough to even out chunks of 4 MiB on a slow line, short enough to notice a change. */
const WINDOW_MS = 10_000;
/** Before this the number would be a guess. */
const LEAST_MS = 800;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

export class SpeedMeter {
  #samples: Sample[] = [];

  /** `bytes` so far, at a time in milliseconds. */
  add(bytes: number, at: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && bytes < last.bytes) this.#samples = []; // counted anew
    this.#samples.push({ at, bytes });
    // The last one outside the window stays, so that the window is covered.
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) <= at - WINDOW_MS) this.#samples.shift();
  }

  /** Null while too little is known. */
  get bytesPerSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
