import { EngineError } from '../errors.ts';
import type { Gguf, GgufTensor } from '../formats/gguf.ts';
import { byteLengthOf, TENSOR_TYPES } from '../formats/tensor-types.ts';
import { requireSupported, type WeightTypeName, unsupportedTensorType } from '../kernels/weight-types.ts';
import { BufferArena, type MemoryDevice } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import type { PageLayout } from '../kernels/experts.ts';
import { pageOffsets } from '../kernels/experts.ts';
import {
  type MatrixShard,
  packedVecs,
  type PackedMatrix,
  rowUnits,
  UNIT,
  VEC_BYTES,
} from '../kernels/packed-matrix.ts';
import { ExpertPages, type LayerPages } from './expert-pages.ts';
import { type Destination, PIECE_BYTES, WeightUploader } from './uploader.ts';

/** A vector of F32 weights, such as a norm. */
export interface PackedVector {
  readonly region: BufferRegion;
  readonly length: number;
}

/** The gate and up projections of a SwiGLU, one after the other in one buffer. */
export interface GateUpMatrix {
  readonly type: WeightTypeName;
  readonly rows: number;
  readonly columns: number;
  readonly region: BufferRegion;
}

/** Some bytes of the file and where they go. */
interface UploadJob {
  readonly tensor: GgufTensor;
  readonly type: WeightTypeName;
  /** Rows [first, first + rows) of the tensor, of `columns` weights each. */
  readonly firstRow: number;
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
  /** Those of the experts, of which there may be very many: written down only when they are done. */
  #expertJobs: () => readonly UploadJob[] = () => [];
  readonly #matrices = new Map<string, PackedMatrix>();
  #pages: ExpertPages | undefined;
  readonly #asked = new Set<string>();

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
    this.#jobs.push(wholeTensor(tensor, 'F32', 1, length, { region, base: 0, units: rowUnits(length) }));
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

  /** [rows, columns]; a 3-D tensor [matrices, rows, columns] counts matrices · rows rows. The same name gives the same. */
  matrix(name: string, rows: number, columns: number, matrices = 1): PackedMatrix {
    const known = this.#matrices.get(name);
    if (known) return known;
    const tensor = this.#tensor(name, matrices === 1 ? [columns, rows] : [columns, rows, matrices]);
    const matrix = this.#reserve(tensor, 0, rows * matrices, columns, matrices > 1);
    this.#matrices.set(name, matrix);
    return matrix;
  }

  /** Rows [first, first + rows) of a matrix [allRows, columns] that holds several one below the other, as a matrix. */
  rowsOf(name: string, allRows: number, first: number, rows: number, columns: number): PackedMatrix {
    return this.#reserve(this.#tensor(name, [columns, allRows]), first, rows, columns, false);
  }

  /** @param inOne it must fit one buffer */
  #reserve(tensor: GgufTensor, first: number, allRows: number, columns: number, inOne: boolean): PackedMatrix {
    const { name } = tensor;
    const type = requireSupported(tensor).name;
    const shards: MatrixShard[] = [];
    const perShard = this.#rowsPerShard(type, columns);
    if (inOne && perShard < allRows) throw tooLarge(name);
    for (let firstRow = 0; firstRow < allRows; firstRow += perShard) {
      const shardRows = Math.min(perShard, allRows - firstRow);
      const units = shardRows * rowUnits(columns);
      const region = this.#arena.storage(name, packedVecs(type, units) * VEC_BYTES);
      shards.push({ region, firstRow, rows: shardRows });
      const to = { region, base: 0, units };
      this.#jobs.push({ tensor, type, firstRow: first + firstRow, rows: shardRows, columns, to });
    }
    return { type, rows: allRows, columns, shards };
  }

  /** Gate and up [rows, columns] each, which must have one type. */
  gateUp(gateName: string, upName: string, rows: number, columns: number): GateUpMatrix {
    const gate = this.#tensor(gateName, [columns, rows]);
    const up = this.#tensor(upName, [columns, rows]);
    const type = sameType(gate, up);
    const units = rows * rowUnits(columns);
    const vecs = packedVecs(type, units);
    const region = this.#arena.storage(gateName, 2 * vecs * VEC_BYTES);
    this.#jobs.push(
      wholeTensor(gate, type, rows, columns, { region, base: 0, units }),
      wholeTensor(up, type, rows, columns, { region, base: vecs, units }),
    );
    return { type, rows, columns, region };
  }

  /**
   * Reserves the pages of all blocks with routed experts at once, in order: gate and up [experts, hidden, width], down
   * [experts, width, hidden].
   */
  experts(blocks: readonly number[], experts: number, width: number, hidden: number): readonly LayerPages[] {
    if (this.#pages !== undefined) throw new Error('experts are asked for once, for all layers');
    const found = blocks.map((block) => this.#expertTensors(`blk.${block}`, experts, width, hidden));
    const layouts = found.map(({ gate, up, down }): PageLayout => ({
      gateUpType: sameType(gate, up),
      downType: requireSupported(down).name,
      width,
      hidden,
    }));
    const pages = new ExpertPages(
      this.#device,
      this.#arena,
      layouts.map((layout) => ({ layout, experts })),
    );
    this.#pages = pages;
    this.#expertJobs = () =>
      found.flatMap(({ gate, up, down, fused }, layer) => {
        const layout = layouts[layer] as PageLayout;
        const offsets = pageOffsets(layout);
        return Array.from({ length: experts }, (_, expert) => {
          const { region, base } = pages.address(layer, expert);
          const slice = (
            tensor: GgufTensor,
            type: WeightTypeName,
            rows: number,
            columns: number,
            offset: number,
            firstRow = expert * rows,
          ): UploadJob => {
            const to = { region, base: base + offset, units: rows * rowUnits(columns) };
            return { tensor, type, firstRow, rows, columns, to };
          };
          const gateRow = fused ? 2 * expert * hidden : expert * hidden;
          return [
            slice(gate, layout.gateUpType, hidden, width, 0, gateRow),
            slice(up, layout.gateUpType, hidden, width, offsets.up, fused ? gateRow + hidden : gateRow),
            slice(down, layout.downType, width, hidden, offsets.down),
          ];
        }).flat();
      });
    return pages.layers;
  }

  /** Reads everything that was asked for into the reserved memory, in the order of the file. */
  async load({ device, kernels }: Gpu, signal?: AbortSignal): Promise<void> {
    const arena = new BufferArena(device);
    try {
      await this.#upload(new WeightUploader(device, kernels, arena), signal);
    } finally {
      arena.destroy();
    }
  }

  async #upload(staging: WeightUploader, signal: AbortSignal | undefined): Promise<void> {
    const start = (job: UploadJob): number => job.tensor.offset + rowBytes(job) * job.firstRow;
    const jobs = [...this.#jobs, ...this.#expertJobs()];
    jobs.sort((a, b) => a.tensor.part - b.tensor.part || start(a) - start(b));
    for (const job of jobs) {
      for (const piece of pieces(job)) {
        signal?.throwIfAborted();
        const source = this.#gguf.parts[job.tensor.part];
        if (source === undefined) throw new RangeError(`no part ${job.tensor.part}`);
        const from = start(job) + piece.from;
        const bytes = await source.read(from, from + piece.bytes, signal);
        const padded = job.columns % UNIT === 0 ? bytes : padRows(bytes, job);
        await staging.upload(padded, job.type, job.to, piece.firstUnit);
      }
    }
    this.#jobs.length = 0;
    this.#expertJobs = () => [];
    await staging.flush();
  }

  /** Gate and up are two tensors, or one in which each expert's gate stands before its up. */
  #expertTensors(
    block: string,
    experts: number,
    width: number,
    hidden: number,
  ): { gate: GgufTensor; up: GgufTensor; down: GgufTensor; fused: boolean } {
    const down = this.#tensor(`${block}.ffn_down_exps.weight`, [hidden, width, experts]);
    const both = `${block}.ffn_gate_up_exps.weight`;
    if (this.has(both)) {
      const tensor = this.#tensor(both, [width, 2 * hidden, experts]);
      return { gate: tensor, up: tensor, down, fused: true };
    }
    return {
      gate: this.#tensor(`${block}.ffn_gate_exps.weight`, [width, hidden, experts]),
      up: this.#tensor(`${block}.ffn_up_exps.weight`, [width, hidden, experts]),
      down,
      fused: false,
    };
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

function sameType(gate: GgufTensor, up: GgufTensor): WeightTypeName {
  const type = requireSupported(gate).name;
  if (requireSupported(up).name !== type)
    throw new EngineError(
      'unsupported-tensor-type',
      'This model stores its gate and up projections in different formats, which Mixtab cannot compute with.',
      `${gate.name} is ${gate.type.name}, ${up.name} is ${up.type.name}`,
    );
  return type;
}

function tooLarge(name: string): EngineError {
  return new EngineError('out-of-memory', 'A tensor of this model is larger than this device allows.', name);
}

function wholeTensor(
  tensor: GgufTensor,
  type: WeightTypeName,
  rows: number,
  columns: number,
  to: Destination,
): UploadJob {
  return { tensor, type, firstRow: 0, rows, columns, to };
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

/** Rows of a float type filled up with zeros to whole units. */
function padRows(bytes: Uint8Array<ArrayBuffer>, job: UploadJob): Uint8Array<ArrayBuffer> {
  const from = rowBytes(job);
  const to = byteLengthOf(TENSOR_TYPES[job.type], rowUnits(job.columns) * UNIT);
  const rows = bytes.length / from;
  const padded = new Uint8Array(rows * to);
  for (let row = 0; row < rows; row++) padded.set(bytes.subarray(row * from, (row + 1) * from), row * to);
  return padded;
}
