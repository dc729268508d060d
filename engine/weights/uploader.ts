import { TENSOR_TYPES } from '../formats/tensor-types.ts';
import type { WeightTypeName } from '../kernels/weight-types.ts';
import type { BufferArena } from '../gpu/buffers.ts';
import type { KernelCache } from '../gpu/kernel.ts';
import { type BufferRegion, encodeDispatch, prepareDispatch } from '../gpu/plan.ts';
import { UNIT, VEC_BYTES } from '../kernels/packed-matrix.ts';
import { REPACK, repack, repackWorkgroups } from '../kernels/pointwise.ts';

/** A matrix, or the shard of one, where it goes on the GPU. */
export interface Destination {
  readonly region: BufferRegion;
  /** First vec4 of the matrix in the region, and units of 32 weights in the matrix. */
  readonly base: number;
  readonly units: number;
  /** The unit of the matrix that the bytes begin at, a multiple of 8; default 0. */
  readonly firstUnit?: number;
}

/** Raw bytes that go to the GPU at a time: large enough to amortise a submit, small enough for any device. */
export const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * Bytes between two looks at whether what went before has arrived. Two of these are on their way at most, because the browser holds a copy of
 * each until then; and the GPU has one to work on while the next one is read.
 */
const FENCE_BYTES = 32 * 1024 * 1024;

/** Takes GGUF blocks to the GPU and splits them there into the planes that the kernels read. */
export class WeightUploader {
  readonly #device: GPUDevice;
  readonly #cache: KernelCache;
  readonly #staging: BufferRegion;
  readonly #params: BufferRegion;
  /** Since the last fence. */
  #bytes = 0;
  #before: Promise<unknown> = Promise.resolve();

  constructor(device: GPUDevice, cache: KernelCache, arena: BufferArena) {
    this.#device = device;
    this.#cache = cache;
    // A repack reads whole words around a block, so up to one word behind the last.
    this.#staging = arena.storage('weight staging', PIECE_BYTES + VEC_BYTES);
    this.#params = arena.uniform('repack piece', REPACK.bytes);
  }

  /**
   * @param bytes Whole blocks, at most PIECE_BYTES.
   * @param firstUnit Where they begin in the matrix; a multiple of 8.
   */
  async upload(
    bytes: Uint8Array<ArrayBuffer>,
    type: WeightTypeName,
    to: Destination,
    firstUnit: number,
  ): Promise<void> {
    const first = firstUnit + (to.firstUnit ?? 0);
    const { queue } = this.#device;
    const kernel = repack(type);
    if (kernel === undefined) {
      const unitBytes = UNIT * TENSOR_TYPES[type].blockBytes;
      const at = to.region.offset + to.base * VEC_BYTES + first * unitBytes;
      queue.writeBuffer(to.region.buffer, at, wholeWords(bytes));
    } else {
      const units = (bytes.length / TENSOR_TYPES[type].blockBytes) * (TENSOR_TYPES[type].blockSize / UNIT);
      queue.writeBuffer(this.#staging.buffer, 0, wholeWords(bytes));
      queue.writeBuffer(this.#params.buffer, 0, REPACK.write({ base: to.base, units: to.units, first, count: units }));
      const compiled = await this.#cache.compile(kernel);
      const operands = { repack: this.#params, raw: this.#staging, packed: to.region };
      const dispatch = prepareDispatch(this.#device, 'repack', compiled, operands, repackWorkgroups(units));
      const encoder = this.#device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encodeDispatch(pass, dispatch, units);
      pass.end();
      queue.submit([encoder.finish()]);
    }
    this.#bytes += bytes.length;
    if (this.#bytes < FENCE_BYTES) return;
    const before = this.#before;
    this.#before = queue.onSubmittedWorkDone();
    this.#bytes = 0;
    await before;
  }

  /** Resolves when everything has arrived. */
  async flush(): Promise<void> {
    await this.#device.queue.onSubmittedWorkDone();
    this.#bytes = 0;
  }
}

/** `writeBuffer` takes multiples of four bytes. */
function wholeWords(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.length % 4 === 0) return bytes;
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return padded;
}
