import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byteLengthOf, TENSOR_TYPES } from '../formats/tensor-types.ts';
import { WEIGHT_TYPE_NAMES, type WeightTypeName } from '../kernels/weight-types.ts';
import { BufferArena } from '../gpu/buffers.ts';
import { packedVecs, UNIT, VEC_BYTES } from '../kernels/packed-matrix.ts';
import { embed } from '../kernels/pointwise.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { generator } from '../testing/random.ts';
import { randomMatrix } from '../testing/random-weights.ts';
import { WeightUploader } from './uploader.ts';

const TYPES = WEIGHT_TYPE_NAMES;

describe('upload and repacking', () => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(TEST_TARGETS[0]));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(16);

  /** The weights of `units` units from vec4 `base` of a region on, as the embedding kernel reads them from a row. */
  async function read(
    type: WeightTypeName,
    region: ReturnType<KernelRunner['empty']>,
    units: number,
  ): Promise<Float32Array> {
    const width = units * UNIT;
    const x = runner.empty(width);
    const shape = { type, rows: 1, firstRow: 0, rowUnits: units, width, scale: 1 };
    const { kernel, groups } = embed(runner.gpu, shape);
    const operands = { step: runner.step(1), tokens: runner.buffer(new Uint32Array(4)), x, weights: region };
    await runner.run(kernel, operands, [groups, 1, 1]);
    return runner.floats(x, width);
  }

  // Pieces begin at multiples of 8 units; the last one ends where the matrix does.
  test.each(TYPES)('%s in pieces', async (type) => {
    const blockUnits = TENSOR_TYPES[type].blockSize / UNIT;
    const units = blockUnits === 8 ? 40 : 40 - Math.max(1, blockUnits);
    const matrix = randomMatrix(random, type, 1, units * UNIT);
    const region = runner.empty((packedVecs(type, units) * VEC_BYTES) / 4);
    const uploader = new WeightUploader(runner.gpu.device, runner.gpu.kernels, runner.arena);
    for (const [first, end] of [
      [0, 8],
      [8, 32],
      [32, units],
    ] as const) {
      const at = (unit: number): number => byteLengthOf(TENSOR_TYPES[type], unit * UNIT);
      await uploader.upload(matrix.bytes.slice(at(first), at(end)), type, { region, base: 0, units }, first);
    }
    await uploader.flush();
    expectClose(await read(type, region, units), matrix.weights, 1e-6);
  });

  test.each(TYPES)('%s leaves its neighbours alone', async (type) => {
    const [units, base] = [8, 3];
    const vecs = packedVecs(type, units);
    const arena = new BufferArena(runner.gpu.device);
    const region = runner.buffer(new Uint32Array((base + vecs + 3) * 4).fill(0xdddd_dddd));
    const matrix = randomMatrix(random, type, 1, units * UNIT);
    const uploader = new WeightUploader(runner.gpu.device, runner.gpu.kernels, arena);
    await uploader.upload(matrix.bytes, type, { region, base, units }, 0);
    const words = await runner.words(region, (base + vecs + 3) * 4);
    const isUntouched = (word: number): boolean => word === 0xdddd_dddd;
    expect(words.subarray(0, base * 4).every(isUntouched)).toBe(true);
    expect(words.subarray((base + vecs) * 4).every(isUntouched)).toBe(true);
    expect(words.subarray(base * 4, (base + vecs) * 4).every(isUntouched)).toBe(false);
    arena.destroy();
  });
});
