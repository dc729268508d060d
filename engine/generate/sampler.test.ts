import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sampling } from '../api.ts';
import { BufferArena, readBuffer } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { encodeDispatches } from '../gpu/plan.ts';
import { SAMPLE_BYTES } from '../kernels/sampling.ts';
import { samplingSettings } from '../kernels/sampling-settings.ts';
import { type ReferenceSample, sampleReference } from '../reference/sampling.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { gaussian, generator } from '../testing/random.ts';
import { prepareSampler, reserveSampler } from './sampler.ts';

const CONTEXT = 256;

/** Subgroups change the kernels where one is a workgroup. */
const TARGETS = TEST_TARGETS.filter(({ profile, subgroups }) => profile === 'rows' || !subgroups);

/** The same sequence and settings for many seeds, in one submit: what a test can afford on a software adapter. */
interface Case {
  readonly logits: Float32Array<ArrayBuffer>;
  readonly tokens: readonly number[];
  readonly sampling: Sampling;
}

const COMBINATIONS: Readonly<Record<string, Sampling>> = {
  'temperature 1': { temperature: 1 },
  'low temperature': { temperature: 0.3 },
  'high temperature': { temperature: 3 },
  'top-k 1': { temperature: 1, topK: 1 },
  'top-k 40': { temperature: 0.8, topK: 40 },
  'top-k beyond the subsets': { temperature: 2, topK: 300 },
  'top-k beyond the vocabulary': { temperature: 1, topK: 1_000_000 },
  'top-p': { temperature: 1, topP: 0.9 },
  'tiny top-p': { temperature: 1, topP: 1e-6 },
  'top-p 0': { temperature: 1, topP: 0 },
  'top-p near 1': { temperature: 1, topP: 0.99999 },
  'min-p': { temperature: 1, minP: 0.05 },
  'min-p 1': { temperature: 1, minP: 1 },
  penalty: { temperature: 1, repetitionPenalty: 1.3 },
  everything: { temperature: 0.7, topK: 40, topP: 0.95, minP: 0.01, repetitionPenalty: 1.1 },
  greedy: {},
  'greedy with penalty': { repetitionPenalty: 1.5 },
};

describe.each(TARGETS)('sampling kernels ($profile, subgroups $subgroups)', (target) => {
  /** Barriers of 256 threads are slow on software adapters. */
  const SEEDS = target.profile === 'rows' ? 20 : 2;
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu(target);
  });
  afterAll(() => {
    gpu.device.destroy();
  });

  /** The sampler's result for each case and seed 0, 1, … `seeds` - 1, all of one vocabulary. */
  async function sample(cases: readonly Case[], seeds: number): Promise<ReferenceSample[][]> {
    const { device } = gpu;
    const vocabularySize = cases[0]?.logits.length ?? 0;
    const arena = new BufferArena(device);
    const step = arena.uniform('step', 16);
    const logits = arena.storage('logits', vocabularySize * 4);
    const tokens = arena.storage('tokens', CONTEXT * 4);
    const result = arena.storage('result', SAMPLE_BYTES);
    const collected = arena.storage('collected', SAMPLE_BYTES * seeds);
    const sampler = await prepareSampler(
      gpu,
      { step, logits, tokens, result },
      reserveSampler(device, arena, vocabularySize),
    );
    const results: ReferenceSample[][] = [];
    for (const { logits: values, tokens: ids, sampling } of cases) {
      device.queue.writeBuffer(logits.buffer, 0, values);
      device.queue.writeBuffer(
        tokens.buffer,
        0,
        Uint32Array.from({ length: CONTEXT }, (_, i) => ids[i] ?? 0xffff),
      );
      const stepTokens = Math.min(ids.length, 3); // the last chunk of a prefill
      device.queue.writeBuffer(step.buffer, 0, new Uint32Array([stepTokens, ids.length - stepTokens, 0, 0]));
      for (let seed = 0; seed < seeds; seed++) {
        const mode = sampler.configure(device.queue, sampling, seed);
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        encodeDispatches(pass, sampler.dispatches[mode], stepTokens);
        pass.end();
        encoder.copyBufferToBuffer(result.buffer, 0, collected.buffer, seed * SAMPLE_BYTES, SAMPLE_BYTES);
        device.queue.submit([encoder.finish()]);
      }
      const data = await readBuffer(device, collected, SAMPLE_BYTES * seeds);
      const words = new Uint32Array(data);
      const floats = new Float32Array(data);
      const drawn = Array.from({ length: seeds }, (_, i) => ({
        token: words[i * 2] ?? -1,
        logprob: floats[i * 2 + 1] ?? NaN,
      }));
      const sequence = new Uint32Array(await readBuffer(device, tokens));
      expect(sequence[ids.length], 'appended to the sequence').toBe(drawn.at(-1)?.token);
      results.push(drawn);
    }
    arena.destroy();
    return results;
  }

  /** Share of draws whose token may differ from the twin's: two waiting times, or a threshold, equal within rounding. */
  const ROUNDING_SHARE = 0.001;

  async function expectTwin(cases: readonly Case[], seeds: number): Promise<void> {
    const results = await sample(cases, seeds);
    let different = 0;
    cases.forEach(({ logits, tokens, sampling }, i) => {
      const settings = samplingSettings(sampling);
      for (let seed = 0; seed < seeds; seed++) {
        const expected = sampleReference(logits, tokens, settings, seed);
        const actual = results[i]?.[seed];
        if (actual?.token === expected.token) expect(actual.logprob).toBeCloseTo(expected.logprob, 4);
        else different++;
      }
    });
    expect(different).toBeLessThanOrEqual(cases.length * seeds * ROUNDING_SHARE);
  }

  test.each(Object.entries(COMBINATIONS))('draws what the twin draws: %s', async (_, sampling) => {
    const random = generator(1);
    for (const vocabularySize of [7, 3001]) {
      const cases = Array.from({ length: 6 }, (_, i) => ({
        logits: gaussian(random, vocabularySize, i < 3 ? 3 : 0.5),
        tokens: Array.from({ length: [1, 5, 64, 65, 200, 255][i] ?? 1 }, () => Math.floor(random() * vocabularySize)),
        sampling,
      }));
      await expectTwin(cases, SEEDS);
    }
  });

  test('keeps all scores equal to the last survivor', async () => {
    const logits = Float32Array.from({ length: 3001 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const tokens = [1, 2, 3];
    for (const sampling of [{ topK: 3 }, { topP: 0.1 }, { topP: 0.95 }, { topK: 2, topP: 0.5 }])
      await expectTwin([{ logits, tokens, sampling: { temperature: 1, ...sampling } }], SEEDS);
  });

  test('serves a vocabulary of 262,144, whether the candidates can be narrowed down or not', async () => {
    const random = generator(2);
    const logits = gaussian(random, 262_144, 2);
    const flat = gaussian(random, 262_144, 0.01);
    const tokens = [262_143, 5, 5];
    await expectTwin(
      [
        { logits, tokens, sampling: {} },
        { logits, tokens, sampling: { temperature: 1, topK: 40, topP: 0.9 } },
        { logits, tokens, sampling: { temperature: 1.5 } },
        { logits: flat, tokens, sampling: { temperature: 1, topP: 0.5 } },
        { logits: flat, tokens, sampling: { temperature: 1, topK: 1000 } },
      ],
      3,
    );
  });

  test('takes the lowest id of equal logits', async () => {
    const logits = new Float32Array(3001).fill(-2);
    logits[1500] = logits[2999] = logits[1501] = 7;
    const [[first] = []] = await sample([{ logits, tokens: [0], sampling: {} }], 1);
    expect(first?.token).toBe(1500);
    const [[zero] = []] = await sample([{ logits: new Float32Array(3001).fill(0, 1), tokens: [0], sampling: {} }], 1);
    expect(zero?.token).toBe(0);
    const [[signed] = []] = await sample(
      [{ logits: Float32Array.of(-0, 0, 0, 0, 0, 0, 0), tokens: [0], sampling: {} }],
      1,
    );
    expect(signed?.token).toBe(0);
  });

  test.each([{}, { temperature: 1 }, { temperature: 1, topK: 5, topP: 0.9, minP: 0.1, repetitionPenalty: 1.2 }])(
    'survives broken logits: %o',
    async (sampling) => {
      const size = 3001;
      const mixed = new Float32Array(size).fill(NaN);
      mixed[3] = 1;
      mixed[4] = -Infinity;
      const infinite = new Float32Array(size);
      infinite[77] = Infinity;
      const tokens = [3, 4, 77];
      const [nans, infinities, mixture, negative] = await sample(
        [
          { logits: new Float32Array(size).fill(NaN), tokens, sampling },
          { logits: infinite, tokens, sampling },
          { logits: mixed, tokens, sampling },
          { logits: new Float32Array(size).fill(-Infinity), tokens, sampling },
        ],
        2,
      );
      const overflown = Float32Array.from({ length: size }, (_, i) => [Infinity, -Infinity, NaN][i % 3] ?? 0);
      const [overflows] = await sample([{ logits: overflown, tokens, sampling }], 2);
      for (const broken of [nans?.[0], negative?.[0], overflows?.[1]]) {
        expect(broken?.token).toBeLessThan(size);
        expect(broken?.logprob).toBeNaN(); // how a reader knows that nothing was computed
      }
      expect(infinities?.[0]).toEqual({ token: 77, logprob: 0 });
      expect(mixture?.[1]).toEqual({ token: 3, logprob: 0 });
    },
  );

  test('draws in proportion to exp(logit / temperature)', async () => {
    const logits = Float32Array.of(1, 0, 2, -1, -3, 0.5, 0);
    const draws = 50 * SEEDS;
    const [drawn = []] = await sample([{ logits, tokens: [0, 1], sampling: { temperature: 1.3 } }], draws);
    const weights = Array.from(logits, (logit) => Math.exp(logit / 1.3));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const chiSquare = weights.reduce((sum, weight, id) => {
      const expected = (draws * weight) / total;
      return sum + (drawn.filter(({ token }) => token === id).length - expected) ** 2 / expected;
    }, 0);
    expect(chiSquare).toBeLessThan(22.5); // 6 degrees of freedom: exceeded once in 1000 sets of seeds
  });

  test('refuses settings that mean nothing', async () => {
    const cases = (sampling: Sampling): Case[] => [{ logits: new Float32Array(7), tokens: [0], sampling }];
    for (const sampling of [{ temperature: -1 }, { topP: 1.5 }, { minP: NaN }, { repetitionPenalty: 0 }, { topK: -1 }])
      await expect(sample(cases(sampling), 1)).rejects.toMatchObject({ code: 'bad-request' });
  });
});
