import { byteLengthOf, TENSOR_TYPES } from '../formats/tensor-types.ts';
import type { WeightTypeName } from '../kernels/weight-types.ts';
import { BufferArena, readBuffer, USAGE } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { type BufferRegion, encodeDispatch, type Operands, prepareDispatch, type Workgroups } from '../gpu/plan.ts';
import { packedVecs, rowUnits, UNIT, VEC_BYTES } from '../kernels/packed-matrix.ts';
import { STEP } from '../kernels/step.ts';
import { WeightUploader } from '../weights/uploader.ts';

type TestData = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Runs single kernels on data from JavaScript. */
export class KernelRunner {
  readonly gpu: Gpu;
  readonly arena: BufferArena;
  readonly #uploader: WeightUploader;

  constructor(gpu: Gpu) {
    this.gpu = gpu;
    this.arena = new BufferArena(gpu.device);
    this.#uploader = new WeightUploader(gpu.device, gpu.kernels, this.arena);
  }

  buffer(data: TestData): BufferRegion {
    const region = this.empty(data.length);
    this.gpu.device.queue.writeBuffer(region.buffer, region.offset, data);
    return region;
  }

  /** Zeros, of `words` × 4 bytes. */
  empty(words: number): BufferRegion {
    return this.arena.storage('test', words * 4, USAGE.indirect);
  }

  uniform(data: ArrayBuffer): BufferRegion {
    const region = this.arena.uniform('test', data.byteLength);
    this.gpu.device.queue.writeBuffer(region.buffer, 0, data);
    return region;
  }

  /** The `Step` uniform. */
  step(
    tokens: number,
    position = 0,
    states: { readonly from: number; readonly to: number } = { from: 0, to: 1 },
  ): BufferRegion {
    return this.uniform(STEP.write({ tokens, position, state_from: states.from, state_to: states.to }));
  }

  async run(kernel: Kernel, operands: Operands, workgroups: Workgroups): Promise<void> {
    const { device } = this.gpu;
    const dispatch = prepareDispatch(device, 'test', await this.gpu.kernels.compile(kernel), operands, workgroups);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encodeDispatch(pass, dispatch, 1);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  async floats(region: BufferRegion, count: number): Promise<Float32Array> {
    return new Float32Array(await readBuffer(this.gpu.device, region, count * 4));
  }

  async words(region: BufferRegion, count: number): Promise<Uint32Array> {
    return new Uint32Array(await readBuffer(this.gpu.device, region, count * 4));
  }

  /** A matrix [rows, columns] from its bytes in a GGUF file. */
  async matrix(type: WeightTypeName, bytes: Uint8Array, rows: number, columns: number): Promise<BufferRegion> {
    const region = this.arena.storage('test matrix', packedVecs(type, rows * rowUnits(columns)) * VEC_BYTES);
    await this.upload(type, bytes, rows, columns, region, 0);
    return region;
  }

  /** Writes a matrix into a region, `base` vec4s from its beginning. */
  async upload(
    type: WeightTypeName,
    bytes: Uint8Array,
    rows: number,
    columns: number,
    region: BufferRegion,
    base: number,
  ): Promise<void> {
    const padded = padRows(bytes, rows, byteLengthOf(TENSOR_TYPES[type], columns), type);
    const to = { region, base, units: rows * rowUnits(columns) };
    await this.#uploader.upload(padded, type, to, 0);
  }

  destroy(): void {
    this.arena.destroy();
    this.gpu.device.destroy();
  }
}

/** Rows of float types end in zeros where they are no whole number of units. */
function padRows(bytes: Uint8Array, rows: number, rowBytes: number, type: WeightTypeName): Uint8Array<ArrayBuffer> {
  const { blockSize } = TENSOR_TYPES[type];
  const unitBytes = byteLengthOf(TENSOR_TYPES[type], Math.max(UNIT, blockSize));
  const paddedBytes = Math.ceil(rowBytes / unitBytes) * unitBytes;
  const padded = new Uint8Array(rows * paddedBytes);
  for (let row = 0; row < rows; row++)
    padded.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), row * paddedBytes);
  return padded;
}
