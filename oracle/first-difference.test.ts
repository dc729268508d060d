import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGguf } from '../engine/formats/gguf.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { dump } from '../engine/generate/dump.ts';
import { Session } from '../engine/generate/session.ts';
import type { Gpu } from '../engine/gpu/device.ts';
import { openTestGpu } from '../engine/testing/gpu.ts';
import { cuttableModel } from './cut-model.ts';
import { type Compared, compareActivations, compareCuts, firstBeyond, type Logprobs } from './first-difference.ts';
import { goldenTokens } from './golden-model.ts';
import { goldenModels } from './models.ts';

const TOKENS = goldenTokens('first difference').slice(0, 6);

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openTestGpu({ profile: 'rows', subgroups: true });
});
afterAll(() => gpu.device.destroy());

function fileOf(name: string): Uint8Array<ArrayBuffer> {
  const golden = goldenModels.find((one) => one.name === name);
  if (golden === undefined) throw new Error(`there is no golden ${name}`);
  return golden.build();
}

/** The file with some weights of a tensor gone. */
async function damaged(file: Uint8Array<ArrayBuffer>, tensor: string): Promise<Uint8Array<ArrayBuffer>> {
  const { tensors } = await readGguf([new MemorySource(file)]);
  const found = tensors.get(tensor);
  if (found === undefined) throw new Error(`there is no ${tensor}`);
  const copy = file.slice();
  copy.fill(0, found.offset, found.offset + found.byteLength / 2);
  return copy;
}

async function open(file: Uint8Array<ArrayBuffer>): Promise<Session> {
  const gguf = await readGguf([new MemorySource(file)]);
  return Session.load(gpu, gguf, { kvCache: 'f32', contextLength: 16, chunkTokens: 8 });
}

async function logits(file: Uint8Array<ArrayBuffer>): Promise<Logprobs> {
  const session = await open(file);
  const all = await session.prefillLogits(TOKENS, 0);
  session.destroy();
  return [all];
}

async function collect(rows: AsyncIterable<Compared>): Promise<readonly Compared[]> {
  const collected: Compared[] = [];
  for await (const row of rows) collected.push(row);
  return collected;
}

describe('the first sublayer that differs, by cutting the model', () => {
  test.each([
    ['qwen3moe-q4_0', 'blk.0.attn_v.weight', 'blk.0 mixer'],
    ['qwen3moe-q4_0', 'blk.0.ffn_gate_inp.weight', 'blk.0 ffn'],
    ['deepseek2-v3-q8_0', 'blk.1.attn_kv_a_norm.weight', 'blk.1 mixer'],
    ['deepseek2-v3-q8_0', 'blk.2.ffn_down_shexp.weight', 'blk.2 ffn'],
    ['qwen3moe-q4_0', 'token_embd.weight', 'embedding and output'],
  ])('%s with a part of %s gone: %s', async (name, tensor, place) => {
    const file = fileOf(name);
    const [right, wrong] = await Promise.all([
      cuttableModel(file, true),
      cuttableModel(await damaged(file, tensor), false),
    ]);
    const rows = await collect(compareCuts(wrong, logits, logits, right));
    expect(firstBeyond(rows, 1e-3)?.place).toBe(place);
    expect(rows.every(({ difference }) => difference !== null)).toBe(true);
  });

  test('blocks for multi-token prediction say nothing, and nothing differs from itself', async () => {
    const model = await cuttableModel(fileOf('deepseek2-predictor-q8_0'), false);
    const rows = await collect(compareCuts(model, logits, logits));
    expect(rows).toHaveLength(1 + model.sublayers.length);
    expect(rows.every(({ difference }) => difference === 0)).toBe(true);
  });

  test('a cut that one side does not run says why, and the others are compared', async () => {
    const model = await cuttableModel(fileOf('qwen3moe-q4_0'), false);
    let runs = 0;
    const failing = (file: Uint8Array<ArrayBuffer>): Promise<Logprobs> =>
      runs++ === 1 ? Promise.reject(new Error('no attention')) : logits(file);
    const rows = await collect(compareCuts(model, logits, failing));
    expect(rows.map(({ difference }) => difference)).toEqual([0, null, 0, 0, 0]);
    expect(rows[1]?.why).toBe('no attention');
  });
});

describe('the first launch that differs', () => {
  test('of decode and of prefill, with a weight that is wrong in one', async () => {
    const file = fileOf('qwen3moe-q4_0');
    const right = await open(file);
    const wrong = await open(await damaged(file, 'blk.1.attn_k.weight'));
    const others = TOKENS.map((token, position) => dump(wrong, [token], position));
    const rows = await collect(compareActivations(dump(right, TOKENS, 0), others));
    expect(firstBeyond(rows, 1e-4)?.place).toMatch(/^blk\.1 .*k/);
    right.memory.rollback(0);
    const same = await open(file);
    const agreeing = TOKENS.map((token, position) => dump(same, [token], position));
    const all = await collect(compareActivations(dump(right, TOKENS, 0), agreeing));
    expect(all.length).toBeGreaterThan(10);
    expect(all.map(({ place }) => place)).toContain('blk.1 router → routes');
    expect(firstBeyond(all, 1e-4)).toBeUndefined();
    for (const session of [right, wrong, same]) session.destroy();
  });
});
