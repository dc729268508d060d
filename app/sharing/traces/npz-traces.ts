/**
 * NumPy's format of several arrays: a zip of `.npy` files, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * The zip is fflate's, which writes it piece by piece.
 */
import { Zip, ZipDeflate } from 'fflate';
import type { TracedAnswer, TraceWriter } from './traced-answer.ts';

/** Bytes that are compressed in one go. */
const PIECE = 256 * 1024;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0] as const; // \x93NUMPY, version 1.0
/** So that data begins where any number may begin. */
const ALIGNMENT = 64;

type Values = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array;

export class NpzTraces implements TraceWriter {
  readonly type = 'application/zip';
  readonly #isOne: boolean;
  readonly #about: object[] = [];
  #made: Uint8Array<ArrayBuffer>[] = [];
  readonly #zip = new Zip((error, part) => {
    if (error) throw error;
    this.#made.push(part);
  });

  constructor(isOne: boolean) {
    this.#isOne = isOne;
  }

  *add({ conversation, model, question, record }: TracedAnswer): Generator<BlobPart> {
    const { layers, experts, used, texts, count, chosen, weights, isIdsOnly = false } = record;
    const folder = this.#isOne ? '' : `${this.#about.length}/`;
    this.#about.push({ conversation, model, question, experts, expertsUsed: used, weightsKnown: !isIdsOnly });
    const shape = [count, layers.length, used];
    const encoded = new TextEncoder();
    const bytes = texts.slice(0, count).map((text) => encoded.encode(text));
    const ends = new Uint32Array(count);
    let end = 0;
    bytes.forEach((one, token) => (ends[token] = end += one.length));
    const text = new Uint8Array(end);
    bytes.forEach((one, token) => text.set(one, (ends[token] ?? 0) - one.length));
    yield* this.#file(`${folder}layers`, '<i4', [layers.length], Int32Array.from(layers));
    yield* this.#file(`${folder}experts`, '<u2', shape, chosen);
    if (!isIdsOnly) yield* this.#file(`${folder}weights`, '<f4', shape, weights);
    yield* this.#file(`${folder}text`, '|u1', [end], text);
    yield* this.#file(`${folder}text_ends`, '<u4', [count], ends);
  }

  *end(): Generator<BlobPart> {
    const about = JSON.stringify(this.#isOne ? (this.#about[0] ?? {}) : this.#about);
    const bytes = new TextEncoder().encode(about);
    yield* this.#file('about', '|u1', [bytes.length], bytes);
    this.#zip.end();
    yield* this.#taken();
  }

  *#file(name: string, type: string, shape: readonly number[], values: Values): Generator<BlobPart> {
    const file = new ZipDeflate(`${name}.npy`, { level: 6 });
    file.mtime = ZIP_DATE;
    this.#zip.add(file);
    file.push(npyHeader(type, shape));
    const bytes = littleEndian(values);
    for (let at = 0; at < bytes.length; at += PIECE) {
      file.push(bytes.subarray(at, at + PIECE));
      yield* this.#taken();
    }
    file.push(new Uint8Array(0), true);
    yield* this.#taken();
  }

  *#taken(): Generator<BlobPart> {
    yield* this.#made;
    this.#made = [];
  }
}

/** The earliest that a zip can name: the same traces make the same file. */
const ZIP_DATE = '1980-01-01T12:00:00';

/** @param type as numpy has it, such as `<f4` */
export function npyHeader(type: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const axes = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const words = `{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`;
  const start = MAGIC.length + 2;
  const length = Math.ceil((start + words.length + 1) / ALIGNMENT) * ALIGNMENT - start;
  const header = new Uint8Array(start + length).fill(0x20);
  header.set(MAGIC);
  new DataView(header.buffer).setUint16(MAGIC.length, length, true);
  header.set(new TextEncoder().encode(words), start);
  header[header.length - 1] = 0x0a;
  return header;
}

/** A view where this machine is little-endian, as every one with WebGPU is. */
function littleEndian(values: Values): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
