import { EngineError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { type GgufHeader, type HeaderTensor, readHeader } from './gguf-header.ts';
import type { Metadata } from './metadata.ts';

export interface GgufTensor extends HeaderTensor {
  /** Index in `Gguf.parts` of the file that has the data; `offset` is in that file. */
  readonly part: number;
}

/** A model file, or the parts of a split one, described and checked. No weights are read. */
export interface Gguf {
  readonly version: number;
  /** Of the first part: the others repeat only how they are split. */
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** In the order of the split. */
  readonly parts: readonly ByteSource[];
  /** Where the tensor data of each part begin. */
  readonly dataOffsets: readonly number[];
}

interface Part {
  readonly source: ByteSource;
  readonly header: GgufHeader;
}

/** llama.cpp's own limit, and the last number that fits its file names is 99,999. */
const MAX_PARTS = 10_000;

/**
 * Reads the headers of a model given as one file, or as all parts of a split one in any order.
 * @throws EngineError `not-gguf`, `corrupt-file`, `unsupported-tensor-type` (of a size we do not know); `bad-request` where
 * parts are missing or do not belong together.
 */
export async function readGguf(parts: readonly ByteSource[], signal?: AbortSignal): Promise<Gguf> {
  const read: Part[] = [];
  for (const source of parts) read.push({ source, header: await readHeader(source, signal) });
  const ordered = orderParts(read);

  const tensors = new Map<string, GgufTensor>();
  ordered.forEach(({ source, header }, part) => {
    for (const tensor of header.tensors) {
      if (tensors.has(tensor.name)) throw corrupt(source, `the tensor "${tensor.name}" occurs twice`);
      tensors.set(tensor.name, { ...tensor, part });
    }
  });

  const [first] = ordered;
  if (first === undefined) throw new EngineError('bad-request', 'No model file was given.');
  const { metadata, version } = first.header;
  const promised = metadata.optionalNumber('split.tensors.count');
  if (promised !== undefined && promised !== tensors.size) {
    throw corrupt(first.source, `it promises ${promised} tensors in all parts, and there are ${tensors.size}`);
  }
  return {
    version,
    metadata,
    tensors,
    parts: ordered.map(({ source }) => source),
    dataOffsets: ordered.map(({ header }) => header.dataOffset),
  };
}

/** Every part exactly once, by `split.no`. */
function orderParts(parts: readonly Part[]): readonly Part[] {
  const [first] = parts;
  if (first === undefined) return [];
  const count = splitCount(first);
  if (count === 1 && parts.length === 1) return parts;
  const byNumber = new Map<number, Part>();
  for (const part of parts) {
    const theirs = splitCount(part);
    if (theirs !== count || theirs === 1) {
      throw new EngineError('bad-request', `${part.source.name} and ${first.source.name} are not parts of one model.`);
    }
    const number = part.header.metadata.number('split.no');
    if (!Number.isInteger(number) || number < 0 || number >= count) {
      throw corrupt(part.source, `it says it is part ${number + 1} of ${count}`);
    }
    const twin = byNumber.get(number);
    if (twin !== undefined) {
      throw new EngineError(
        'bad-request',
        `${twin.source.name} and ${part.source.name} are both part ${number + 1} of ${count}: give each part once.`,
      );
    }
    byNumber.set(number, part);
  }
  const numbers = Array.from({ length: count }, (_, number) => number);
  const missing = numbers.filter((number) => !byNumber.has(number));
  if (missing.length > 0) {
    throw new EngineError(
      'bad-request',
      `The model comes in ${count} files, and ${describeMissing(missing, count, first.source.name)} missing. Give all of them.`,
    );
  }
  return numbers.flatMap((number) => byNumber.get(number) ?? []);
}

/** 1 for a file that is whole. */
function splitCount({ source, header }: Part): number {
  const count = header.metadata.optionalNumber('split.count') ?? 1;
  // 0 is written by some tools for "not split".
  if (count === 0) return 1;
  if (!Number.isInteger(count) || count < 1 || count > MAX_PARTS)
    throw corrupt(source, `it says it is split in ${count}`);
  return count;
}

/** A message names this many missing parts at most. */
const MAX_NAMED_PARTS = 5;

function describeMissing(missing: readonly number[], count: number, name: string): string {
  const names = splitPartNames(name);
  const named = missing
    .slice(0, MAX_NAMED_PARTS)
    .map((number) => names?.[number] ?? `part ${number + 1} of ${count}`)
    .join(', ');
  const more = missing.length - MAX_NAMED_PARTS;
  return more > 0 ? `${named} and ${more} more are` : `${named} ${missing.length === 1 ? 'is' : 'are'}`;
}

const SPLIT_NAME = /^(?<stem>.*)-(?<number>\d{5})-of-(?<count>\d{5})\.gguf$/s;

/**
 * Names of all parts, first to last, from the name of one: `m-00002-of-00003.gguf` → `m-00001-of-00003.gguf`, …
 * Null if the name is not that of a part.
 */
export function splitPartNames(name: string): string[] | null {
  const groups = SPLIT_NAME.exec(name)?.groups;
  const { stem = '', number = '', count = '' } = groups ?? {};
  const total = Number(count);
  if (groups === undefined || total > MAX_PARTS || Number(number) < 1 || Number(number) > total) return null;
  return Array.from({ length: total }, (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${count}.gguf`);
}

function corrupt(source: ByteSource, what: string): EngineError {
  return new EngineError('corrupt-file', `${source.name} is damaged or incomplete: ${what}. Download it again.`);
}
