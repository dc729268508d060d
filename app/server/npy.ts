/**
 * Arrays of whole numbers as numpy writes them: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * Whatever is not exactly that is refused, before anything of its size is reserved.
 */

export interface NpyArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
/** Numpy's own headers have less than 200 bytes. */
const LONGEST_HEADER = 10_000;
const MOST_AXES = 8;

/** By numpy's names; `|` where there is no byte order. */
const TYPES = {
  '|u1': Uint8Array,
  '|i1': Int8Array,
  '<u2': Uint16Array,
  '<i2': Int16Array,
  '<u4': Uint32Array,
  '<i4': Int32Array,
} as const;

/** What Python's `repr` makes of the header, and nothing else: it is never evaluated. */
const HEADER =
  /^\{'descr': '([<|][ui][124])', 'fortran_order': (False|True), 'shape': \((\d{1,10}(?:, \d{1,10})*,?|)\), \}[ ]*\n$/;

/** @throws Error that says what is wrong with it. */
export function parseNpy(bytes: Uint8Array<ArrayBuffer>): NpyArray {
  if (bytes.length < 12 || !MAGIC.every((byte, at) => bytes[at] === byte)) throw new Error('This is no .npy array.');
  const major = bytes[6];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (major !== 1 && major !== 2 && major !== 3) throw new Error('This version of .npy is not known.');
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER || start + length > bytes.length) throw new Error('The header of the array is too long.');
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const [, descr, order, axes] = HEADER.exec(header) ?? [];
  if (descr === undefined || axes === undefined || !isType(descr))
    throw new Error('The array holds something else than whole numbers.');
  if (order === 'True') throw new Error('The array lies column by column.');
  const shape = axes.split(',').flatMap((axis) => (axis.trim() === '' ? [] : [Number(axis)]));
  if (shape.length > MOST_AXES) throw new Error('The array has too many axes.');
  const type = TYPES[descr];
  const size = shape.reduce((product, axis) => product * axis, 1);
  const data = start + length;
  if (!Number.isSafeInteger(size) || size * type.BYTES_PER_ELEMENT !== bytes.length - data)
    throw new Error('The array has another size than its header says.');
  // A copy, so that it begins where numbers of its size may begin.
  return { shape, values: new type(bytes.slice(data).buffer) };
}

function isType(descr: string): descr is keyof typeof TYPES {
  return Object.hasOwn(TYPES, descr);
}
