/** Bytes that are written and read one field after the other: whole numbers as LEB128, texts as UTF-8, and numbers of a few bits each. */

const encoder = new TextEncoder();
/** What is no UTF-8 is refused, not mended. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whole numbers below 2^49. */
const MOST_VARINT_BYTES = 7;

export class PackedBytes {
  #bytes = new Uint8Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  whole(value: number): void {
    let rest = Math.round(Math.max(0, value));
    while (rest >= 128) {
      this.#byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  text(text: string): void {
    const bytes = encoder.encode(text);
    this.whole(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Each value in so many bits, lowest first; the last byte is filled with zeros. */
  bits(values: Iterable<readonly [value: number, bits: number]>): void {
    let held = 0;
    let count = 0;
    for (const [value, bits] of values) {
      held |= value << count;
      count += bits;
      for (; count >= 8; count -= 8) {
        this.#byte(held & 255);
        held >>>= 8;
      }
    }
    if (count > 0) this.#byte(held & 255);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads such bytes. All methods throw a RangeError where the bytes end before the field does. */
export class PackedReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  whole(): number {
    let value = 0;
    for (let i = 0, scale = 1; i < MOST_VARINT_BYTES; i++, scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError('A number is too long.');
  }

  /** @throws TypeError where it is no UTF-8 */
  text(): string {
    const length = this.whole();
    if (length > this.left) throw new RangeError('A text is longer than what there is.');
    return decoder.decode(this.#bytes.subarray(this.#at, (this.#at += length)));
  }

  /** The rest of the bytes as numbers of so many bits, lowest first. */
  *bits(): Generator<number, never, number> {
    let held = 0;
    let count = 0;
    let bits = yield 0;
    for (;;) {
      for (; count < bits; count += 8) held |= this.#byte() << count;
      const value = held & ((1 << bits) - 1);
      held >>>= bits;
      count -= bits;
      bits = yield value;
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('The bytes end too early.');
    return byte;
  }
}
