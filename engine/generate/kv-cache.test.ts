import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { qwen3moe } from '../../oracle/architectures.ts';
import { goldenTokens } from '../../oracle/golden-model.ts';
import { loadGolden } from '../../oracle/load-golden.ts';
import { goldenModels } from '../../oracle/models.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import type { Gpu } from '../gpu/device.ts';
import { KV_FORMATS, type KvFormat } from '../kernels/attention.ts';
import { openTestGpu } from '../testing/gpu.ts';
import { topLogprobs } from './logprobs.ts';
import { Session } from './session.ts';

/**
 * What a format may shift log-probabilities by, at the median position: where experts are chosen, a rounding decides at some. The
 * models are random, so that their attention has no direction in which it is sure, and every rounding reaches the logits. f16 rounds
 * a number by 2^-12 of itself, q8_0 by a 254th of the largest of 32, which is some 30 times that. Measured: 0.002 to 0.004 and 0.05 to 0.12.
 */
const TOLERANCES = { f32: 1e-3, f16: 0.01, q8_0: 0.2 } as const satisfies Record<KvFormat, number>;

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openTestGpu({ profile: 'rows', subgroups: true });
});
afterAll(() => gpu.device.destroy());

async function open(file: Uint8Array<ArrayBuffer>, kvCache: KvFormat): Promise<Session> {
  const gguf = await readGguf([new MemorySource(file)]);
  const session = await Session.load(gpu, gguf, { kvCache, chunkTokens: 16, contextLength: 64 });
  session.configure({}, 0, { trace: false, logits: true });
  return session;
}

/** Log-probabilities [positions, vocabulary], the first half by prefill, then token by token. */
async function logprobs(session: Session, tokens: readonly number[]): Promise<Float32Array> {
  const size = session.model.shape.vocabularySize;
  const found = new Float32Array(tokens.length * size);
  const keep = (position: number, logits: Float32Array): void => {
    for (const { id, logprob } of topLogprobs(logits, size)) found[position * size + id] = logprob;
  };
  const half = tokens.length >> 1;
  const first = await session.prefillLogits(tokens.slice(0, half), 0);
  for (let position = 0; position < half; position++)
    keep(position, first.subarray(position * size, (position + 1) * size));
  for (let position = half; position < tokens.length; position++) {
    const { logits } = await session.prefill([tokens[position] ?? 0], position, true)();
    keep(position, logits ?? new Float32Array());
  }
  return found;
}

/** Of the largest difference at each position, the median. */
function difference(a: Float32Array, b: Float32Array, positions: number): number {
  const size = a.length / positions;
  const worst = Array.from({ length: positions }, (_, position) => {
    let most = 0;
    for (let i = position * size; i < (position + 1) * size; i++)
      most = Math.max(most, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
    return most;
  });
  return worst.toSorted((x, y) => x - y)[positions >> 1] ?? NaN;
}

describe.each(['llama-q8_0', 'qwen3moe-f16', 'deepseek2-lite-f32', 'gpt-oss-f16'])('%s', (name) => {
  test.each(KV_FORMATS)('with its cache in %s says nearly what llama.cpp says', async (format) => {
    const golden = goldenModels.find((one) => one.name === name);
    if (golden === undefined) throw new Error(`there is no golden ${name}`);
    const expected = loadGolden(name);
    const session = await open(golden.build(), format);
    const { tokens, logprobs: theirs } = expected;
    const found = difference(await logprobs(session, tokens), theirs, tokens.length);
    expect(found).toBeLessThan(TOLERANCES[format]);
    if (format === 'q8_0') expect(found).toBeGreaterThan(TOLERANCES.f16); // it is in use
    session.destroy();
  });
});

test('rows that are no whole blocks of 32 numbers are filled up', async () => {
  const shape = {
    layers: 2,
    width: 64,
    heads: 3,
    keyHeads: 1,
    headWidth: 20,
    experts: 4,
    expertsUsed: 2,
    expertWidth: 32,
  };
  const file = qwen3moe({ ...shape, name: 'odd rows', types: 'F32' }).build();
  const tokens = goldenTokens('odd rows');
  const [exact, rounded] = [await open(file, 'f32'), await open(file, 'q8_0')];
  const found = difference(await logprobs(rounded, tokens), await logprobs(exact, tokens), tokens.length);
  expect(found).toBeLessThan(TOLERANCES.q8_0);
  // 64 positions of keys and values in two layers: 20 numbers, or a block of 36 bytes.
  expect(exact.memoryReport().kvCache).toBe(64 * 2 * 2 * 20 * 4);
  expect(rounded.memoryReport().kvCache).toBe(64 * 2 * 2 * 36);
  exact.destroy();
  rounded.destroy();
});
