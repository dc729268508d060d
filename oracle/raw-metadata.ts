import { FIXED_VALUE_BYTES, type FixedValueType, VALUE_TYPE_IDS } from '../engine/formats/value-types.ts';

const FIRST_KEY = 24; // magic, version, two counts

/**
 * The keys of a file that is known to be good, with their types and values as they lie there, and where the tensors' descriptions
 * begin.
 */
export function rawMetadata(
  file: Uint8Array<ArrayBuffer>,
  keys: number,
): { readonly values: Map<string, Uint8Array<ArrayBuffer>>; readonly end: number } {
  const reader = new ValueReader(file);
  const values = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let i = 0; i < keys; i++) {
    const key = reader.text();
    values.set(key, reader.value());
  }
  return { values, end: reader.at };
}

/** Just enough of the format to find where values end. */
class ValueReader {
  readonly #file: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  at = FIRST_KEY;

  constructor(file: Uint8Array<ArrayBuffer>) {
    this.#file = file;
    this.#view = new DataView(file.buffer, file.byteOffset);
  }

  text(): string {
    const length = Number(this.#view.getBigUint64(this.at, true));
    this.at += 8 + length;
    return new TextDecoder().decode(this.#file.subarray(this.at - length, this.at));
  }

  value(): Uint8Array<ArrayBuffer> {
    const start = this.at;
    const type = this.#u32();
    if (type === VALUE_TYPE_IDS.array) {
      const itemType = this.#u32();
      const length = Number(this.#view.getBigUint64(this.at, true));
      this.at += 8;
      for (let i = 0; i < length; i++) this.#skip(itemType);
    } else {
      this.#skip(type);
    }
    return this.#file.slice(start, this.at);
  }

  #u32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4, true);
  }

  #skip(type: number): void {
    const [name] = Object.entries(VALUE_TYPE_IDS).find(([, id]) => id === type) ?? [];
    if (name === 'string') this.text();
    else this.at += FIXED_VALUE_BYTES[name as FixedValueType];
  }
}
