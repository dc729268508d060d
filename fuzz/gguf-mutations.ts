// Valid model files of the small random models, and what can be done to their headers and weights. For `headers` and `models`.
import { FIXED_VALUE_BYTES, type FixedValueType, VALUE_TYPE_IDS } from '../engine/formats/value-types.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { goldenModels } from '../oracle/models.ts';
import { rawMetadata } from '../oracle/raw-metadata.ts';

/** A file taken apart: its keys with their values as bytes, the rest as it was. */
export interface Seed {
  readonly name: string;
  readonly architecture: string;
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly tensorCount: number;
  readonly tensorInfos: Uint8Array;
  readonly data: Uint8Array;
}

/** One thing done to a file. Places in it are fractions, so that they remain places when other things are done first. */
export type Mutation =
  | { readonly kind: 'number'; readonly key: string; readonly type: FixedValueType; readonly value: number | bigint }
  | {
      readonly kind: 'list';
      readonly key: string;
      readonly type: FixedValueType | 'string' | 'array';
      readonly length: number;
      /** What the file says of its length. */
      readonly claimed: bigint;
      readonly value: number;
    }
  | { readonly kind: 'string'; readonly key: string; readonly length: number; readonly claimed: bigint }
  | { readonly kind: 'remove'; readonly key: string }
  | { readonly kind: 'twice'; readonly key: string }
  | { readonly kind: 'count'; readonly of: 'tensors' | 'keys'; readonly value: bigint }
  /** Bits of the header. */
  | { readonly kind: 'bytes'; readonly at: number; readonly bytes: readonly number[] }
  /** 32-bit words of the tensors' data. */
  | { readonly kind: 'weights'; readonly at: number; readonly share: number; readonly word: number }
  | { readonly kind: 'cut'; readonly at: number };

export interface MutatedFile {
  readonly seed: Seed;
  readonly mutations: readonly Mutation[];
}

const SEEDS = [
  'olmoe-f32',
  'qwen3moe-f16',
  'granitemoe-shared-q8_0-tied',
  'deepseek2-v3-q8_0',
  'deepseek2-joint-yarn-f16',
  'lfm2moe-q4_0',
  'granitehybrid-experts-q8_0',
  'nemotron_h_moe-q5_0',
  'qwen2moe-mixed-gates',
  'smallthinker-windows-f16',
  'qwen35moe-q4_0',
  'bailingmoe3-clamped-mixture',
];

export function openSeeds(): Promise<readonly Seed[]> {
  return Promise.all(
    goldenModels.filter(({ name }) => SEEDS.includes(name)).map((model) => seedOf(model.name, model.build())),
  );
}

export async function seedOf(name: string, file: Uint8Array<ArrayBuffer>): Promise<Seed> {
  const { metadata, tensors, dataOffsets } = await readGguf([new MemorySource(file)]);
  const { values, end } = rawMetadata(file, [...metadata.keys()].length);
  const dataOffset = dataOffsets[0] ?? 0;
  return {
    name,
    architecture: metadata.string('general.architecture'),
    values,
    tensorCount: tensors.size,
    tensorInfos: file.slice(end, dataOffset), // with its padding
    data: file.slice(dataOffset),
  };
}

/** Keys that the seeds lack, or that the engine does not read today and may tomorrow. */
const MORE_KEYS = [
  ...['rope.scaling.type', 'rope.scaling.factor', 'rope.scale_linear', 'rope.scaling.original_context_length'],
  ...['rope.scaling.yarn_beta_fast', 'rope.scaling.yarn_beta_slow', 'rope.scaling.yarn_log_multiplier'],
  ...['expert_weights_scale', 'expert_gating_func', 'expert_group_count', 'expert_group_used_count', 'logit_scale'],
  ...['attention.scale', 'residual_scale', 'embedding_scale', 'expert_shared_count', 'attention.q_lora_rank'],
  ...['attention.key_length', 'attention.value_length', 'rope.dimension_count', 'leading_dense_block_count'],
];
const GENERAL_KEYS = [
  ...['general.alignment', 'general.name', 'split.count', 'split.no', 'split.tensors.count'],
  ...['tokenizer.ggml.eot_token_id', 'tokenizer.ggml.scores', 'tokenizer.ggml.unknown_token_id'],
];

const NUMBERS = [
  ...[NaN, Infinity, -Infinity, -1, -0.5, 0, 0.5, 1e-300, 1e-30, 1e30, 1e300, 5e-324, -1e-6, 1e-6, 1, 2, 3, 4, 7, 8],
  ...[16, 31, 32, 64, 100, 255, 256, 257, 512, 1000, 1024, 4096, 65_535, 65_536, 131_072, 1e6],
  ...[2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 53],
];
const LENGTHS = [0, 1, 2, 3, 8, 60, 300, 3000, 20_000];
const CLAIMS = [0n, 1n, 5n, 4_000_000n, 4_000_001n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
const TYPES = Object.keys(FIXED_VALUE_BYTES) as FixedValueType[];
const WORDS = [0x7fc00000, 0x7f800000, 0xff800000, 0xffffffff, 0, 0x7f7fffff, 0x00000001, 0x3f800000, 0x7bff7bff];

export function randomMutations(random: () => number, seed: Seed, kinds: readonly Mutation['kind'][]): Mutation[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const own = [...seed.values.keys()].filter((key) => key.startsWith(seed.architecture));
  const all = [...seed.values.keys()];
  const key = (): string => {
    const share = random();
    if (share < 0.5) return pick(own);
    if (share < 0.7) return `${seed.architecture}.${pick(MORE_KEYS)}`;
    return share < 0.85 ? pick(GENERAL_KEYS) : pick(all);
  };
  const value = (): number => (random() < 0.8 ? pick(NUMBERS) : Math.floor(random() * 300));
  const make = (kind: Mutation['kind']): Mutation => {
    switch (kind) {
      case 'number': {
        const number = value();
        const type = random() < 0.7 ? naturalType(number) : pick(TYPES);
        return { kind, key: key(), type, value: number };
      }
      case 'list': {
        const length = pick(LENGTHS);
        const claimed = random() < 0.7 ? BigInt(length) : pick(CLAIMS);
        return { kind, key: key(), type: pick([...TYPES, 'string', 'array']), length, claimed, value: value() };
      }
      case 'string': {
        const length = pick(LENGTHS);
        return { kind, key: key(), length, claimed: random() < 0.7 ? BigInt(length) : pick(CLAIMS) };
      }
      case 'remove':
      case 'twice':
        return { kind, key: key() };
      case 'count':
        return {
          kind,
          of: pick(['tensors', 'keys']),
          value: random() < 0.5 ? BigInt(Math.floor(random() * 60)) : pick(CLAIMS),
        };
      case 'bytes':
        return {
          kind,
          at: random(),
          bytes: Array.from({ length: pick([1, 1, 1, 2, 4, 8]) }, () =>
            pick([0, 1, 0x7f, 0x80, 0xff, Math.floor(random() * 256)]),
          ),
        };
      case 'weights':
        return { kind, at: random(), share: pick([1e-9, 1e-3, 0.1, 1]), word: pick(WORDS) };
      case 'cut':
        return { kind, at: random() };
      default:
        return kind satisfies never;
    }
  };
  return Array.from({ length: pick([1, 1, 1, 2, 3]) }, () => make(pick(kinds)));
}

function naturalType(value: number): FixedValueType {
  if (!Number.isInteger(value)) return 'f32';
  return value < 0 ? 'i32' : value < 2 ** 32 ? 'u32' : 'u64';
}

/** Whether the file's data, too, are of interest; else they are zeros of the same length. */
export function buildHeader({ seed, mutations }: MutatedFile): { readonly header: Uint8Array; readonly size: number } {
  const values = new Map(seed.values);
  const again: string[] = [];
  const counts = { tensors: BigInt(seed.tensorCount), keys: -1n };
  for (const mutation of mutations) {
    switch (mutation.kind) {
      case 'number':
      case 'list':
      case 'string':
        values.set(mutation.key, valueBytes(mutation));
        break;
      case 'remove':
        values.delete(mutation.key);
        break;
      case 'twice':
        if (values.has(mutation.key)) again.push(mutation.key);
        break;
      case 'count':
        counts[mutation.of] = mutation.value;
        break;
      case 'bytes':
      case 'weights':
      case 'cut':
        break;
      default:
        mutation satisfies never;
    }
  }
  const pieces: Uint8Array[] = [];
  const keys = [...values.keys(), ...again];
  const first = new DataView(new ArrayBuffer(24));
  first.setUint32(0, 0x46554747, true);
  first.setUint32(4, 3, true);
  first.setBigUint64(8, counts.tensors, true);
  first.setBigUint64(16, counts.keys < 0n ? BigInt(keys.length) : counts.keys, true);
  pieces.push(new Uint8Array(first.buffer));
  for (const key of keys) {
    const text = new TextEncoder().encode(key);
    pieces.push(u64(BigInt(text.length)), text, values.get(key) ?? new Uint8Array(0));
  }
  pieces.push(trimmed(seed.tensorInfos));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const header = new Uint8Array(Math.ceil(length / ALIGNMENT) * ALIGNMENT);
  let at = 0;
  for (const piece of pieces) {
    header.set(piece, at);
    at += piece.length;
  }
  let size = header.length + seed.data.length;
  for (const mutation of mutations) {
    if (mutation.kind === 'bytes') header.set(mutation.bytes.slice(0, 1), Math.floor(mutation.at * header.length));
    if (mutation.kind === 'bytes')
      mutation.bytes.forEach((byte, i) => {
        const place = Math.floor(mutation.at * header.length) + i;
        if (place < header.length) header[place] = byte;
      });
    if (mutation.kind === 'cut') size = Math.floor(mutation.at * size);
  }
  return { header: header.subarray(0, Math.min(header.length, size)), size };
}

/** The whole file. */
export function buildFile(file: MutatedFile): Uint8Array<ArrayBuffer> {
  const { header, size } = buildHeader(file);
  const bytes = new Uint8Array(size);
  bytes.set(header);
  if (size <= header.length) return bytes;
  bytes.set(file.seed.data.subarray(0, size - header.length), header.length);
  const words = new DataView(bytes.buffer, header.length);
  for (const mutation of file.mutations) {
    if (mutation.kind !== 'weights') continue;
    const all = Math.floor(words.byteLength / 4);
    const begin = Math.floor(mutation.at * all);
    const end = Math.min(all, begin + Math.ceil(mutation.share * all));
    for (let i = begin; i < end; i++) words.setUint32(i * 4, mutation.word, true);
  }
  return bytes;
}

/** Without one of the mutations each. */
export function* fewerMutations(file: MutatedFile): Generator<MutatedFile> {
  if (file.mutations.length < 2) return;
  for (let without = 0; without < file.mutations.length; without++)
    yield { seed: file.seed, mutations: file.mutations.filter((_, i) => i !== without) };
}

const ALIGNMENT = 32;

/** Without the padding: a tensor's info ends in an offset, and the last one of a model is not 0. */
function trimmed(tensorInfos: Uint8Array): Uint8Array {
  let end = tensorInfos.length;
  while (end > 0 && tensorInfos[end - 1] === 0) end--;
  // The last offset is below 2^24, so its upper five bytes are zeros that belong to it.
  return tensorInfos.subarray(0, Math.min(tensorInfos.length, end + 5));
}

function u64(value: bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, value), true);
  return new Uint8Array(view.buffer);
}

function u32(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return new Uint8Array(view.buffer);
}

function fixed(type: FixedValueType, value: number | bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  const bytes = FIXED_VALUE_BYTES[type];
  if (type === 'f32') view.setFloat32(0, Number(value), true);
  else if (type === 'f64') view.setFloat64(0, Number(value), true);
  else {
    const whole = Number.isFinite(Number(value)) ? BigInt(Math.trunc(Number(value))) : 2n ** 63n;
    view.setBigUint64(0, BigInt.asUintN(64, whole), true);
  }
  return new Uint8Array(view.buffer, 0, bytes);
}

function valueBytes(mutation: Extract<Mutation, { kind: 'number' | 'list' | 'string' }>): Uint8Array {
  switch (mutation.kind) {
    case 'number':
      return joined([u32(VALUE_TYPE_IDS[mutation.type]), fixed(mutation.type, mutation.value)]);
    case 'string':
      return joined([
        u32(VALUE_TYPE_IDS.string),
        u64(mutation.claimed),
        new TextEncoder().encode('ab{% '.repeat(Math.ceil(mutation.length / 5)).slice(0, mutation.length)),
      ]);
    case 'list': {
      const { type, length, claimed, value } = mutation;
      const item =
        type === 'array'
          ? joined([u32(VALUE_TYPE_IDS.u8), u64(1n), new Uint8Array(1)])
          : type === 'string'
            ? joined([u64(2n), new TextEncoder().encode('ab')])
            : fixed(type, value);
      return joined([
        u32(VALUE_TYPE_IDS.array),
        u32(VALUE_TYPE_IDS[type]),
        u64(claimed),
        ...Array.from({ length }, () => item),
      ]);
    }
    default:
      return mutation satisfies never;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
