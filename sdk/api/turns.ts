import { abortError, ApiError } from './api-error.ts';

interface Waiting {
  readonly start: () => void;
}

/** One at a time, in the order in which they came; who waits may leave. */
export class Turns {
  readonly #waiting: Waiting[] = [];
  readonly #most: number;
  #isTaken = false;

  /** @param most how many may wait; one more is refused with status 429 */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Waits for a turn.
   * @returns what ends it; calling that again does nothing
   * @throws ApiError status 429; AbortError
   */
  async take(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw abortError();
    if (this.#isTaken) await this.#wait(signal);
    this.#isTaken = true;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const next = this.#waiting.shift();
      // The turn goes from hand to hand: nobody who comes just now can take it.
      if (next === undefined) this.#isTaken = false;
      else next.start();
    };
  }

  /** Resolves when all who wait now have had their turn. */
  async idle(): Promise<void> {
    if (!this.#isTaken) return;
    await new Promise<void>((resolve) => this.#waiting.push({ start: resolve }));
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next.start();
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#most)
      throw new ApiError(429, `${this.#most} requests are waiting already. Try again later.`, {
        type: 'server_error',
        code: 'too_many_requests',
        mayRetry: true,
      });
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        start: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(abortError());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
    });
  }
}
