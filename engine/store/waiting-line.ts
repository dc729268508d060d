/** Runs at most so many tasks at once, first come, first served. */
export class WaitingLine {
  readonly #most: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await task();
    } finally {
      // Its place goes to the next one, so that nobody comes between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
