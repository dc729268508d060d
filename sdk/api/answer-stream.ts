import { abortError } from './api-error.ts';

/**
 * What is written arrives here, and is kept until it is read: who reads slowly holds up nobody. Leaving the loop ends what writes.
 */
export class AnswerStream<T> implements AsyncIterableIterator<T> {
  readonly #items: T[] = [];
  readonly #onLeave: () => void;
  #end: { readonly error?: Error } | undefined;
  #wake = (): void => {};

  /** @param onLeave the reader wants no more */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  push(item: T): void {
    if (this.#end !== undefined) return;
    this.#items.push(item);
    this.#wake();
  }

  end(): void {
    this.#end ??= {};
    this.#wake();
  }

  /** What was pushed before can still be read. */
  fail(error: Error): void {
    this.#end ??= { error };
    this.#wake();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) return { done: false, value: item };
      if (this.#end !== undefined) {
        const { error } = this.#end;
        if (error === undefined) return { done: true, value: undefined };
        this.#end = {};
        throw error;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    if (this.#end === undefined) {
      this.#end = {};
      this.#onLeave();
    }
    this.#items.length = 0;
    this.#wake();
    return { done: true, value: undefined };
  }

  /** Ends at once, whatever has been written: the reader wants no more, and is told so. */
  abort(): void {
    const isUnderWay = this.#end === undefined;
    this.#items.length = 0;
    this.#end ??= { error: abortError() };
    if (isUnderWay) this.#onLeave();
    this.#wake();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
