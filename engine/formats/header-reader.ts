import { EngineError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { MAX_ARRAY_ITEMS, MAX_HEADER_BYTES, MAX_ITEM_BYTES, MAX_STRING_BYTES } from './header-limits.ts';

/** First piece: holds the header of a small model; a vocabulary of 100k tokens takes several MB. */
const FIRST_PIECE_BYTES = 256 * 1024;
/**
 * Pieces double up to this: a vocabulary of 150k tokens, 6 MB, takes seven requests, and about half a piece is read in vain.
 * Between pieces others get their turn.
 */
const MAX_PIECE_BYTES = 1024 * 1024;
/** Shorter ASCII strings are decoded without TextDecoder, whose fixed cost dominates for vocabularies. */
const SHORT_STRING_BYTES = 64;

/**
 * A cursor over the little-endian header at the start of a file. It reads ahead in growing pieces and forgets what it has
 * passed. Typed reads are synchronous and need `await need(n)` (or a true `has(n)`) before them.
 * Every failure is an EngineError `corrupt-file` that says where.
 */
export class HeaderReader {
  readonly #source: ByteSource;
  readonly #signal: AbortSignal | undefined;
  // ignoreBOM: U+FEFF is a token of real vocabularies and has to survive.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #view = new DataView(new ArrayBuffer(0));
  /** Offset in the file of the view's first byte. */
  #viewStart = 0;
  /** Offset in the view of the next byte to read. */
  #cursor = 0;
  #pieceBytes = FIRST_PIECE_BYTES;
  /** In all lists so far. */
  #items = 0;

  constructor(source: ByteSource, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  /** Offset in the file of the next byte to read. */
  get position(): number {
    return this.#viewStart + this.#cursor;
  }

  /** Bytes from the cursor to the end of the file. */
  get bytesLeft(): number {
    return this.#source.size - this.position;
  }

  /** Bytes that can be read before the next `need`. */
  get buffered(): number {
    return this.#view.byteLength - this.#cursor;
  }

  /** Makes the next `bytes` bytes readable. */
  async need(bytes: number): Promise<void> {
    if (this.buffered >= bytes) return;
    this.#signal?.throwIfAborted();
    if (bytes > this.bytesLeft) this.fail('the file ends in the middle of its header');
    if (this.position + bytes > MAX_HEADER_BYTES) this.fail(`the header is longer than ${MAX_HEADER_BYTES} bytes`);
    const kept = new Uint8Array(this.#view.buffer, this.#cursor);
    const readStart = this.position + kept.length;
    const readEnd = Math.min(readStart + Math.max(this.#pieceBytes, bytes - kept.length), this.#source.size);
    const piece = await this.#source.read(readStart, readEnd, this.#signal);
    const joined = new Uint8Array(kept.length + piece.length);
    joined.set(kept);
    joined.set(piece, kept.length);
    this.#viewStart += this.#cursor;
    this.#cursor = 0;
    this.#view = new DataView(joined.buffer);
    this.#pieceBytes = Math.min(this.#pieceBytes * 2, MAX_PIECE_BYTES);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  i8(): number {
    return this.#view.getInt8(this.#advance(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }
  i16(): number {
    return this.#view.getInt16(this.#advance(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }
  f32(): number {
    return this.#view.getFloat32(this.#advance(4), true);
  }
  f64(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }
  /** A number where it is exact, else a bigint. */
  u64(): number | bigint {
    const offset = this.#advance(8);
    const high = this.#view.getUint32(offset + 4, true);
    // 2^21 · 2^32 = 2^53; below it a double holds every integer.
    return high < 2 ** 21 ? high * 2 ** 32 + this.#view.getUint32(offset, true) : this.#view.getBigUint64(offset, true);
  }
  /** A number where it is exact, else a bigint. */
  i64(): number | bigint {
    const value = this.#view.getBigInt64(this.#advance(8), true);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  /** A u64 that counts or measures `what`: never above `limit`. */
  async count(what: string, limit: number): Promise<number> {
    await this.need(8);
    const value = this.u64();
    if (typeof value === 'bigint' || value > limit) this.fail(`it claims ${value} for ${what}, more than ${limit}`);
    return value;
  }

  /** A u64 length and as many bytes of UTF-8. Malformed UTF-8 becomes U+FFFD. */
  async string(what: string, maxBytes = MAX_STRING_BYTES): Promise<string> {
    if (this.buffered < 8) await this.need(8);
    const length = this.u64();
    if (typeof length === 'bigint' || length > maxBytes) {
      this.fail(`it claims ${length} bytes for ${what}, more than ${maxBytes}`);
    }
    if (this.buffered < length) await this.need(length);
    return this.#text(length);
  }

  /** `count` strings. Separate from `string` since a promise a token costs more than reading it. */
  async strings(what: string, count: number): Promise<string[]> {
    const strings: string[] = [];
    for (let i = 0; i < count; i++) {
      if (this.buffered < 8) await this.need(8);
      const length = this.u64();
      if (typeof length === 'bigint' || length > MAX_ITEM_BYTES) {
        this.fail(`it claims ${length} bytes for item ${i} of ${what}, more than ${MAX_ITEM_BYTES}`);
      }
      if (this.buffered < length) await this.need(length);
      strings.push(this.#text(length));
    }
    return strings;
  }

  /** To be called before a list is read. */
  claimItems(count: number): void {
    this.#items += count;
    if (this.#items > MAX_ARRAY_ITEMS) this.fail(`its lists have more than ${MAX_ARRAY_ITEMS} items`);
  }

  fail(what: string): never {
    throw new EngineError(
      'corrupt-file',
      `${this.#source.name} is damaged or incomplete: ${what}. Download it again.`,
      `near byte ${this.position} of ${this.#source.size}`,
    );
  }

  #text(length: number): string {
    const bytes = new Uint8Array(this.#view.buffer, this.#advance(length), length);
    if (length <= SHORT_STRING_BYTES) {
      let text = '';
      for (const byte of bytes) {
        if (byte >= 0x80) return this.#decoder.decode(bytes);
        text += String.fromCharCode(byte);
      }
      return text;
    }
    return this.#decoder.decode(bytes);
  }

  /** Moves past `bytes` bytes; returns where in the view they begin. */
  #advance(bytes: number): number {
    const offset = this.#cursor;
    this.#cursor += bytes;
    return offset;
  }
}
