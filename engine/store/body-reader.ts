import { PassingFailure } from './retry.ts';

/** Cuts a response body, which arrives in pieces of any length, into pieces of wanted lengths. Holds one piece at most. */
export class BodyReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #patienceMs: number;
  #rest = new Uint8Array(0);

  /** @param patienceMs how long to wait for each piece */
  constructor(response: Response, patienceMs: number) {
    const body = response.body;
    if (!body) throw new PassingFailure('the server sent no data');
    this.#reader = body.getReader();
    this.#patienceMs = patienceMs;
  }

  /**
   * The next bytes, exactly as many as `target` takes.
   * @param onBytes called with the number of bytes so far
   * @throws PassingFailure where the body ends before or breaks off
   */
  async readInto(target: Uint8Array, onBytes: (count: number) => void): Promise<void> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#rest.length === 0) this.#rest = await this.#nextPiece();
      const taken = this.#rest.subarray(0, target.length - filled);
      target.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
      onBytes(filled);
    }
  }

  /** Whether the body ends here. A line that breaks off after all that was wanted does no harm. */
  async atEnd(): Promise<boolean> {
    if (this.#rest.length > 0) return false;
    return this.#reader.read().then(
      ({ done }) => done,
      () => true,
    );
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  async #nextPiece(): Promise<Uint8Array<ArrayBuffer>> {
    let piece: ReadableStreamReadResult<Uint8Array>;
    let isStalled = false;
    // A read that is under way when the body is cancelled ends.
    const timer = setTimeout(() => {
      isStalled = true;
      void this.cancel();
    }, this.#patienceMs);
    try {
      piece = await this.#reader.read();
    } catch (error) {
      throw new PassingFailure('the connection broke off', undefined, error);
    } finally {
      clearTimeout(timer);
    }
    if (isStalled) throw new PassingFailure('the server stopped sending');
    if (piece.done) throw new PassingFailure('the connection ended early');
    return piece.value as Uint8Array<ArrayBuffer>;
  }
}
