import { EngineError, quoted } from '../errors.ts';
import type { ByteSource } from '../formats/byte-source.ts';
import type { Gguf, GgufTensor } from '../formats/gguf.ts';
import { byteLengthOf, TENSOR_TYPES } from '../formats/tensor-types.ts';
import { requireSupported, type WeightTypeName, unsupportedTensorType } from '../kernels/weight-types.ts';
import { BufferArena, type MemoryDevice } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Kernel } from '../gpu/kernel.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import { type MatrixLayout, type PageLayout, pagePlaces } from '../kernels/experts.ts';
import {
  type MatrixPlace,
  type MatrixShard,
  packedVecs,
  type PackedMatrix,
  placeMatrix,
  rowUnits,
  UNIT,
  VEC_BYTES,
} from '../kernels/packed-matrix.ts';
import { repack } from '../kernels/pointwise.ts';
import { ExpertPages, type LayerPages, type PageAddress } from './expert-pages.ts';
import { type Destination, PIECE_BYTES, WeightUploader } from './uploader.ts';

/** A vector of F32 weights, such as a norm. */
export interface PackedVector {
  readonly region: BufferRegion;
  readonly length: number;
}

/** The first half of a feed-forward: the gate projection, if it has one, and the up projection [rows, columns] in one buffer. */
export interface GateUpMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly region: BufferRegion;
  readonly gate: MatrixPlace | undefined;
  readonly up: MatrixPlace;
}

/** Routed experts of one layer. */
export interface ExpertShape {
  readonly experts: number;
  /** Numbers that an expert reads and writes, and of its hidden layer. */
  readonly width: number;
  readonly hidden: number;
  /** Whether they have a gate besides the up projection. */
  readonly gated: boolean;
}

/** The experts of one layer; where their pages are is known when the model has asked for all it needs. */
export interface ExpertLayer {
  readonly layout: PageLayout;
  readonly pages: LayerPages;
}

/** A matrix that makes the numbers from `firstRow` on of what several matrices make together. */
export interface StackedMatrix {
  readonly matrix: PackedMatrix;
  readonly firstRow: number;
}

/** Some bytes of the file and where they go. */
interface UploadJob {
  readonly tensor: GgufTensor;
  readonly type: WeightTypeName;
  /** Weights of the tensor before the first one. */
  readonly from: number;
  /** Rows of `columns` weights each. */
  readonly rows: number;
  readonly columns: number;
  readonly to: Destination;
}

/** Rows of a shard are a multiple of this, so that its units are whole vec4s of scales. */
const SHARD_ROWS = 8;

/** A launch has at most 65,535 workgroups in one direction, and one makes 4 rows or more. */
const MAX_SHARD_ROWS = Math.floor((65_535 * 4) / SHARD_ROWS) * SHARD_ROWS;

/**
 * The weights of a model on the GPU. A model file first asks for everything it needs, which reserves the memory; `load`
 * then reads the file once, in its own order.
 */
export class Weights {
  readonly #gguf: Gguf;
  readonly #device: MemoryDevice;
  readonly #arena: BufferArena;
  readonly #jobs: UploadJob[] = [];
  readonly #matrices = new Map<string, PackedMatrix>();
  readonly #expertLayers: ExpertTensors[] = [];
  #pages: ExpertPages | undefined;
  readonly #asked = new Set<string>();
  readonly #over = new AbortController();
  /** Ends when all that was read early was compared, and mended where it had to be. Never rejects. */
  checked: Promise<void> = Promise.resolve();

  constructor(gguf: Gguf, device: MemoryDevice, arena: BufferArena) {
    this.#gguf = gguf;
    this.#device = device;
    this.#arena = arena;
  }

  /** GPU bytes of the experts' pages. */
  get expertBytes(): number {
    return this.#pages?.bytes ?? 0;
  }

  has(name: string): boolean {
    return this.#gguf.tensors.has(name);
  }

  /** How many rows a matrix of the file has. */
  rows(name: string): number | undefined {
    return this.#gguf.tensors.get(name)?.shape[1];
  }

  /** Tensors of the file that the model did not ask for. */
  unasked(): readonly string[] {
    return [...this.#gguf.tensors.keys()].filter((name) => !this.#asked.has(name));
  }

  /** F32 [length], or of several dimensions as they lie in the file, the innermost first. */
  vector(name: string, ...shape: readonly [number, ...number[]]): PackedVector {
    const tensor = this.#tensor(name, shape);
    const length = shape.reduce((product, size) => product * size);
    if (tensor.type.name !== 'F32') throw unsupportedTensorType(name, tensor.type.name);
    const region = this.#arena.storage(name, rowUnits(length) * UNIT * 4);
    this.#jobs.push(vectorJob(tensor, 0, length, region, 0));
    return { region, length };
  }

  /** F32 [length] that is not for the GPU: it can be read by {@link numbers}. */
  table(name: string, length: number): string {
    const tensor = this.#tensor(name, [length]);
    if (tensor.type.name !== 'F32') throw unsupportedTensorType(name, tensor.type.name);
    return name;
  }

  /** Reads a {@link table}. */
  async numbers(name: string, signal?: AbortSignal): Promise<Float32Array<ArrayBuffer>> {
    const tensor = this.#gguf.tensors.get(name);
    const source = this.#gguf.parts[tensor?.part ?? -1];
    if (tensor === undefined || source === undefined) throw new RangeError(`no tensor ${name}`);
    const bytes = await source.read(tensor.offset, tensor.offset + tensor.byteLength, signal);
    return new Float32Array(bytes.slice().buffer);
  }

  /**
   * [rows, columns], with its factor where the file has one; a 3-D tensor [matrices, rows, columns] counts matrices · rows rows. The same
   * name gives the same.
   */
  matrix(name: string, rows: number, columns: number, matrices = 1): PackedMatrix {
    const known = this.#matrices.get(name);
    if (known) return known;
    const tensor = this.#tensor(name, matrices === 1 ? [columns, rows] : [columns, rows, matrices]);
    const matrix = this.#reserve(tensor, rows * matrices, columns, matrices > 1, this.#factorOf(name));
    this.#matrices.set(name, matrix);
    return matrix;
  }

  /** `stem.weight` [rows, columns] with `stem.bias` [rows] and `stem.scale` [1] beside it, where the file has them. */
  matrixWithSides(stem: string, rows: number, columns: number): PackedMatrix {
    const known = this.#matrices.get(stem);
    if (known) return known;
    const tensor = this.#tensor(`${stem}.weight`, [columns, rows]);
    const matrix = this.#reserve(tensor, rows, columns, false, this.#sides(stem, [rows]));
    this.#matrices.set(stem, matrix);
    return matrix;
  }

  /**
   * Matrices `stem.weight` [rows, columns] that are multiplied with the same numbers, one below the other, with what belongs to them as in
   * {@link matrixWithSides}. Neighbours in one type become one matrix, which is a launch less.
   */
  stacked(parts: readonly { readonly stem: string; readonly rows: number }[], columns: number): StackedMatrix[] {
    const found = parts.map(({ stem, rows }) => ({
      ...{ weight: this.#tensor(`${stem}.weight`, [columns, rows]), rows },
      ...this.#sides(stem, [rows]),
    }));
    const stacks: StackedMatrix[] = [];
    for (let first = 0, firstRow = 0; first < found.length;) {
      const top = found[first] as StackPart;
      const most = this.#rowsPerShard(requireSupported(top.weight).name, columns);
      let rows = top.rows;
      let end = first + 1;
      for (; end < found.length; end++) {
        const next = found[end] as StackPart;
        if (!goesBelow(found.slice(first, end), rows, next) || rows + next.rows > most) break;
        rows += next.rows;
      }
      const stack = found.slice(first, end);
      const matrix =
        stack.length === 1
          ? this.#reserve(top.weight, rows, columns, false, top)
          : this.#stack(stack as [StackPart, ...StackPart[]], rows, columns);
      stacks.push({ matrix, firstRow });
      firstRow += rows;
      first = end;
    }
    return stacks;
  }

  #stack(parts: readonly [StackPart, ...StackPart[]], rows: number, columns: number): PackedMatrix {
    const [{ weight }] = parts;
    const type = requireSupported(weight).name;
    const hasBias = parts.some(({ bias }) => bias !== undefined);
    const { place, end } = placeMatrix({ type, hasFactor: false, hasBias }, rows, columns, 0);
    const region = this.#arena.storage(weight.name, end * VEC_BYTES);
    const units = rows * rowUnits(columns);
    let above = 0;
    for (const part of parts) {
      const to = { region, base: 0, units, firstUnit: above * rowUnits(columns) };
      this.#jobs.push({ tensor: part.weight, type, from: 0, rows: part.rows, columns, to });
      if (part.bias) this.#jobs.push(vectorJob(part.bias, 0, part.rows, region, place.bias + above / 4));
      above += part.rows;
    }
    return { type, rows, columns, shards: [{ region, firstRow: 0, rows, beside: place }] };
  }

  /** F32 vectors [length] one after the other, as one. Lengths are whole units. */
  joined(names: readonly string[], ...shape: readonly [number, ...number[]]): PackedVector {
    const length = shape.reduce((product, size) => product * size);
    if (length % UNIT !== 0)
      throw new EngineError(
        'unsupported-architecture',
        `Mixtab needs tensors such as ${quoted(names[0] ?? '')} to have a multiple of ${UNIT} numbers; here they have ${length}.`,
      );
    const region = this.#arena.storage(names.join(' '), names.length * length * 4);
    names.forEach((name, i) => {
      const tensor = this.#tensor(name, shape);
      if (tensor.type.name !== 'F32') throw unsupportedTensorType(name, tensor.type.name);
      this.#jobs.push(vectorJob(tensor, 0, length, region, (i * length) / 4));
    });
    return { region, length: names.length * length };
  }

  /** @param inOne it must fit one buffer */
  #reserve(
    tensor: GgufTensor,
    allRows: number,
    columns: number,
    inOne: boolean,
    sides: SideTensors = {},
  ): PackedMatrix {
    const { name } = tensor;
    const type = requireSupported(tensor).name;
    const shards: MatrixShard[] = [];
    const perShard = this.#rowsPerShard(type, columns);
    if (inOne && perShard < allRows) throw tooLarge(name);
    for (let firstRow = 0; firstRow < allRows; firstRow += perShard) {
      const rows = Math.min(perShard, allRows - firstRow);
      const { place, end } = placeMatrix(layoutOf({ weight: tensor, ...sides }), rows, columns, 0);
      const region = this.#arena.storage(name, end * VEC_BYTES);
      shards.push({ region, firstRow, rows, beside: place });
      const from = { weight: firstRow * columns, bias: firstRow, scale: 0 };
      this.#jobs.push(...matrixJobs({ weight: tensor, ...sides }, from, rows, columns, { region, base: 0 }, place));
    }
    return { type, rows: allRows, columns, shards };
  }

  /** Gate (unless undefined) and up [rows, columns], with what belongs to them as in {@link matrixWithSides}. */
  gateUp(gateStem: string | undefined, upStem: string, rows: number, columns: number): GateUpMatrix {
    const tensorsOf = (stem: string): MatrixTensors => ({
      weight: this.#tensor(`${stem}.weight`, [columns, rows]),
      ...this.#sides(stem, [rows]),
    });
    const gate = gateStem === undefined ? undefined : tensorsOf(gateStem);
    const up = tensorsOf(upStem);
    const first = gate && placeMatrix(layoutOf(gate), rows, columns, 0);
    const second = placeMatrix(layoutOf(up), rows, columns, first?.end ?? 0);
    const region = this.#arena.storage(gateStem ?? upStem, second.end * VEC_BYTES);
    const to = { region, base: 0 };
    if (gate && first) this.#jobs.push(...matrixJobs(gate, START, rows, columns, to, first.place));
    this.#jobs.push(...matrixJobs(up, START, rows, columns, to, second.place));
    return { rows, columns, region, gate: first?.place, up: second.place };
  }

  /**
   * Routed experts of a block: gate and up [experts, hidden, width], down [experts, width, hidden], with what the file has besides: a bias
   * [experts, rows] and a factor [experts] of each.
   */
  experts(block: number, shape: ExpertShape): ExpertLayer {
    if (this.#pages !== undefined) throw new Error('experts are asked for before their pages are laid out');
    const tensors = this.#expertTensors(block, shape);
    const index = this.#expertLayers.push(tensors) - 1;
    const pages = (): LayerPages => {
      const found = this.#pages?.layers[index];
      if (found === undefined) throw new Error('pages of experts are laid out when all have been asked for');
      return found;
    };
    return {
      layout: tensors.layout,
      get pages() {
        return pages();
      },
    };
  }

  /** Reserves the pages of all experts. To be called once, when the model has asked for all that it needs. */
  layOutExperts(): void {
    if (this.#expertLayers.length > 0) this.#pages = new ExpertPages(this.#device, this.#arena, this.#expertLayers);
  }

  /** Those that the weights pass through. */
  repackKernels(): readonly Kernel[] {
    const layers = this.#expertLayers.flatMap(({ layout: { gate, up, down } }) => [gate, up, down]);
    const types = new Set([...this.#jobs, ...layers].flatMap((one) => one?.type ?? []));
    return [...types].flatMap((type) => repack(type) ?? []);
  }

  /** Reads everything that was asked for into the reserved memory, in the order of the file. */
  async load(gpu: Gpu, signal?: AbortSignal): Promise<void> {
    const { device, kernels } = gpu;
    const arena = new BufferArena(device);
    try {
      const jobs = await this.#upload(new WeightUploader(device, kernels, arena), signal);
      this.checked = this.#mend(gpu, jobs).catch(() => undefined); // whoever reads it at the next visit finds out, and can tell
    } finally {
      arena.destroy();
    }
  }

  /** Ends what goes on after {@link load}: its buffers are about to go. */
  stop(): void {
    this.#over.abort();
  }

  /**
   * Hashes are compared when the model is ready. What was wrong, on a disk that has lost a bit, is read again and takes its place on the
   * GPU, while the model runs.
   */
  async #mend({ device, kernels }: Gpu, jobs: readonly UploadJob[]): Promise<void> {
    const { signal } = this.#over;
    for (const [part, source] of this.#gguf.parts.entries()) {
      const wrong = (await source.early?.wrong(signal)) ?? [];
      if (wrong.length === 0) continue;
      const arena = new BufferArena(device);
      try {
        const staging = new WeightUploader(device, kernels, arena);
        for (const job of jobs.filter(({ tensor }) => tensor.part === part))
          for (const piece of pieces(job)) {
            const from = startOf(job) + piece.from;
            const isWrong = wrong.some(([first, end]) => from < end && first < from + piece.bytes);
            if (isWrong) await uploadPiece(staging, source, job, piece, signal);
          }
        await staging.flush();
      } finally {
        arena.destroy();
      }
    }
  }

  async #upload(staging: WeightUploader, signal: AbortSignal | undefined): Promise<readonly UploadJob[]> {
    const jobs = [...this.#jobs, ...this.#expertJobs()];
    jobs.sort((a, b) => a.tensor.part - b.tensor.part || startOf(a) - startOf(b));
    for (const job of jobs) {
      const source = this.#gguf.parts[job.tensor.part];
      if (source === undefined) throw new RangeError(`no part ${job.tensor.part}`);
      for (const piece of pieces(job)) await uploadPiece(staging, source.early ?? source, job, piece, signal);
    }
    this.#jobs.length = 0;
    this.#expertLayers.length = 0;
    await staging.flush();
    return jobs;
  }

  /** Gate and up are two tensors, or one in which each expert's gate stands before its up. */
  #expertTensors(block: number, shape: ExpertShape): ExpertTensors {
    const { experts, width, hidden, gated } = shape;
    const tensorsOf = (what: string, rows: number, columns: number): MatrixTensors => {
      const stem = `blk.${block}.ffn_${what}_exps`;
      return {
        weight: this.#tensor(`${stem}.weight`, [columns, rows, experts]),
        ...this.#sides(stem, [rows, experts], experts),
      };
    };
    const isFused = gated && this.has(`blk.${block}.ffn_gate_up_exps.weight`);
    const both = isFused ? tensorsOf('gate_up', 2 * hidden, width) : undefined;
    const gate = gated ? (both ?? tensorsOf('gate', hidden, width)) : undefined;
    const up = both ?? tensorsOf('up', hidden, width);
    const down = tensorsOf('down', width, hidden);
    const layout = { gate: gate && layoutOf(gate), up: layoutOf(up), down: layoutOf(down), width, hidden };
    return { block, experts, gate, up, down, isFused, layout };
  }

  /** The bias of a tensor's rows and its factor, where the file has them. */
  #sides(stem: string, biasShape: readonly number[], factors = 1): SideTensors {
    const side = (kind: 'bias' | 'scale', shape: readonly number[]): GgufTensor | undefined => {
      const name = `${stem}.${kind}`;
      if (!this.has(name)) return undefined;
      const tensor = this.#tensor(name, shape);
      if (tensor.type.name !== 'F32') throw unsupportedTensorType(name, tensor.type.name);
      return tensor;
    };
    return { bias: side('bias', biasShape), scale: side('scale', [factors]) };
  }

  /** The factor of `stem.weight`, where the file has one; a longer `stem.scale` is something else. */
  #factorOf(name: string): SideTensors {
    const stem = name.replace(/\.weight$/, '');
    const isOne = this.#gguf.tensors.get(`${stem}.scale`)?.shape.every((size) => size === 1) === true;
    return isOne ? { scale: this.#sides(stem, []).scale } : {};
  }

  /** Of the experts there may be very many: they are written down only when they are done. */
  #expertJobs(): readonly UploadJob[] {
    const pages = this.#pages;
    if (pages === undefined) return [];
    return this.#expertLayers.flatMap(({ experts, gate, up, down, isFused, layout }, layer) => {
      const { width, hidden } = layout;
      const places = pagePlaces(layout);
      const gateUpRows = isFused ? 2 * hidden : hidden;
      return Array.from({ length: experts }, (_, expert) => {
        const to = pages.address(layer, expert);
        const from = (row: number, columns: number): MatrixStart => ({
          weight: row * columns,
          bias: row,
          scale: expert,
        });
        const gateRow = expert * gateUpRows;
        const upRow = isFused ? gateRow + hidden : gateRow;
        return [
          ...(gate && places.gate ? matrixJobs(gate, from(gateRow, width), hidden, width, to, places.gate) : []),
          ...matrixJobs(up, from(upRow, width), hidden, width, to, places.up),
          ...matrixJobs(down, from(expert * width, hidden), width, hidden, to, places.down),
        ];
      }).flat();
    });
  }

  #tensor(name: string, shape: readonly number[]): GgufTensor {
    this.#asked.add(name);
    const tensor = this.#gguf.tensors.get(name);
    if (tensor === undefined)
      throw new EngineError('corrupt-file', `This model file lacks the tensor "${name}". It may be incomplete.`);
    const padded = [...shape, 1, 1, 1, 1].slice(0, 4);
    const found = [...tensor.shape, 1, 1, 1, 1].slice(0, 4);
    if (padded.some((size, i) => size !== found[i]))
      throw new EngineError(
        'corrupt-file',
        `The tensor "${name}" does not have the shape that the header of this model announces.`,
        `found [${tensor.shape.join(', ')}], expected [${shape.join(', ')}]`,
      );
    return tensor;
  }

  #rowsPerShard(type: WeightTypeName, columns: number): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#device.limits;
    const bytes = (packedVecs(type, SHARD_ROWS * rowUnits(columns)) * VEC_BYTES) / SHARD_ROWS;
    const rows = Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / bytes / SHARD_ROWS) * SHARD_ROWS;
    if (rows === 0) throw tooLarge(`a row of ${columns} numbers`);
    return Math.min(rows, MAX_SHARD_ROWS);
  }
}

function tooLarge(name: string): EngineError {
  return new EngineError('out-of-memory', 'A tensor of this model is larger than this device allows.', name);
}

/** What belongs to a matrix, beside its weights. */
interface SideTensors {
  readonly bias?: GgufTensor | undefined;
  readonly scale?: GgufTensor | undefined;
}

interface MatrixTensors extends SideTensors {
  readonly weight: GgufTensor;
}

interface ExpertTensors {
  readonly block: number;
  readonly experts: number;
  readonly gate: MatrixTensors | undefined;
  readonly up: MatrixTensors;
  readonly down: MatrixTensors;
  /** `gate` and `up` are the same tensor. */
  readonly isFused: boolean;
  readonly layout: PageLayout;
}

function layoutOf({ weight, bias, scale }: MatrixTensors): MatrixLayout {
  return { type: requireSupported(weight).name, hasBias: bias !== undefined, hasFactor: scale !== undefined };
}

/** A matrix among those that become one. */
interface StackPart extends MatrixTensors {
  readonly rows: number;
}

/**
 * Whether a matrix can stand below the `rows` rows of others: units are repacked eight at a time, a factor is for a whole matrix, and
 * biases are written in whole units.
 */
function goesBelow(above: readonly StackPart[], rows: number, next: StackPart): boolean {
  const hasBias = [...above, next].some(({ bias }) => bias !== undefined);
  return (
    [...above, next].every(({ weight, scale }) => weight.type.name === next.weight.type.name && scale === undefined) &&
    rows % (hasBias ? UNIT : SHARD_ROWS) === 0
  );
}

/** What brings numbers of an F32 tensor to vec4 `base` of a region. */
function vectorJob(tensor: GgufTensor, from: number, length: number, region: BufferRegion, base: number): UploadJob {
  return { tensor, type: 'F32', from, rows: 1, columns: length, to: { region, base, units: rowUnits(length) } };
}

/** Where a matrix begins in each of its tensors, in weights. */
interface MatrixStart {
  readonly weight: number;
  readonly bias: number;
  readonly scale: number;
}
const START: MatrixStart = { weight: 0, bias: 0, scale: 0 };

/** What brings a matrix [rows, columns], its factor and its bias to where they are placed behind `to`. */
function matrixJobs(
  { weight, bias, scale }: MatrixTensors,
  start: MatrixStart,
  rows: number,
  columns: number,
  to: PageAddress,
  place: MatrixPlace,
): readonly UploadJob[] {
  const base = to.base + place.base;
  const units = rows * rowUnits(columns);
  return [
    { tensor: weight, type: place.type, from: start.weight, rows, columns, to: { region: to.region, base, units } },
    ...(scale ? [vectorJob(scale, start.scale, 1, to.region, base + place.factor)] : []),
    ...(bias ? [vectorJob(bias, start.bias, rows, to.region, base + place.bias)] : []),
  ];
}

/** Where a job's bytes begin in its part. */
function startOf({ tensor, type, from }: UploadJob): number {
  return tensor.offset + byteLengthOf(TENSOR_TYPES[type], from);
}

function rowBytes({ type, columns }: UploadJob): number {
  return byteLengthOf(TENSOR_TYPES[type], columns);
}

interface Piece {
  /** Bytes from the beginning of the job. */
  readonly from: number;
  readonly bytes: number;
  readonly firstUnit: number;
}

/** Cuts a job into pieces of at most PIECE_BYTES that begin at a multiple of 8 units. */
function* pieces(job: UploadJob): Generator<Piece> {
  const total = rowBytes(job) * job.rows;
  if (job.columns % UNIT !== 0) {
    // Rows of float types that need padding: whole rows, 8 at a time for the units' sake.
    const rows = Math.max(8, Math.floor(PIECE_BYTES / 2 / rowBytes(job) / 8) * 8);
    for (let row = 0; row < job.rows; row += rows) {
      const bytes = Math.min(rows, job.rows - row) * rowBytes(job);
      yield { from: row * rowBytes(job), bytes, firstUnit: row * rowUnits(job.columns) };
    }
    return;
  }
  const eightUnits = byteLengthOf(TENSOR_TYPES[job.type], 8 * UNIT);
  const step = Math.floor(PIECE_BYTES / eightUnits) * eightUnits;
  for (let from = 0; from < total; from += step) {
    yield { from, bytes: Math.min(step, total - from), firstUnit: (from / eightUnits) * 8 };
  }
}

async function uploadPiece(
  staging: WeightUploader,
  source: Pick<ByteSource, 'read'>,
  job: UploadJob,
  piece: Piece,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const from = startOf(job) + piece.from;
  const bytes = await source.read(from, from + piece.bytes, signal);
  const padded = job.columns % UNIT === 0 ? bytes : padRows(bytes, job);
  signal?.throwIfAborted();
  await staging.upload(padded, job.type, job.to, piece.firstUnit);
}

/** Rows of a float type filled up with zeros to whole units. */
function padRows(bytes: Uint8Array<ArrayBuffer>, job: UploadJob): Uint8Array<ArrayBuffer> {
  const from = rowBytes(job);
  const to = byteLengthOf(TENSOR_TYPES[job.type], rowUnits(job.columns) * UNIT);
  const rows = bytes.length / from;
  const padded = new Uint8Array(rows * to);
  for (let row = 0; row < rows; row++) padded.set(bytes.subarray(row * from, (row + 1) * from), row * to);
  return padded;
}
