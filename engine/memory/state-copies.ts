/** Which copy holds what, to be kept elsewhere. */
export interface KeptCopies {
  /** By copy, as in {@link StateCopies}. */
  readonly positions: readonly (number | undefined)[];
  readonly latest: number;
}

/** The largest of some positions up to `length`; 0 is always among them. */
export function newestUpTo(positions: readonly (number | undefined)[], length: number): number {
  return positions.reduce<number>(
    (newest, position = 0) => (position <= length ? Math.max(newest, position) : newest),
    0,
  );
}

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

  get kept(): KeptCopies {
    return { positions: [...this.#positions], latest: this.#latest };
  }

  /** The copies are as they were when this was told. */
  set kept({ positions, latest }: KeptCopies) {
    positions.forEach((position, copy) => (this.#positions[copy] = position));
    this.#latest = latest;
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
