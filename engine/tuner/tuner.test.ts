// On a real device, which here is a software adapter: so all runs are forced.
import { create, globals } from 'webgpu';
import { afterAll, describe, expect, test } from 'vitest';
import { loadGolden } from '../../oracle/load-golden.ts';
import { goldenModels } from '../../oracle/models.ts';
import type { GenerateEvent, TuningProgress } from '../api.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import { topLogprobs } from '../generate/logprobs.ts';
import { Session } from '../generate/session.ts';
import { type Gpu, type KernelProfile, openGpu } from '../gpu/device.ts';
import { LocalEngine } from '../local-engine.ts';
import { inlineTemplateRunner } from '../tokenizer/template-runner.ts';
import { candidatesFor } from './candidates.ts';
import { ModelBench } from './model-bench.ts';
import { Tuner } from './tuner.ts';
import { memoryTuningStore, type TuningStore } from './tuning-store.ts';

Object.assign(globalThis, globals);
const dawn = create([]);

const NAME = 'qwen3moe-q4_0';
const golden = goldenModels.find(({ name }) => name === NAME);
if (golden === undefined) throw new Error(`the golden models have no ${NAME}`);
const bytes = golden.build();

const gpus: Gpu[] = [];
afterAll(() => gpus.forEach(({ device }) => device.destroy()));

async function openSession(profile: KernelProfile, options = {}): Promise<{ gpu: Gpu; session: Session }> {
  const opened = await openGpu(dawn, { profile });
  const gpu = { ...opened, f16: false };
  gpus.push(gpu);
  const gguf = await readGguf([new MemorySource(bytes)]);
  return { gpu, session: await Session.load(gpu, gguf, { kvCache: 'f32', chunkTokens: 16, ...options }) };
}

describe('an engine', () => {
  const file = new File([bytes], 'small.gguf');
  const PROMPT = { kind: 'tokens', tokens: [5, 80, 200, 17, 42] } as const;

  async function open(store: TuningStore): Promise<LocalEngine> {
    const engine = new LocalEngine(dawn, inlineTemplateRunner, {}, new Tuner(store, 'test'));
    await engine.load({ kind: 'file', files: [file] }, { contextLength: 64 }, () => undefined);
    return engine;
  }
  async function answer(engine: LocalEngine): Promise<number[]> {
    const events: GenerateEvent[] = [];
    await engine.generate({ prompt: PROMPT, maxTokens: 6 }, (batch) => events.push(...batch));
    return events.flatMap((event) => (event.type === 'token' ? [event.token.id] : []));
  }

  test('measures nothing by itself on a software adapter; what it is made to measure is known at the next visit, and answers as before', async () => {
    const store = memoryTuningStore();
    const engine = await open(store);
    expect(await engine.tune({}, () => undefined)).toBe('software');
    const before = await answer(engine);
    const progress: TuningProgress[] = [];
    const asked = { force: true, budgetMs: 4000 };
    const ends = [engine.tune(asked, (one) => progress.push(one)), engine.tune(asked, () => undefined)]; // the second joins
    expect(await Promise.all(ends)).toEqual(['measured', 'measured']);
    expect(progress[0]).toMatchObject({ measured: 0, budgetMs: 4000 });
    expect(progress.filter(({ measured }) => measured === 0)).toHaveLength(1);
    const { tuning = [] } = await engine.device();
    expect(tuning.map(({ isOpen }) => isOpen)).toEqual(tuning.map(() => false));
    expect(tuning.flatMap(({ rejected }) => rejected)).toEqual([]);
    expect(await answer(engine)).toEqual(before);
    await engine.unload();

    const next = await open(store);
    expect((await next.device()).tuning).toEqual(tuning);
    expect(await next.tune({}, () => expect.unreachable())).toBe('known');
    expect(await answer(next)).toEqual(before);
    await next.unload();
  });

  test('a question ends the run at once, and so does leaving the model; skipping it is remembered', async () => {
    const store = memoryTuningStore();
    const engine = await open(store);
    const begun = (): { end: Promise<string>; isRunning: Promise<void> } => {
      let tell = (): void => {};
      const isRunning = new Promise<void>((resolve) => (tell = resolve));
      return { end: engine.tune({ force: true, budgetMs: 60_000 }, () => tell()), isRunning };
    };
    const asked = begun();
    await asked.isRunning;
    expect(await answer(engine)).toHaveLength(6);
    expect(await asked.end).toBe('interrupted');
    expect((await engine.device()).tuning?.some(({ isOpen }) => isOpen)).toBe(true);

    const skipped = begun();
    await skipped.isRunning;
    await engine.skipTuning();
    expect(await skipped.end).toBe('skipped');
    expect(await engine.tune({}, () => undefined)).toBe('known');

    const left = begun();
    await left.isRunning;
    await engine.unload();
    expect(await left.end).toBe('interrupted');
    expect(await engine.tune({ force: true }, () => undefined)).toBe('interrupted'); // there is no model
    expect((await engine.device()).tuning).toBeUndefined();
  });

  test('a store that cannot be read or written costs nothing but the next visit', async () => {
    const broken: TuningStore = {
      read: () => Promise.reject(new Error('denied')),
      write: () => Promise.reject(new Error('denied')),
    };
    const engine = await open(broken);
    await engine.skipTuning();
    expect(await engine.tune({}, () => undefined)).toBe('known');
    await engine.unload();
  });
});

describe.each(['rows', 'lanes'] as const)('every candidate of the profile %s', (profile) => {
  // Tens of kernels, which software adapters are slow to compile.
  test('computes what the built-in kernel does, on the weights of a model', { timeout: 300_000 }, async () => {
    const { gpu, session } = await openSession(profile);
    const bench = await ModelBench.open(gpu, session);
    const done = new Set<string>();
    for (const place of bench.places.values()) {
      const { kind } = place.site;
      if (done.has(kind)) continue;
      done.add(kind);
      const own = bench.bench(place, 1);
      for (const candidate of candidatesFor(kind, gpu)) {
        await own.compile(candidate);
        expect(await own.difference(candidate), `${kind}: ${candidate.name}`).toBeLessThan(1e-5);
        expect(await own.time(candidate), `${kind}: ${candidate.name}`).toBeGreaterThanOrEqual(0);
      }
    }
    expect([...done].sort()).toEqual(['attention', 'expert_down', 'expert_matmul', 'gate_up', 'matmul', 'matvec']);
    bench.destroy();
    session.destroy();
  });
});

test('a model with other kernels at every place agrees with llama.cpp, also when they were chosen later', async () => {
  const { tokens, vocabularySize, logprobs } = loadGolden(NAME);
  const { gpu, session } = await openSession('rows');
  session.configure({}, 0, { trace: false, logits: true });
  session.prefill(tokens.slice(0, 12), 0, false);
  await session.rechoose((site) => candidatesFor(site.kind, gpu)[1]?.choice);
  session.prefill(tokens.slice(12, 20), 12, false); // goes on from what the others left
  for (const [i, token] of tokens.slice(20).entries()) {
    const { logits = new Float32Array() } = await session.prefill([token], 20 + i, true)();
    const expected = logprobs.subarray((20 + i) * vocabularySize, (21 + i) * vocabularySize);
    for (const { id, logprob } of topLogprobs(logits, vocabularySize))
      expect(Math.abs(logprob - (expected[id] ?? NaN))).toBeLessThan(1e-3);
  }
  session.destroy();
});
