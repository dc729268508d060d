/**
 * Which copy of the recurrent states stands for which position. A step never writes the copy that it reads, nor the newest ones,
 * so the last `count` steps can be taken back by a changed number, and a step could run again.
 */
export class StateCopies {
  readonly count: number;
  /** By copy: how many tokens it has seen; undefined while it holds nothing. */
  readonly #positions: (number | undefined)[];
  #latest = 0;

  constructor(count: number) {
    this.count = count;
    this.#positions = Array.from({ length: count }, () => undefined);
  }

  has(position: number): boolean {
    return position === 0 || this.#positions.includes(position);
  }

  /** The largest position up to `length` that there is a copy of; 0 is always there. */
  newestUpTo(length: number): number {
    return Math.max(
      0,
      ...(this.#positions.filter((position) => position !== undefined && position <= length) as number[]),
    );
  }

  /**
   * The copies of a step from one position to another. The oldest is written over.
   * @throws RangeError where no copy stands for `from`, and one is needed
   */
  next(from: number, to: number, needed: boolean): { readonly from: number; readonly to: number } {
    if (needed && !this.has(from)) throw new RangeError(`no state is kept of position ${from}`);
    const read = Math.max(0, this.#positions.indexOf(from));
    let written = (this.#latest + 1) % this.count;
    if (written === read) written = (written + 1) % this.count;
    this.#positions[written] = to;
    this.#latest = written;
    return { from: read, to: written };
  }

  forgetBeyond(length: number): void {
    this.#positions.forEach((position, copy) => {
      if (position !== undefined && position > length) this.#positions[copy] = undefined;
    });
  }

  /** Only the first copy holds something, of this position; at 0 none does. */
  reset(position: number): void {
    this.#positions.fill(undefined);
    if (position > 0) this.#positions[0] = position;
    this.#latest = 0;
  }
}
