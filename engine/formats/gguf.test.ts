import { describe, expect, it } from 'vitest';
import { EngineError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { readGguf, splitPartNames } from './gguf.ts';
import { type GgufToWrite, type MetadataEntry, writeGguf, writeSplitGguf } from './gguf-writer.ts';
import { MemorySource } from './memory-source.ts';
import { TENSOR_TYPES, tensorTypeById } from './tensor-types.ts';
import { requireSupported } from '../kernels/weight-types.ts';

const METADATA: readonly MetadataEntry[] = [
  ['general.architecture', 'string', 'olmoe'],
  ['a.u8', 'u8', 255],
  ['a.i8', 'i8', -128],
  ['a.u16', 'u16', 65535],
  ['a.i16', 'i16', -32768],
  ['a.u32', 'u32', 4294967295],
  ['a.i32', 'i32', -2147483648],
  ['a.f32', 'f32', 0.5],
  ['a.f64', 'f64', 1e-300],
  ['a.u64', 'u64', 2 ** 53 - 1],
  ['a.huge', 'u64', 2n ** 53n],
  ['a.i64', 'i64', -(2 ** 53 - 1)],
  ['a.bool', 'bool', true],
  ['a.strings', 'string[]', ['', 'é', '\uFEFF', '日本', 'x'.repeat(100)]],
  ['a.numbers', 'f32[]', [1, -2, 0.25]],
  ['a.none', 'i32[]', []],
];

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);

const MODEL: GgufToWrite = {
  metadata: METADATA,
  tensors: [
    { name: 'a.weight', type: TENSOR_TYPES.F32, shape: [3, 2], data: bytes(24, 1) },
    { name: 'b.weight', type: TENSOR_TYPES.Q4_K, shape: [256, 2, 2], data: bytes(576, 2) },
    { name: 'c.weight', type: TENSOR_TYPES.Q8_0, shape: [64], data: bytes(68, 3) },
  ],
};

const read = (file: Uint8Array<ArrayBuffer>) => readGguf([new MemorySource(file)]);

async function failure(promise: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await promise.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EngineError)) throw error;
  return error;
}

/** Offset just behind the first occurrence of `text`. */
function after(file: Uint8Array, text: string): number {
  const at = Buffer.from(file.buffer, file.byteOffset, file.length).indexOf(text);
  if (at < 0) throw new Error(`${text} is not in the file`);
  return at + text.length;
}

/** Copy of `file` with `patch` applied to a view on it. */
function patched(file: Uint8Array<ArrayBuffer>, patch: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const copy = file.slice();
  patch(new DataView(copy.buffer));
  return copy;
}

describe('readGguf', () => {
  it.each([2, 3] as const)('reads metadata and tensors of version %i', async (version) => {
    const gguf = await read(writeGguf({ ...MODEL, version }));
    const { metadata } = gguf;
    expect(gguf.version).toBe(version);
    expect(metadata.string('general.architecture')).toBe('olmoe');
    const numbers = ['a.u8', 'a.i8', 'a.u16', 'a.i16', 'a.u32', 'a.i32', 'a.f32', 'a.f64', 'a.u64', 'a.i64'];
    expect(numbers.map((key) => metadata.number(key))).toEqual([
      255, -128, 65535, -32768, 4294967295, -2147483648, 0.5, 1e-300, 9007199254740991, -9007199254740991,
    ]);
    expect(metadata.boolean('a.bool')).toBe(true);
    expect(metadata.strings('a.strings')).toEqual(['', 'é', '\uFEFF', '日本', 'x'.repeat(100)]);
    expect(metadata.numbers('a.numbers')).toEqual([1, -2, 0.25]);
    expect(metadata.numbers('a.none')).toEqual([]);
    expect([...gguf.tensors.keys()]).toEqual(['a.weight', 'b.weight', 'c.weight']);
    expect(gguf.tensors.get('b.weight')).toMatchObject({ shape: [256, 2, 2], byteLength: 576, part: 0 });
  });

  it('finds the bytes of each tensor', async () => {
    const file = writeGguf(MODEL);
    const gguf = await read(file);
    for (const { name, data } of MODEL.tensors) {
      const tensor = gguf.tensors.get(name);
      if (tensor === undefined) throw new Error(name);
      expect(file.slice(tensor.offset, tensor.offset + tensor.byteLength)).toEqual(data);
    }
  });

  it('reads a vocabulary of 250,000 tokens in few pieces, and not the weights', async () => {
    const tokens = Array.from({ length: 250_000 }, (_, i) => (i % 7 === 0 ? `▁${i}` : `token${i}`));
    const file = writeGguf({
      metadata: [
        ['tokenizer.ggml.tokens', 'string[]', tokens],
        ['tokenizer.ggml.scores', 'f32[]', tokens.map((_, i) => -i)],
      ],
      tensors: [{ name: 'w', type: TENSOR_TYPES.F16, shape: [4_000_000], data: bytes(8_000_000, 9) }],
    });
    const memory = new MemorySource(file);
    const ends: number[] = [];
    const source: ByteSource = {
      name: 'big.gguf',
      size: file.length,
      read: (start, end) => {
        ends.push(end);
        return memory.read(start, end);
      },
    };
    const began = performance.now();
    const { metadata, dataOffsets } = await readGguf([source]);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(metadata.strings('tokenizer.ggml.tokens')).toEqual(tokens);
    expect(metadata.numbers('tokenizer.ggml.scores')[249_999]).toBe(-249_999);
    expect(ends.length).toBeLessThan(10);
    // Reading ahead is bounded by a piece.
    expect(Math.max(...ends)).toBeLessThan((dataOffsets[0] ?? 0) + 4 * 1024 * 1024);
  });

  it('passes the abort signal on', async () => {
    const source = new MemorySource(writeGguf(MODEL));
    await expect(readGguf([source], AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('names an unsupported type, but reads the header', async () => {
    const type = tensorTypeById(9);
    if (type === undefined) throw new Error('Q8_1 is unknown');
    const gguf = await read(
      writeGguf({ metadata: [], tensors: [{ name: 'w', type, shape: [32], data: bytes(36, 0) }] }),
    );
    const tensor = gguf.tensors.get('w');
    if (tensor === undefined) throw new Error('w');
    expect(() => requireSupported(tensor)).toThrow(/Q8_1 \(tensor "w"\).*F32, F16, BF16, Q8_0, Q6_K, Q5_K, .*IQ1_S/);
  });
});

describe('metadata getters', () => {
  it('name the key and what was found', async () => {
    const { metadata } = await read(writeGguf(MODEL));
    expect(() => metadata.string('a.u8')).toThrow('gives 255 for "a.u8" instead of a string');
    expect(() => metadata.number('a.bool')).toThrow('gives true for "a.bool" instead of a number');
    expect(() => metadata.number('a.huge')).toThrow('9007199254740992 (beyond 2^53)');
    expect(() => metadata.strings('a.numbers')).toThrow('a list of 3 numbers');
    expect(() => metadata.optionalNumbers('a.strings')).toThrow('a list of 5 strings');
    expect(() => metadata.boolean('nowhere')).toThrow('does not say "nowhere"');
    expect(metadata.optionalBoolean('nowhere')).toBeUndefined();
    expect(metadata.has('a.u8')).toBe(true);
  });
});

describe('split files', () => {
  it('are put in order', async () => {
    const parts = writeSplitGguf(MODEL, 3).map((part, i) => new MemorySource(part, `m-0000${i + 1}-of-00003.gguf`));
    const gguf = await readGguf(parts.toReversed());
    expect(gguf.parts).toEqual(parts);
    expect([...gguf.tensors.values()].map(({ name, part }) => [name, part])).toEqual([
      ['a.weight', 0],
      ['b.weight', 1],
      ['c.weight', 2],
    ]);
    expect(gguf.metadata.string('general.architecture')).toBe('olmoe');
  });

  it('are refused when one is missing, given twice or of another model', async () => {
    const [a, b, c] = writeSplitGguf(MODEL, 3).map((part, i) => new MemorySource(part, `m-0000${i + 1}-of-00003.gguf`));
    if (!a || !b || !c) throw new Error('parts');
    expect(await failure(readGguf([a, c]))).toMatchObject({
      code: 'bad-request',
      message: 'The model comes in 3 files, and m-00002-of-00003.gguf is missing. Give all of them.',
    });
    expect((await failure(readGguf([b]))).message).toContain(
      'm-00001-of-00003.gguf, m-00003-of-00003.gguf are missing',
    );
    expect((await failure(readGguf([a, b, b]))).message).toContain('both part 2 of 3');
    const other = new MemorySource(writeGguf(MODEL), 'other.gguf');
    expect((await failure(readGguf([a, b, c, other]))).message).toContain('not parts of one model');
    expect((await failure(readGguf([other, other]))).message).toContain('not parts of one model');
    expect((await failure(readGguf([]))).code).toBe('bad-request');
  });

  it('are refused when a tensor is in two of them or the number differs', async () => {
    const split = (no: number, total: number): readonly MetadataEntry[] => [
      ['split.no', 'u16', no],
      ['split.count', 'u16', 2],
      ['split.tensors.count', 'i32', total],
    ];
    const parts = (total: number, second: number) => [
      new MemorySource(writeGguf({ metadata: split(0, total), tensors: MODEL.tensors.slice(0, 1) })),
      new MemorySource(writeGguf({ metadata: split(1, total), tensors: MODEL.tensors.slice(second, second + 1) })),
    ];
    expect((await readGguf(parts(2, 1))).tensors.size).toBe(2);
    expect((await failure(readGguf(parts(2, 0)))).message).toContain('"a.weight" occurs twice');
    expect((await failure(readGguf(parts(3, 1)))).message).toContain('promises 3 tensors');
  });

  it('name each other', () => {
    expect(splitPartNames('x/foo-00002-of-00003.gguf')).toEqual([
      'x/foo-00001-of-00003.gguf',
      'x/foo-00002-of-00003.gguf',
      'x/foo-00003-of-00003.gguf',
    ]);
    for (const name of ['foo.gguf', 'foo-00004-of-00003.gguf', 'foo-00000-of-00003.gguf', 'f-00001-of-99999.gguf']) {
      expect(splitPartNames(name)).toBeNull();
    }
  });
});

describe('files that are no GGUF', () => {
  it.each([
    ['empty', new Uint8Array(0), /only 0 bytes/],
    ['a page of HTML', new TextEncoder().encode('<!doctype html>'), /does not begin with "GGUF"/],
    [
      'version 1',
      patched(writeGguf(MODEL), (view) => view.setUint32(4, 1, true)),
      /\(version 2 or 3\): it has version 1\./,
    ],
    ['big-endian', patched(writeGguf(MODEL), (view) => view.setUint32(4, 3, false)), /big-endian/],
  ])('%s', async (_, file, message) => {
    const error = await failure(read(file));
    expect(error.code).toBe('not-gguf');
    expect(error.message).toMatch(message);
  });
});

describe('hostile files', () => {
  const file = writeGguf(MODEL);
  const infoOf = (name: string) => after(file, name); // u32 dimensions, u64 each, u32 type, u64 offset

  it.each<[string, (view: DataView) => void, RegExp]>([
    ['tensor count', (view) => view.setBigUint64(8, 2n ** 60n, true), /for the number of tensors/],
    ['tensor count beyond the file', (view) => view.setBigUint64(8, 200_000n, true), /no room for/],
    ['key count', (view) => view.setBigUint64(16, 2n ** 63n, true), /number of metadata keys/],
    ['key length', (view) => view.setBigUint64(24, 2n ** 40n, true), /bytes for a metadata key/],
    [
      'string length',
      (view) => view.setBigUint64(after(file, 'general.architecture') + 4, 2n ** 33n, true),
      /bytes for/,
    ],
    [
      'string length beyond the file',
      (view) => view.setBigUint64(after(file, 'general.architecture') + 4, 9999n, true),
      /ends in the middle/,
    ],
    ['value type', (view) => view.setUint32(after(file, 'a.u8'), 13, true), /unknown value type 13/],
    ['bool', (view) => view.setUint8(after(file, 'a.bool') + 4, 2), /true-or-false value is 2/],
    ['item type', (view) => view.setUint32(after(file, 'a.strings') + 4, 9, true), /list of lists/],
    [
      'array length',
      (view) => view.setBigUint64(after(file, 'a.numbers') + 8, 2n ** 62n, true),
      /length of "a.numbers"/,
    ],
    [
      'array beyond the file',
      (view) => view.setBigUint64(after(file, 'a.numbers') + 8, 3_000_000n, true),
      /no room for the 3000000/,
    ],
    [
      'item length',
      (view) => view.setBigUint64(after(file, 'a.strings') + 16, 2n ** 50n, true),
      /item 0 of "a.strings"/,
    ],
    ['duplicate key', (view) => view.setUint8(after(file, 'a.u8') - 2, 0x69), /"a.i8" occurs twice/],
    ['no dimension', (view) => view.setUint32(infoOf('a.weight'), 0, true), /0 dimensions/],
    ['5 dimensions', (view) => view.setUint32(infoOf('a.weight'), 5, true), /5 dimensions/],
    ['dimension', (view) => view.setBigUint64(infoOf('a.weight') + 4, 2n ** 64n - 1n, true), /a dimension of tensor/],
    ['empty dimension', (view) => view.setBigUint64(infoOf('a.weight') + 4, 0n, true), /shape \[0\]/],
    [
      'product',
      (view) => (
        view.setBigUint64(infoOf('a.weight') + 4, 2n ** 30n, true),
        view.setBigUint64(infoOf('a.weight') + 12, 2n ** 30n, true)
      ),
      /shape/,
    ],
    ['row length', (view) => view.setBigUint64(infoOf('b.weight') + 4, 255n, true), /no multiple of Q4_K's 256/],
    ['size', (view) => view.setBigUint64(infoOf('b.weight') + 4, 2560n, true), /should end at byte/],
    ['misaligned', (view) => view.setBigUint64(infoOf('b.weight') + 32, 33n, true), /not aligned to 32/],
    ['overlap', (view) => view.setBigUint64(infoOf('c.weight') + 16, 32n, true), /"b.weight" and "c.weight" overlap/],
    [
      'offset',
      (view) => view.setBigUint64(infoOf('c.weight') + 16, 2n ** 63n, true),
      /the offset of tensor "c.weight"/,
    ],
    ['twin', (view) => view.setUint8(infoOf('b.weight') - 8, 0x61), /"a.weight" occurs twice/],
  ])('%s', async (_, patch, message) => {
    const error = await failure(read(patched(file, patch)));
    expect(error.code).toBe('corrupt-file');
    expect(error.message).toMatch(message);
  });

  it('an unknown tensor type is named', async () => {
    const error = await failure(read(patched(file, (view) => view.setUint32(infoOf('c.weight') + 12, 77, true))));
    expect(error).toMatchObject({ code: 'unsupported-tensor-type' });
    expect(error.message).toContain('does not know (number 77, tensor "c.weight")');
  });

  it('longer than any published is refused before it is read', async () => {
    const list = Array<number>(3_500_000).fill(1);
    const long = 'x'.repeat(20_000);
    const metadata = (...entries: MetadataEntry[]) => failure(read(writeGguf({ metadata: entries, tensors: [] })));
    const lists = await metadata(['a', 'u8[]', list], ['b', 'u8[]', list], ['c', 'u8[]', list]);
    expect(lists.message).toContain('its lists have more than 10000000 items');
    expect((await metadata(['a', 'string[]', ['x', long]])).message).toContain(
      '20000 bytes for item 1 of "a", more than',
    );
    expect((await metadata(['a', 'string', long.repeat(60)])).message).toContain('1200000 bytes for the value of "a"');
    const keys = Array.from({ length: 1_001 }, (_, i): MetadataEntry => [`k${i}`, 'u8', 1]);
    expect((await metadata(...keys)).message).toContain('1001 for the number of metadata keys, more than 1000');
    const source = { name: 'big.gguf', size: 2 ** 40, read: () => Promise.reject(new Error('read')) };
    await expect(readGguf([source], AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([0, 12, 2 ** 20])('alignment %i', async (alignment) => {
    const error = await failure(read(writeGguf({ ...MODEL, metadata: [['general.alignment', 'u32', alignment]] })));
    expect(error.message).toContain('"general.alignment"');
  });

  it('truncated at any byte', async () => {
    const codes = new Set<string>();
    for (let length = 0; length < file.length - 32; length++)
      codes.add((await failure(read(file.slice(0, length)))).code);
    expect([...codes].toSorted()).toEqual(['corrupt-file', 'not-gguf']);
  });

  it('with 1, 4 or 8 bytes set at any place: read or refused, at once and in little memory', async () => {
    const headerEnd = (await read(file)).dataOffsets[0] ?? 0;
    const heapBefore = process.memoryUsage().heapUsed;
    const began = performance.now();
    let refused = 0;
    for (let at = 0; at < headerEnd; at++) {
      for (const [width, value] of [
        [1, 0xff],
        [4, 0xff],
        [8, 0xff],
        [4, 0x7f],
        [8, 0x01],
        [8, 0],
      ] as const) {
        const copy = file.slice();
        copy.fill(value, at, Math.min(at + width, headerEnd));
        const outcome = await read(copy).then(
          () => null,
          (reason: unknown) => reason,
        );
        if (outcome !== null && !(outcome instanceof EngineError)) throw outcome;
        if (outcome !== null) refused++;
      }
    }
    expect(refused).toBeGreaterThan(headerEnd);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(500e6);
  });
});
