import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDiskModel } from '../../cli/disk-source.ts';
import type { GenerateEvent } from '../api.ts';
import { EngineError } from '../errors.ts';
import { type Gguf, readGguf } from '../formats/gguf.ts';
import type { Gpu } from '../gpu/device.ts';
import { type Kernel, KernelCache, kernelLabel } from '../gpu/kernel.ts';
import { openTestGpu } from '../testing/gpu.ts';
import { generate } from './generate.ts';
import { loadTextModel, type LoadedModel } from './load-model.ts';

const MODELS = 'public/models';
/** A build without a bundled model is a valid one; then there is nothing to test here. */
const file = existsSync(MODELS) ? readdirSync(MODELS).find((name) => name.endsWith('.gguf')) : undefined;

let gpu: Gpu;
let gguf: Gguf;

/** Kernels that only steps of one token have wait for `until`, and fail where that does. */
class LateCache extends KernelCache {
  readonly compiled: string[] = [];
  readonly #until: Promise<void>;

  constructor(until: Promise<void>) {
    super(gpu.device);
    this.#until = until;
  }

  override async compile(kernel: Kernel) {
    const label = kernelLabel(kernel);
    if (label.startsWith('expert_down')) await this.#until;
    this.compiled.push(label);
    return super.compile(kernel);
  }
}

const REQUEST = {
  prompt: { kind: 'chat', messages: [{ role: 'user', content: 'Hello' }] },
  sampling: { temperature: 0 },
  maxTokens: 3,
} as const;

async function load(until: Promise<void>): Promise<{ readonly model: LoadedModel; readonly kernels: LateCache }> {
  const kernels = new LateCache(until);
  return { kernels, model: await loadTextModel({ ...gpu, kernels }, gguf, { contextLength: 256 }) };
}

function failing(): { readonly promise: Promise<void>; fail(): void } {
  const controller = new AbortController();
  const error = new EngineError('internal', 'A shader does not compile on this device.');
  const promise = new Promise<void>((_, reject) => controller.signal.addEventListener('abort', () => reject(error)));
  promise.catch(() => undefined); // it may fail before anybody asks
  return { promise, fail: () => controller.abort() };
}

async function* answer({ text }: LoadedModel, signal = new AbortController().signal): AsyncGenerator<GenerateEvent> {
  yield* generate(text, REQUEST, signal);
}

async function untilToken(events: AsyncGenerator<GenerateEvent>): Promise<GenerateEvent> {
  for (;;) {
    const { value, done } = await events.next();
    if (done === true) throw new Error('no token came');
    if (value.type === 'token') return value;
  }
}

describe.runIf(file !== undefined)('a model whose last kernels are still compiling', () => {
  beforeAll(async () => {
    gpu = await openTestGpu({ profile: 'rows', subgroups: false });
    gguf = await readGguf(await openDiskModel(`${MODELS}/${file ?? ''}`));
  });
  afterAll(() => gpu.device.destroy());

  test('the first token comes before what the others need is compiled', async () => {
    let release = (): void => {};
    const { model, kernels } = await load(new Promise((resolve) => (release = resolve)));
    expect(model.text.session.isPrepared).toBe(false);
    expect(() => model.text.session.decode(4)).toThrow('not compiled yet');
    const events = answer(model);
    expect(await untilToken(events)).toMatchObject({ type: 'token' });
    release();
    const rest: GenerateEvent[] = [];
    for await (const event of events) rest.push(event);
    expect(rest.map(({ type }) => type)).toEqual(['token', 'token', 'done']);
    expect(rest.at(-1)).toMatchObject({ finishReason: 'length', timings: { outputTokens: 3 } });
    const labels = kernels.compiled;
    expect(labels[0]).toMatch(/^repack/);
    const at = (start: string): number => labels.findIndex((label) => label.startsWith(start));
    expect(at('matmul')).toBeLessThan(at('sample_'));
    expect(at('sample_')).toBeLessThan(at('gate_up'));
    model.text.session.destroy();
  });

  test('Stop ends an answer that waits for kernels', async () => {
    const { model } = await load(new Promise(() => {}));
    const stop = new AbortController();
    const events = answer(model, stop.signal);
    await untilToken(events);
    const next = events.next();
    stop.abort();
    expect(await next).toMatchObject({ value: { type: 'done', finishReason: 'aborted' } });
    model.text.session.destroy();
  });

  test('a late kernel that does not compile is an error of the answer, of each', async () => {
    const { promise, fail } = failing();
    const { model } = await load(promise);
    fail();
    for (let i = 0; i < 2; i++) {
      const events = answer(model);
      await expect(async () => {
        for await (const _ of events);
      }).rejects.toMatchObject({ code: 'internal', message: 'A shader does not compile on this device.' });
    }
    await expect(model.text.session.prepared()).rejects.toMatchObject({ code: 'internal' });
    model.text.session.destroy();
  });

  test('a model that goes takes what is still to compile with it', async () => {
    let release = (): void => {};
    const { model, kernels } = await load(new Promise((resolve) => (release = resolve)));
    model.text.session.destroy();
    await expect(model.text.session.prepared()).rejects.toBeDefined();
    const before = kernels.compiled.length;
    release();
    await gpu.device.queue.onSubmittedWorkDone();
    // Those under way end; nothing is begun.
    expect(kernels.compiled.length - before).toBeLessThanOrEqual(1);
  });
});
