import 'fake-indexeddb/auto';
import { create, globals } from 'webgpu';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { goldenModels } from '../oracle/models.ts';
import type { ModelPreview, ModelSource } from './api.ts';
import { writeGguf, writeSplitGguf } from './formats/gguf-writer.ts';
import type { Gpu } from './gpu/device.ts';
import { openGpu } from './gpu/device.ts';
import { inspectModel } from './inspect.ts';
import { LocalEngine } from './local-engine.ts';
import type { StoreEnvironment } from './store/environment.ts';
import { openModel } from './store/open-model.ts';
import { deleteStoredModel, storageReport } from './store/report.ts';
import { ModelServer } from './testing/model-server.ts';

Object.assign(globalThis, globals);
const dawn = create([]);

function golden(name: string): Uint8Array<ArrayBuffer> {
  const model = goldenModels.find((each) => each.name === name);
  if (model === undefined) throw new Error(`there is no golden ${name}`);
  return model.build();
}

describe('what it takes is what a load takes', () => {
  const engine = new LocalEngine(dawn);
  afterAll(() => engine.unload());

  test.each([
    ['deepseek2-lite-q4_k', 64],
    ['deepseek2-v3-q8_0', 4096],
    ['deepseek2-odd-f32', 1000],
    ['olmoe-q4_k_m', 300],
    ['qwen3moe-q6_k-tied', 512],
    ['granitemoe-shared-q8_0-tied', 64],
  ])('%s in a context of %i', async (name, contextLength) => {
    const source: ModelSource = { kind: 'file', files: [new File([golden(name)], `${name}.gguf`)] };
    const preview = await engine.inspect(source, { contextLength });
    const info = await engine.load(source, { contextLength }, () => {});
    expect(preview.memory).toEqual(await engine.memory());
    expect(preview.memory?.experts).toBeGreaterThan(0);
    // What only a load knows.
    const { moeLayers, sharedExperts, vocabularySize, expertParameters, expertBytes, stored, sampling, ...rest } = info;
    const { thinking, ...facts } = rest;
    expect([moeLayers.length, vocabularySize, expertParameters, expertBytes].every((one) => one > 0)).toBe(true);
    expect(sharedExperts > 0).toBe(/^deepseek2|-shared/.test(name));
    expect(stored).toBe(true);
    expect(sampling).toEqual({});
    expect(thinking).toEqual({ reasons: false, modes: [], usual: null });
    expect(preview).toMatchObject(facts);
    expect(preview).toMatchObject({ verdict: { kind: 'fits' }, parts: 1, fetchedBytes: 0, storedBytes: 0 });
  });
});

describe('from an address', () => {
  const MODEL = Buffer.from(golden('qwen3moe-f16'));
  const CHUNK_BYTES = 64 * 1024;
  let gpu: Gpu;
  let server: ModelServer;
  const environment: Partial<StoreEnvironment> = { chunkBytes: CHUNK_BYTES, sleep: () => Promise.resolve() };

  beforeAll(async () => {
    gpu = await openGpu(dawn);
  });
  beforeEach(async () => {
    for (const { id } of (await storageReport()).models) await deleteStoredModel(id);
    server = await ModelServer.start();
    server.files.set('/m.gguf', MODEL);
  });
  afterEach(async () => {
    vi.unstubAllGlobals();
    await server.stop();
  });

  const urlOf = (path = '/m.gguf'): ModelSource => ({ kind: 'url', url: server.origin + path });
  const inspect = (
    source: ModelSource = urlOf(),
    env: Partial<StoreEnvironment> = {},
    given: () => Promise<Gpu> = () => Promise.resolve(gpu),
  ): Promise<ModelPreview> => inspectModel(source, {}, given, { ...environment, ...env });

  /** A file whose header is small beside its weights: an unknown tensor of many zeros behind the model's own. */
  function withBallast(bytes: Buffer, ballast: number): Buffer {
    return Buffer.concat([bytes, Buffer.alloc(ballast)]);
  }

  test.each([true, false])('only the header is fetched, nothing is stored; ranges: %s', async (ranges) => {
    const large = withBallast(MODEL, 3_000_000);
    server.files.set('/m.gguf', large);
    server.behaviour.ranges = ranges;
    const preview = await inspect();
    expect(preview).toMatchObject({ architecture: 'qwen3moe', fileBytes: large.length, storedBytes: 0 });
    expect(preview.fetchedBytes).toBeGreaterThan(0);
    expect(preview.fetchedBytes).toBeLessThanOrEqual(256 * 1024);
    expect((await storageReport()).models).toEqual([]);
  });

  test('parts of a split model are counted together', async () => {
    const tensors = Array.from({ length: 6 }, (_, i) => ({
      name: `t${i}`,
      type: { id: 0, name: 'F32', blockSize: 1, blockBytes: 4 },
      shape: [64],
      data: new Uint8Array(256),
    }));
    const parts = writeSplitGguf({ metadata: [['general.architecture', 'string', 'nobodys']], tensors }, 3);
    parts.forEach((part, i) => server.files.set(`/s-0000${i + 1}-of-00003.gguf`, Buffer.from(part)));
    const preview = await inspect(urlOf('/s-00002-of-00003.gguf'));
    const fileBytes = parts.reduce((sum, { length }) => sum + length, 0);
    expect(preview).toMatchObject({ parts: 3, fileBytes, parameters: 6 * 64, memory: null });
  });

  test('what the store has is not fetched again, and needs no network where that is enough', async () => {
    const opened = await openModel(urlOf(), { environment });
    await opened.parts[0]?.read(0, 2 * CHUNK_BYTES);
    opened.close();
    const storedBytes = (await storageReport()).models[0]?.storedBytes ?? 0;
    expect(storedBytes).toBeGreaterThanOrEqual(CHUNK_BYTES);
    expect(await inspect()).toMatchObject({ storedBytes });

    const complete = await openModel(urlOf(), { environment });
    await complete.finish();
    server.requests = [];
    expect(await inspect()).toMatchObject({ fetchedBytes: 0, storedBytes: MODEL.length });
    expect(await inspect({ kind: 'stored', id: complete.id })).toMatchObject({ fetchedBytes: 0, name: 'qwen3moe-f16' });
    expect(server.requests).toEqual([]);
  });

  test('a paused download can be looked at offline', async () => {
    const opened = await openModel(urlOf(), { environment });
    await opened.parts[0]?.read(0, MODEL.length - 1);
    opened.close();
    await server.stop();
    expect(await inspect()).toMatchObject({ architecture: 'qwen3moe', fetchedBytes: 0 });
  });

  test('a model that we do not know is described all the same', async () => {
    const unknown = writeGguf({
      metadata: [
        ['general.architecture', 'string', 'brandnew'],
        ['general.name', 'string', 'Brand New'],
        ['general.license', 'string', 'apache-2.0'],
        ['brandnew.block_count', 'u32', 7],
        ['brandnew.expert_count', 'u32', 4],
        ['brandnew.expert_used_count', 'u32', 1],
        ['brandnew.context_length', 'u32', 2048],
      ],
      tensors: [
        {
          name: 'blk.0.ffn_up_exps.weight',
          type: { id: 8, name: 'Q8_0', blockSize: 32, blockBytes: 34 },
          shape: [32, 8, 4],
          data: new Uint8Array(34 * 32),
        },
      ],
    });
    server.files.set('/m.gguf', Buffer.from(unknown));
    expect(await inspect()).toMatchObject({
      name: 'Brand New',
      architecture: 'brandnew',
      license: 'apache-2.0',
      parameters: 1024,
      activeParameters: 256,
      layers: 7,
      contextLength: 2048,
      quantization: 'Q8_0',
      memory: null,
      verdict: { kind: 'unsupported', error: { code: 'unsupported-architecture' } },
    });
  });

  test('no room in the browser, for an address but not for a file', async () => {
    const storage = { estimate: () => Promise.resolve({ usage: 0, quota: 1000 }) };
    const { verdict } = await inspect(urlOf(), { storage });
    expect(verdict).toMatchObject({ kind: 'too-large', what: 'storage' });
    expect((verdict as { message: string }).message).toContain('grants 1.0 kB');
    const file: ModelSource = { kind: 'file', files: [new File([new Uint8Array(MODEL)], 'm.gguf')] };
    expect((await inspect(file, { storage })).verdict.kind).toBe('fits');
  });

  test('no WebGPU: the facts all the same', async () => {
    const engine = new LocalEngine(undefined);
    const preview = await engine.inspect(urlOf(), {});
    expect(preview).toMatchObject({
      parameters: expect.any(Number) as number,
      memory: null,
      verdict: { kind: 'unsupported', error: { code: 'no-webgpu' } },
    });
  });

  test('files that are none, and addresses that are none, say so', async () => {
    server.files.set('/m.gguf', Buffer.alloc(5000));
    await expect(inspect()).rejects.toMatchObject({ code: 'not-gguf' });
    await expect(inspect({ kind: 'url', url: 'nowhere' })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(inspect({ kind: 'stored', id: 'gone' })).rejects.toMatchObject({ code: 'bad-request' });
  });

  test('connections that break are tried again', async () => {
    server.behaviour.tears = { after: 1000, count: 3 };
    expect(await inspect()).toMatchObject({ architecture: 'qwen3moe' });
    expect(server.behaviour.tears.count).toBeLessThan(3);
  });
});
