import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenModels } from '../../oracle/models.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import type { Gpu } from '../gpu/device.ts';
import { openTestGpu, TEST_PROFILES } from '../testing/gpu.ts';
import { Session } from './session.ts';

/** Greedy, and with every part of the sampler. */
const SAMPLINGS = [{}, { temperature: 1, topK: 5, topP: 0.9, repetitionPenalty: 1.1 }];
const BROKEN = { code: 'corrupt-file', message: expect.stringMatching(/^This model computes no numbers\./) as string };

/** A small model with some numbers of a tensor overwritten. */
async function spoilt(tensor: string, first: number, count: number, value: number) {
  const golden = goldenModels.find(({ name }) => name === 'olmoe-f32');
  if (golden === undefined) throw new Error('the golden models have no olmoe-f32');
  const file = golden.build();
  const { offset = 0 } = (await readGguf([new MemorySource(file)])).tensors.get(tensor) ?? {};
  new Float32Array(file.buffer, offset + first * 4, count).fill(value);
  return readGguf([new MemorySource(file)]);
}

const WIDTH = 64;

describe.each(TEST_PROFILES)('a model that computes no numbers ($profile)', (target) => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu(target);
  });
  afterAll(() => gpu.device.destroy());

  test.each([
    ['NaN', NaN],
    ['infinite', Infinity],
  ])('%s weights in the last norm: an error in prefill and in decode', async (_, value) => {
    const session = await Session.load(gpu, await spoilt('output_norm.weight', 0, WIDTH, value), { contextLength: 32 });
    for (const sampling of SAMPLINGS) {
      session.configure(sampling, 1, { trace: false, logits: false });
      await expect(session.prefill([1, 2, 3], 0, true)()).rejects.toMatchObject(BROKEN);
      await expect(session.prefill([4], 3, true)()).rejects.toMatchObject(BROKEN);
      await expect(session.decode(4)()).rejects.toMatchObject(BROKEN);
    }
    await expect(session.prefillLogits([1, 2, 3], 0)).rejects.toMatchObject(BROKEN);
    session.destroy();
  });

  test('one bad embedding: an error from that token on, in the middle of a chunk too', async () => {
    const gguf = await spoilt('token_embd.weight', 5 * WIDTH, WIDTH, NaN);
    const session = await Session.load(gpu, gguf, { contextLength: 32 });
    session.configure({}, 1, { trace: false, logits: false });
    const { token, logprob } = await session.prefill([1, 2, 3], 0, true)();
    expect(token).toBeLessThan(session.model.shape.vocabularySize);
    expect(logprob).toBeLessThanOrEqual(0);
    await expect(session.prefill([5], 3, true)()).rejects.toMatchObject(BROKEN);
    await expect(session.prefill([1, 5, 3], 0, true)()).rejects.toMatchObject(BROKEN);
    session.destroy();
  });
});
