import { byteLengthOf, type TensorType } from './tensor-types.ts';
import { FIXED_VALUE_BYTES, type FixedValueType, VALUE_TYPE_IDS } from './value-types.ts';

/** A metadata entry to write: key, type, value. */
export type MetadataEntry =
  | readonly [key: string, type: 'string', value: string]
  | readonly [key: string, type: 'bool', value: boolean]
  | readonly [key: string, type: 'bool[]', value: readonly boolean[]]
  | readonly [key: string, type: Exclude<FixedValueType, 'bool'>, value: number | bigint]
  | readonly [key: string, type: 'string[]', value: readonly string[]]
  | readonly [key: string, type: `${Exclude<FixedValueType, 'bool'>}[]`, value: readonly number[]];

/** An entry's type and value as they lie in a file. */
export type RawEntry = readonly [key: string, type: 'raw', value: Uint8Array];

export interface TensorToWrite {
  readonly name: string;
  readonly type: TensorType;
  /** ggml order: row length first. */
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface GgufToWrite {
  readonly metadata: readonly (MetadataEntry | RawEntry)[];
  readonly tensors: readonly TensorToWrite[];
  /** Default 3. */
  readonly version?: 2 | 3;
}

const ALIGNMENT = 32;

/** What stands before the tensors' bytes, up to where the first one begins. */
export function writeGgufHeader({
  metadata,
  tensors,
  version = 3,
}: Pick<GgufToWrite, 'metadata' | 'version'> & {
  readonly tensors: readonly Omit<TensorToWrite, 'data'>[];
}): Uint8Array<ArrayBuffer> {
  const header = new HeaderWriter();
  header.bytes(new TextEncoder().encode('GGUF'));
  header.fixed('u32', version);
  header.fixed('u64', tensors.length);
  header.fixed('u64', metadata.length);
  for (const entry of metadata) header.entry(entry);
  let offset = 0;
  for (const tensor of tensors) {
    const { name, shape, type } = tensor;
    header.string(name);
    header.fixed('u32', shape.length);
    for (const size of shape) header.fixed('u64', size);
    header.fixed('u32', type.id);
    header.fixed('u64', offset);
    offset += alignedBytes(tensor);
  }
  const padded = new Uint8Array(align(header.length));
  padded.set(header.take());
  return padded;
}

/** Bytes from the beginning of a tensor to that of the next one. */
export function alignedBytes(tensor: Omit<TensorToWrite, 'data'>): number {
  return align(tensorBytes(tensor));
}

/** A GGUF file, whole in memory: for tests and for the small models of `oracle/`. */
export function writeGguf(model: GgufToWrite): Uint8Array<ArrayBuffer> {
  const { tensors } = model;
  for (const tensor of tensors) {
    const { name, shape, type, data } = tensor;
    if (data.length !== tensorBytes(tensor))
      throw new Error(`${name} has ${data.length} bytes for the shape [${shape.join(', ')}] in ${type.name}`);
  }
  const header = writeGgufHeader(model);
  const file = new Uint8Array(tensors.reduce((end, tensor) => end + alignedBytes(tensor), header.length));
  file.set(header);
  let end = header.length;
  for (const tensor of tensors) {
    file.set(tensor.data, end);
    end += alignedBytes(tensor);
  }
  return file;
}

function tensorBytes({ type, shape }: Omit<TensorToWrite, 'data'>): number {
  return byteLengthOf(
    type,
    shape.reduce((product, size) => product * size, 1),
  );
}

/** The same model as `partCount` files, as llama.cpp's gguf-split writes them. */
export function writeSplitGguf(model: GgufToWrite, partCount: number): Uint8Array<ArrayBuffer>[] {
  const perPart = Math.ceil(model.tensors.length / partCount);
  return Array.from({ length: partCount }, (_, part) =>
    writeGguf({
      ...model,
      metadata: [
        ...(part === 0 ? model.metadata : []),
        ['split.no', 'u16', part],
        ['split.count', 'u16', partCount],
        ['split.tensors.count', 'i32', model.tensors.length],
      ],
      tensors: model.tensors.slice(part * perPart, (part + 1) * perPart),
    }),
  );
}

function align(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** Little-endian bytes, growing. */
class HeaderWriter {
  #buffer = new Uint8Array(4096);
  #scratch = new DataView(new ArrayBuffer(8));
  #encoder = new TextEncoder();
  length = 0;

  take(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  bytes(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#buffer.length) {
      const larger = new Uint8Array((this.length + bytes.length) * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  string(text: string): void {
    const bytes = this.#encoder.encode(text);
    this.fixed('u64', bytes.length);
    this.bytes(bytes);
  }

  entry([key, type, value]: MetadataEntry | RawEntry): void {
    this.string(key);
    if (type === 'raw') return this.bytes(value);
    const itemType = type.replace('[]', '') as FixedValueType | 'string';
    const items: readonly (string | number | bigint | boolean)[] = typeof value === 'object' ? value : [value];
    if (typeof value === 'object') {
      this.fixed('u32', VALUE_TYPE_IDS.array);
      this.fixed('u32', VALUE_TYPE_IDS[itemType]);
      this.fixed('u64', value.length);
    } else {
      this.fixed('u32', VALUE_TYPE_IDS[itemType]);
    }
    for (const item of items) {
      if (itemType === 'string') this.string(String(item));
      else this.fixed(itemType, typeof item === 'bigint' ? item : Number(item));
    }
  }

  fixed(type: FixedValueType, value: number | bigint): void {
    setFixed(this.#scratch, type, value);
    this.bytes(new Uint8Array(this.#scratch.buffer, 0, FIXED_VALUE_BYTES[type]));
  }
}

function setFixed(view: DataView, type: FixedValueType, value: number | bigint): void {
  switch (type) {
    case 'u8':
    case 'bool':
      return view.setUint8(0, Number(value));
    case 'i8':
      return view.setInt8(0, Number(value));
    case 'u16':
      return view.setUint16(0, Number(value), true);
    case 'i16':
      return view.setInt16(0, Number(value), true);
    case 'u32':
      return view.setUint32(0, Number(value), true);
    case 'i32':
      return view.setInt32(0, Number(value), true);
    case 'f32':
      return view.setFloat32(0, Number(value), true);
    case 'f64':
      return view.setFloat64(0, Number(value), true);
    case 'u64':
      return view.setBigUint64(0, BigInt(value), true);
    case 'i64':
      return view.setBigInt64(0, BigInt(value), true);
    default:
      return type satisfies never;
  }
}
