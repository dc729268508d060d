import 'fake-indexeddb/auto';
import { create, globals } from 'webgpu';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeTemplateRunner } from '../cli/node-thread.ts';
import { qwen3moe } from '../oracle/architectures.ts';
import { goldenModels } from '../oracle/models.ts';
import type { GenerateEvent, GenerateRequest, LoadProgress, ModelInfo } from './api.ts';
import { LocalEngine } from './local-engine.ts';
import { ModelServer } from './testing/model-server.ts';

Object.assign(globalThis, globals);
const dawn = create([]);

const golden = goldenModels.find(({ name }) => name === 'deepseek2-v3-q8_0');
if (golden === undefined) throw new Error('the golden models have no deepseek2-v3-q8_0');
const file = new File([golden.build()], 'small.gguf');
const PROMPT: GenerateRequest = { prompt: { kind: 'tokens', tokens: [5, 80, 200, 17, 42] }, maxTokens: 12 };
const CONTEXT = 64;
/** Numbers that this model's cache keeps for a token and layer. */
const LATENT_AND_ROPE = 64 + 16;

/** Of a model that says nothing worth reading. */
const SMALL = {
  types: 'Q8_0',
  ...{ layers: 1, width: 64, heads: 2, keyHeads: 1, headWidth: 32 },
  ...{ experts: 4, expertsUsed: 2, expertWidth: 32 },
} as const;

describe('the engine', () => {
  const engine = new LocalEngine(dawn);
  const progress: LoadProgress[] = [];
  let info: ModelInfo;

  beforeAll(async () => {
    info = await engine.load({ kind: 'file', files: [file] }, { contextLength: CONTEXT }, (each) =>
      progress.push(each),
    );
  }, 120_000);
  afterAll(() => engine.unload());

  async function run(
    request: GenerateRequest,
    each: (event: GenerateEvent) => void = () => {},
  ): Promise<GenerateEvent[]> {
    const events: GenerateEvent[] = [];
    await engine.generate(request, (batch) => {
      events.push(...batch);
      batch.forEach(each);
    });
    return events;
  }
  const tokensOf = (events: readonly GenerateEvent[]): number[] =>
    events.flatMap((event) => (event.type === 'token' ? [event.token.id] : []));
  const doneOf = (events: readonly GenerateEvent[]): Extract<GenerateEvent, { type: 'done' }> => {
    const last = events.at(-1);
    if (last?.type !== 'done') throw new Error('the last event is not `done`');
    return last;
  };

  test('reports progress that never falls and ends with all bytes', () => {
    expect(progress.at(0)?.stage).toBe('header');
    expect(progress.at(-1)).toMatchObject({ stage: 'ready', share: 1, loadedBytes: file.size, totalBytes: file.size });
    for (const count of ['loadedBytes', 'share'] as const) {
      const counts = progress.map((told) => told[count]);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    }
  });

  test('describes the model', async () => {
    expect(info).toMatchObject({ architecture: 'deepseek2', quantization: 'Q8_0', fileBytes: file.size });
    expect(info.activeParameters).toBeLessThan(info.parameters);
    // What a token leaves unread are experts, and nothing else.
    const idle = info.expertParameters * (1 - info.expertsUsed / info.experts);
    expect(info.activeParameters).toBe(Math.round(info.parameters - idle));
    expect(info.expertBytes).toBeLessThan(info.fileBytes);
    expect(info.contextLength).toBe(CONTEXT);
    const memory = await engine.memory();
    for (const bytes of Object.values(memory)) expect(bytes).toBeGreaterThan(0);
    // The cache holds latents: kv_lora + rope numbers a token and layer, not the keys and values of all heads.
    expect(memory.kvCache).toBe(CONTEXT * info.layers * LATENT_AND_ROPE * 4);
  });

  test('greedy is repeatable, and the cache does not change the answer', async () => {
    const first = await run(PROMPT);
    expect(tokensOf(first)).toHaveLength(12);
    expect(doneOf(first).finishReason).toBe('length');
    const again = await run(PROMPT);
    expect(tokensOf(again)).toEqual(tokensOf(first));
    expect(doneOf(again).timings.reusedTokens).toBe(4); // all but the last, whose logits are needed

    // A second turn that continues the first prefills only what is new, and says what a fresh engine says.
    const turn: GenerateRequest = {
      ...PROMPT,
      prompt: { kind: 'tokens', tokens: [5, 80, 200, 17, 42, ...tokensOf(first), 99, 100] },
    };
    const second = await run(turn);
    expect(doneOf(second).timings.reusedTokens).toBeGreaterThanOrEqual(5 + 11);
    await run({ prompt: { kind: 'tokens', tokens: [1, 2, 3] }, maxTokens: 1 });
    const fresh = await run(turn);
    expect(doneOf(fresh).timings.reusedTokens).toBe(0);
    expect(tokensOf(second)).toEqual(tokensOf(fresh));
  });

  test('a seed repeats a sampled answer', async () => {
    const sampled = (seed: number): Promise<number[]> =>
      run({ ...PROMPT, sampling: { temperature: 1.5, seed } }).then(tokensOf);
    const [a, b, c] = [await sampled(1), await sampled(1), await sampled(2)];
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
  });

  test('log-probabilities and routing come with each token', async () => {
    const events = await run({ ...PROMPT, logprobs: 3, promptLogprobs: info.vocabularySize, trace: true });
    for (const event of events) {
      if (event.type !== 'token') continue;
      const { token } = event;
      expect(token.top).toHaveLength(3);
      expect(token.top?.[0]).toEqual({ id: token.id, logprob: token.logprob });
      expect(token.routing?.experts).toHaveLength(info.moeLayers.length * info.expertsUsed);
      for (const expert of token.routing?.experts ?? []) expect(expert).toBeLessThan(info.experts);
      const firstLayer = Array.from(token.routing?.experts.subarray(0, info.expertsUsed) ?? []);
      expect(new Set(firstLayer).size).toBe(info.expertsUsed);
    }
    const prompt = events.find((event) => event.type === 'prompt');
    expect(prompt?.logprobs?.[0]).toBeNull();
    for (const distribution of prompt?.logprobs?.slice(1) ?? []) {
      expect(distribution).toHaveLength(info.vocabularySize);
      expect(distribution?.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 4);
    }
  });

  test('of a prompt, the token that stands there is told too, with bytes where they are asked for', async () => {
    const some = await run({ ...PROMPT, maxTokens: 0, promptLogprobs: 2, tokenBytes: true });
    const prompt = some.find((event) => event.type === 'prompt');
    const whole = await run({ ...PROMPT, maxTokens: 0, promptLogprobs: info.vocabularySize });
    const all = whole.find((event) => event.type === 'prompt')?.logprobs;
    expect(prompt?.logprobs).toHaveLength(prompt?.tokens.length ?? 0);
    prompt?.logprobs?.forEach((top, at) => {
      if (top === null) return;
      const own = top.find(({ id }) => id === prompt.tokens[at]);
      expect(top.length).toBe(top.indexOf(own ?? { id: -1, logprob: 0 }) === 2 ? 3 : 2);
      expect(own?.logprob).toBeCloseTo(all?.[at]?.find(({ id }) => id === own?.id)?.logprob ?? NaN, 5);
      expect(top.every(({ bytes }) => bytes instanceof Uint8Array)).toBe(true);
    });
  });

  test('an abort ends the answer within a token and is an ordinary end', async () => {
    let seen = 0;
    const events = await run({ ...PROMPT, maxTokens: 1000 }, (event) => {
      if (event.type === 'token' && ++seen === 3) void engine.abort();
    });
    expect(doneOf(events).finishReason).toBe('aborted');
    // Events come in batches of some milliseconds, so a few tokens may have been on their way.
    expect(tokensOf(events).length).toBeLessThan(CONTEXT - 10);
    expect(tokensOf(await run(PROMPT))).toHaveLength(12);
  });

  test('a full context ends the answer, and a prompt that fills it is refused', async () => {
    const events = await run({ ...PROMPT, maxTokens: 1000 });
    expect(doneOf(events).finishReason).toBe('context');
    expect(tokensOf(events)).toHaveLength(CONTEXT - 5 + 1);
    const tokens = Array.from({ length: CONTEXT }, (_, i) => i);
    await expect(run({ prompt: { kind: 'tokens', tokens } })).rejects.toMatchObject({ code: 'context-full' });
  });

  test('a stop string ends the answer and is not part of it', async () => {
    const text = (events: readonly GenerateEvent[]): string =>
      events.map((event) => (event.type === 'token' ? event.token.text : '')).join('');
    const whole = text(await run(PROMPT));
    const stop = whole.slice(Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 2);
    const events = await run({ ...PROMPT, stop: [stop] });
    expect(doneOf(events).finishReason).toBe('stop-string');
    expect(text(events)).toBe(whole.slice(0, whole.indexOf(stop)));
  });

  test('one thing at a time', async () => {
    const running = run({ ...PROMPT, maxTokens: 30 });
    await expect(run(PROMPT)).rejects.toMatchObject({ code: 'busy' });
    await running;
  });

  test('tokens are counted as a generation counts them, also while one runs', async () => {
    const prompt = { kind: 'chat', messages: [{ role: 'user', content: 'Hello there' }] } as const;
    const { promptTokens } = doneOf(await run({ prompt, maxTokens: 1 })).timings;
    expect(await engine.countTokens(prompt)).toBe(promptTokens);
    let counted: Promise<number> | undefined;
    let ended = false;
    const running = run({ ...PROMPT, maxTokens: 30 }, (event) => {
      if (event.type === 'token') counted ??= engine.countTokens(prompt).then((count) => (ended ? -1 : count));
    }).finally(() => (ended = true));
    await running;
    expect(await counted).toBe(promptTokens);
    await expect(engine.countTokens({ kind: 'tokens', tokens: [-1] })).rejects.toMatchObject({ code: 'bad-request' });
  });

  test('a broken-off answer goes on from the cache', async () => {
    const question = { role: 'user', content: 'Hello there, and tell me more' } as const;
    const first = await run({ prompt: { kind: 'chat', messages: [question] }, maxTokens: 6 });
    const content = first.map((event) => (event.type === 'token' ? event.token.text : '')).join('');
    const messages = [question, { role: 'assistant', content }] as const;
    const goingOn = await run({ prompt: { kind: 'chat', messages, continueLast: true }, maxTokens: 4 });
    const { promptTokens, reusedTokens } = doneOf(goingOn).timings;
    expect(promptTokens).toBeGreaterThan(doneOf(first).timings.promptTokens);
    expect(reusedTokens).toBeGreaterThanOrEqual(doneOf(first).timings.promptTokens);
    expect(tokensOf(goingOn)).toHaveLength(4);
    await expect(run({ prompt: { kind: 'chat', messages: [question], continueLast: true } })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });

  test('a download beside a generation disturbs nothing, and can be cancelled', async () => {
    const server = await ModelServer.start();
    server.files.set('/m.gguf', Buffer.from(await file.arrayBuffer()));
    server.behaviour.latencyMs = 20;
    const source = { kind: 'url', url: `${server.origin}/m.gguf` } as const;
    const alone = tokensOf(await run(PROMPT));
    const stages: string[] = [];
    const [stored, events] = await Promise.all([
      engine.download('a', source, {}, ({ stage }) => stages.push(stage)),
      run(PROMPT),
    ]);
    expect(tokensOf(events)).toEqual(alone);
    expect(stored).toMatchObject({ name: 'm', complete: true, url: source.url });
    expect(stages.at(-1)).toBe('done');
    await engine.deleteStoredModel(stored.id);

    const cancelled = engine.download('b', source, {}, () => void engine.cancelDownload('b'));
    await expect(cancelled).rejects.toMatchObject({ code: 'aborted' });
    expect(tokensOf(await run(PROMPT))).toEqual(alone);
    await server.stop();
  });

  test('the stored copy loads without the file, and can be deleted', async () => {
    const { models } = await engine.storage();
    expect(models).toMatchObject([{ id: info.id, complete: true, totalBytes: file.size }]);
    const again = await engine.load({ kind: 'stored', id: info.id }, { contextLength: CONTEXT }, () => {});
    expect(again.architecture).toBe('deepseek2');
    await engine.deleteStoredModel(info.id);
    expect((await engine.storage()).models).toEqual([]);
  }, 60_000);

  test('nothing is generated without a model; a file that is none says so', async () => {
    const empty = new LocalEngine(dawn);
    await expect(empty.generate(PROMPT, () => {})).rejects.toMatchObject({ code: 'not-loaded' });
    const text = new File(['This is no model. '.repeat(100)], 'notes.txt');
    await expect(empty.load({ kind: 'file', files: [text] }, {}, () => {})).rejects.toMatchObject({ code: 'not-gguf' });
    const withoutGpu = new LocalEngine(undefined);
    await expect(withoutGpu.load({ kind: 'file', files: [file] }, {}, () => {})).rejects.toMatchObject({
      code: 'no-webgpu',
    });
  });
});

describe('chat templates that never end', () => {
  const loop = '{% for a in range(999999) %}{% for b in range(999999) %}{% endfor %}{% endfor %}';
  const refusal = { code: 'template-limit', message: expect.stringContaining('chat template') };
  let onRender = (): void => {};
  const engine = new LocalEngine(dawn, {
    render: (job, signal) => {
      const text = nodeTemplateRunner.render(job, signal);
      onRender();
      return text;
    },
  });
  afterAll(() => engine.unload());

  function load(template: string, onProgress: (progress: LoadProgress) => void = () => {}): Promise<ModelInfo> {
    const model = new File(
      [
        qwen3moe({ ...SMALL, name: 'loops' })
          .chatTemplate(template)
          .build(),
      ],
      'loops.gguf',
    );
    return engine.load({ kind: 'file', files: [model] }, { contextLength: CONTEXT }, onProgress);
  }

  const chat = (length: number): GenerateRequest => ({
    prompt: { kind: 'chat', messages: Array.from({ length }, () => ({ role: 'user', content: 'Hi' })) },
    maxTokens: 2,
  });

  test('a load can be stopped meanwhile', async () => {
    onRender = () => void engine.abort();
    await expect(load(loop)).rejects.toMatchObject({ code: 'aborted' });
    onRender = () => {};
  });

  test('the model loads, and can continue plain text; chats are refused in words', async () => {
    await load(loop);
    await expect(engine.generate(chat(1), () => {})).rejects.toMatchObject(refusal);
    expect(await engine.countTokens({ kind: 'text', text: 'Hi' })).toBeGreaterThan(0);
  });

  test('from the third message on: that is refused or stopped, and the engine goes on', async () => {
    await load(`{{ messages[0].content }}{% if messages | length > 2 %}${loop}{% endif %}`);
    await expect(engine.countTokens(chat(3).prompt)).rejects.toMatchObject(refusal);
    await expect(engine.generate(chat(3), () => {})).rejects.toMatchObject(refusal);

    const stopped: GenerateEvent[] = [];
    onRender = () => void engine.abort();
    await engine.generate(chat(3), (events) => stopped.push(...events));
    onRender = () => {};
    expect(stopped).toMatchObject([{ type: 'done', finishReason: 'aborted' }]);

    const events: GenerateEvent[] = [];
    await engine.generate(chat(1), (batch) => events.push(...batch));
    expect(events.at(-1)).toMatchObject({ type: 'done', finishReason: 'length' });
  });
});

test('a GPU that goes away while nothing is asked says so with the next question, until the model is loaded again', async () => {
  const devices: GPUDevice[] = [];
  const engine = new LocalEngine(watched(dawn, (device) => devices.push(device)));
  const source = {
    kind: 'file',
    files: [new File([qwen3moe({ ...SMALL, name: 'lost' }).build()], 'lost.gguf')],
  } as const;
  await engine.load(source, { contextLength: CONTEXT }, () => {});
  devices[0]?.destroy();
  await devices[0]?.lost;
  await expect(engine.generate(PROMPT, () => {})).rejects.toMatchObject({ code: 'device-lost' });
  await expect(engine.countTokens(PROMPT.prompt)).rejects.toMatchObject({ code: 'device-lost' });
  await engine.load(source, { contextLength: CONTEXT }, () => {});
  expect(devices).toHaveLength(2);
  expect(await engine.countTokens(PROMPT.prompt)).toBe(5);
  await engine.unload();
});

/** A GPU whose devices the test sees. */
function watched(gpu: GPU, onDevice: (device: GPUDevice) => void): GPU {
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    const adapter = await gpu.requestAdapter(options);
    if (adapter === null) return null;
    const requestDevice: GPUAdapter['requestDevice'] = async (descriptor) => {
      const device = await adapter.requestDevice(descriptor);
      onDevice(device);
      return device;
    };
    const { features, limits, info } = adapter;
    return { features, limits, info, requestDevice } as GPUAdapter;
  };
  return { requestAdapter } as GPU;
}
