import { EngineError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { MAX_ARRAY_LENGTH, MAX_KEY_BYTES, MAX_KEYS, MAX_TENSOR_NAME_BYTES, MAX_TENSORS } from './header-limits.ts';
import { HeaderReader } from './header-reader.ts';
import { Metadata, type MetadataScalar, type MetadataValue } from './metadata.ts';
import { byteLengthOf, type TensorType, tensorTypeById } from './tensor-types.ts';
import { FIXED_VALUE_BYTES, readFixed, valueTypeById } from './value-types.ts';

/** A tensor as one file describes it, checked against that file. */
export interface HeaderTensor {
  readonly name: string;
  readonly type: TensorType;
  /** ggml order: ne[0], the row length, first. */
  readonly shape: readonly number[];
  /** From the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface GgufHeader {
  readonly version: number;
  readonly metadata: Metadata;
  readonly tensors: readonly HeaderTensor[];
  /** Where the tensor data begin. */
  readonly dataOffset: number;
}

const MAGIC = [0x47, 0x47, 0x55, 0x46]; // "GGUF"
/** Version 1 counted in 32 bits and was replaced within weeks; version 3 added big-endian files to 2. */
const VERSIONS = [2, 3];
/** GGML_MAX_DIMS */
const MAX_DIMENSIONS = 4;
const DEFAULT_ALIGNMENT = 32;
/** More than a page of memory serves nobody. */
const MAX_ALIGNMENT = 65_536;
/** Least bytes of a key-value pair (length, 1-byte key, type, 1-byte value) and of a tensor (with 1 dimension). */
const MIN_KEY_VALUE_BYTES = 8 + 1 + 4 + 1;
const MIN_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

/**
 * Reads the header of one GGUF file, v2 or v3, never more than it; every number is checked against the file's size before
 * it is used. Format: ggml's docs/gguf.md.
 * @throws EngineError `not-gguf`, `corrupt-file`, or `unsupported-tensor-type` where the size of a type is unknown.
 */
export async function readHeader(source: ByteSource, signal?: AbortSignal): Promise<GgufHeader> {
  const reader = new HeaderReader(source, signal);
  const version = await readVersion(reader, source);
  const tensorCount = await reader.count('the number of tensors', MAX_TENSORS);
  const keyCount = await reader.count('the number of metadata keys', MAX_KEYS);
  if (keyCount * MIN_KEY_VALUE_BYTES + tensorCount * MIN_TENSOR_BYTES > reader.bytesLeft) {
    reader.fail(`it has no room for the ${keyCount} metadata keys and ${tensorCount} tensors that it claims`);
  }

  const values = new Map<string, MetadataValue>();
  for (let i = 0; i < keyCount; i++) {
    const key = await reader.string('a metadata key', MAX_KEY_BYTES);
    if (values.has(key)) reader.fail(`the metadata key "${key}" occurs twice`);
    values.set(key, await readValue(reader, key));
  }
  const metadata = new Metadata(values);
  const alignment = readAlignment(reader, metadata);

  const infos: TensorInfo[] = [];
  for (let i = 0; i < tensorCount; i++) infos.push(await readTensorInfo(reader));
  const dataOffset = Math.ceil(reader.position / alignment) * alignment;
  const tensors = placeTensors(reader, infos, dataOffset, alignment, source.size);
  return { version, metadata, tensors, dataOffset };
}

async function readVersion(reader: HeaderReader, source: ByteSource): Promise<number> {
  const notGguf = (why: string) =>
    new EngineError(
      'not-gguf',
      `${source.name} is not a GGUF model file that Mixtab can read (version ${VERSIONS.join(' or ')}): ${why}.`,
    );
  if (source.size < MAGIC.length) throw notGguf(`it has only ${source.size} bytes`);
  await reader.need(MAGIC.length);
  for (const byte of MAGIC) if (reader.u8() !== byte) throw notGguf('it does not begin with "GGUF"');
  await reader.need(4);
  const version = reader.u32();
  if (VERSIONS.includes(version)) return version;
  // A big-endian file has the same magic, but a version whose bytes are the other way round.
  if ((version & 0xffff) === 0 && version !== 0) throw notGguf('it is for big-endian machines');
  throw notGguf(`it has version ${version}`);
}

async function readValue(reader: HeaderReader, key: string): Promise<MetadataValue> {
  const type = await readValueType(reader, key);
  switch (type) {
    case 'string':
      return reader.string(`the value of "${key}"`);
    case 'array':
      return readArray(reader, key);
    default:
      await reader.need(FIXED_VALUE_BYTES[type]);
      return readFixed(reader, type);
  }
}

async function readValueType(reader: HeaderReader, key: string) {
  await reader.need(4);
  const id = reader.u32();
  return valueTypeById(id) ?? reader.fail(`the metadata key "${key}" has the unknown value type ${id}`);
}

async function readArray(reader: HeaderReader, key: string): Promise<readonly MetadataScalar[]> {
  const type = await readValueType(reader, key);
  const length = await reader.count(`the length of "${key}"`, MAX_ARRAY_LENGTH);
  if (type === 'array') return reader.fail(`the metadata key "${key}" is a list of lists`);
  const itemBytes = type === 'string' ? 8 : FIXED_VALUE_BYTES[type];
  if (length * itemBytes > reader.bytesLeft) {
    reader.fail(`it has no room for the ${length} items that "${key}" claims`);
  }
  reader.claimItems(length);
  if (type === 'string') return reader.strings(`"${key}"`, length);
  const items: MetadataScalar[] = [];
  while (items.length < length) {
    await reader.need(itemBytes);
    const readable = Math.min(length - items.length, Math.floor(reader.buffered / itemBytes));
    for (let i = 0; i < readable; i++) items.push(readFixed(reader, type));
  }
  return items;
}

function readAlignment(reader: HeaderReader, metadata: Metadata): number {
  const alignment = metadata.optionalNumber('general.alignment') ?? DEFAULT_ALIGNMENT;
  const isPowerOfTwo = Number.isInteger(Math.log2(alignment));
  if (!isPowerOfTwo || alignment < 8 || alignment > MAX_ALIGNMENT) {
    reader.fail(`"general.alignment" is ${alignment}, which is no power of two from 8 to ${MAX_ALIGNMENT}`);
  }
  return alignment;
}

/** A tensor as written; its offset is from the start of the data. */
interface TensorInfo {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly dataRelativeOffset: number;
  readonly byteLength: number;
}

async function readTensorInfo(reader: HeaderReader): Promise<TensorInfo> {
  const name = await reader.string('the name of a tensor', MAX_TENSOR_NAME_BYTES);
  await reader.need(4);
  const dimensions = reader.u32();
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) reader.fail(`tensor "${name}" has ${dimensions} dimensions`);
  const shape: number[] = [];
  let weights = 1;
  for (let i = 0; i < dimensions; i++) {
    const size = await reader.count(`a dimension of tensor "${name}"`, Number.MAX_SAFE_INTEGER);
    shape.push(size);
    weights *= size;
    if (size === 0 || !Number.isSafeInteger(weights))
      reader.fail(`tensor "${name}" has the shape [${shape.join(', ')}]`);
  }
  await reader.need(4);
  const typeId = reader.u32();
  const type = tensorTypeById(typeId);
  if (type === undefined) throw unknownType(name, typeId);
  const rowLength = shape[0] ?? 1;
  if (rowLength % type.blockSize !== 0) {
    reader.fail(`tensor "${name}" has rows of ${rowLength} weights, no multiple of ${type.name}'s ${type.blockSize}`);
  }
  const dataRelativeOffset = await reader.count(`the offset of tensor "${name}"`, Number.MAX_SAFE_INTEGER);
  return { name, type, shape, dataRelativeOffset, byteLength: byteLengthOf(type, weights) };
}

/** Resolves offsets; every tensor has to lie inside the file, aligned, and apart from every other. */
function placeTensors(
  reader: HeaderReader,
  infos: readonly TensorInfo[],
  dataOffset: number,
  alignment: number,
  fileSize: number,
): readonly HeaderTensor[] {
  const tensors = infos.map(({ name, type, shape, dataRelativeOffset, byteLength }): HeaderTensor => {
    if (dataRelativeOffset % alignment !== 0) reader.fail(`tensor "${name}" is not aligned to ${alignment} bytes`);
    const offset = dataOffset + dataRelativeOffset;
    if (offset + byteLength > fileSize) {
      reader.fail(`tensor "${name}" should end at byte ${offset + byteLength}, but the file has ${fileSize}`);
    }
    return { name, type, shape, offset, byteLength };
  });
  const byOffset = tensors.toSorted((a, b) => a.offset - b.offset);
  byOffset.forEach((tensor, i) => {
    const before = byOffset[i - 1];
    if (before !== undefined && before.offset + before.byteLength > tensor.offset) {
      reader.fail(`tensors "${before.name}" and "${tensor.name}" overlap`);
    }
  });
  return tensors;
}

function unknownType(tensor: string, id: number): EngineError {
  return new EngineError(
    'unsupported-tensor-type',
    `The weights of this model are in a format that this version of Mixtab does not know (number ${id}, tensor "${tensor}"). ` +
      'Look for the same model in another format, such as Q4_K_M, or for a newer version of Mixtab.',
  );
}
