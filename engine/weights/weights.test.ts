import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ByteSource, EarlyReads } from '../formats/byte-source.ts';
import { readGguf } from '../formats/gguf.ts';
import { writeGguf } from '../formats/gguf-writer.ts';
import { MemorySource } from '../formats/memory-source.ts';
import { TENSOR_TYPES } from '../formats/tensor-types.ts';
import { BufferArena } from '../gpu/buffers.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { generator } from '../testing/random.ts';
import { randomMatrix } from '../testing/random-weights.ts';
import { Weights } from './weights.ts';

let runner: KernelRunner;
beforeAll(async () => {
  runner = new KernelRunner(await openTestGpu(TEST_TARGETS[0]));
});
afterAll(() => runner.destroy());

const NAMES = ['a.weight', 'b.weight', 'c.weight'];
const [ROWS, COLUMNS] = [16, 64];

/** The words of each matrix as they lie on the GPU. */
async function loaded(source: ByteSource): Promise<readonly number[][]> {
  const arena = new BufferArena(runner.gpu.device);
  const weights = new Weights(await readGguf([source]), runner.gpu.device, arena);
  const matrices = NAMES.map((name) => weights.matrix(name, ROWS, COLUMNS));
  await weights.load(runner.gpu);
  await weights.checked;
  const words: number[][] = [];
  for (const { shards } of matrices) {
    const { region } = shards[0]!;
    words.push([...(await runner.words(region, region.size / 4))]);
  }
  arena.destroy();
  return words;
}

test('what was given early and wrong is on the GPU as it should be in the end, and nothing else is read twice', async () => {
  const random = generator(3);
  const tensors = NAMES.map((name) => {
    const { bytes } = randomMatrix(random, 'Q8_0', ROWS, COLUMNS);
    return { name, type: TENSOR_TYPES.Q8_0, shape: [COLUMNS, ROWS], data: bytes };
  });
  const file = writeGguf({ metadata: [['general.architecture', 'string', 'none']], tensors });
  const right = new MemorySource(file);
  const gguf = await readGguf([right]);
  const { offset, byteLength } = gguf.tensors.get('b.weight')!;
  // A range that begins within one matrix and ends within the next one.
  const wrong = [offset + byteLength - 4, offset + byteLength + 40] as const;
  const rotten = file.slice();
  rotten.subarray(...wrong).fill(0x55);
  const readAgain: number[] = [];
  let isAsked = false;
  const early: EarlyReads = {
    read: (start, end) => new MemorySource(rotten).read(start, end),
    wrong: async () => {
      isAsked = true;
      return [wrong];
    },
  };
  const source: ByteSource = {
    name: 'm.gguf',
    size: file.length,
    early,
    read: (start, end) => {
      if (isAsked) readAgain.push(start);
      return right.read(start, end);
    },
  };
  expect(await loaded(source)).toEqual(await loaded(right));
  expect(readAgain).toEqual([offset, gguf.tensors.get('c.weight')!.offset]);
});
