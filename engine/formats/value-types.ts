import type { HeaderReader } from './header-reader.ts';
import type { MetadataScalar } from './metadata.ts';

/** Wire ids of metadata values: `enum gguf_type` in ggml's gguf.h. */
export const VALUE_TYPE_IDS = {
  u8: 0,
  i8: 1,
  u16: 2,
  i16: 3,
  u32: 4,
  i32: 5,
  f32: 6,
  bool: 7,
  string: 8,
  array: 9,
  u64: 10,
  i64: 11,
  f64: 12,
} as const;

/** Value types of a fixed width: all but strings and arrays. */
export type FixedValueType = Exclude<keyof typeof VALUE_TYPE_IDS, 'string' | 'array'>;

export const FIXED_VALUE_BYTES: Readonly<Record<FixedValueType, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  u64: 8,
  i64: 8,
  f64: 8,
};

const TYPES_BY_ID: ReadonlyMap<number, keyof typeof VALUE_TYPE_IDS> = new Map(
  Object.entries(VALUE_TYPE_IDS).map(([name, id]) => [id, name as keyof typeof VALUE_TYPE_IDS]),
);

export function valueTypeById(id: number): keyof typeof VALUE_TYPE_IDS | undefined {
  return TYPES_BY_ID.get(id);
}

/** One value of `FIXED_VALUE_BYTES[type]` bytes, which the caller has made readable. */
export function readFixed(reader: HeaderReader, type: FixedValueType): MetadataScalar {
  switch (type) {
    case 'u8':
    case 'i8':
    case 'u16':
    case 'i16':
    case 'u32':
    case 'i32':
    case 'f32':
    case 'f64':
    case 'u64':
    case 'i64':
      return reader[type]();
    case 'bool': {
      const byte = reader.u8();
      return byte <= 1 ? byte === 1 : reader.fail(`a true-or-false value is ${byte}`);
    }
    default:
      return type satisfies never;
  }
}
