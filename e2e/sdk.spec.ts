// The npm package in a page of somebody else's: bundled by Vite, and as it is with an import map; with the bundled model's file.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { build, preview, type PreviewServer } from 'vite';
import type { createMixtab } from '../sdk/index.ts';
import type { promptApi } from '../sdk/prompt-api.ts';
import { bundledModel } from './bundled-model.ts';

declare global {
  interface Window {
    createMixtab: typeof createMixtab;
    promptApi: typeof promptApi;
  }
}

const BUNDLED = `import { createMixtab } from 'mixtab'; window.createMixtab = createMixtab;`;
const PLAIN = `<!doctype html><title>plain</title>
<script type="importmap">{ "imports": { "mixtab/prompt-api": "./mixtab/prompt-api.js" } }</script>
<script type="module">import { promptApi } from 'mixtab/prompt-api'; window.promptApi = promptApi;</script>`;

let folder: string;
let server: PreviewServer;
let address: string;

test.beforeAll(async () => {
  execFileSync('npm', ['run', '--silent', 'build:sdk']);
  folder = mkdtempSync(join(tmpdir(), 'mixtab-sdk-'));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>bundled</title><script type="module" src="/main.js"></script>',
  );
  writeFileSync(join(folder, 'main.js'), BUNDLED);
  const options = { root: folder, base: './', configFile: false, logLevel: 'warn' } as const;
  await build({
    ...options,
    resolve: { alias: { mixtab: resolve('sdk/dist/index.js') } },
    build: { outDir: 'dist', target: 'es2022' },
    worker: { format: 'es' },
  });
  writeFileSync(join(folder, 'dist/plain.html'), PLAIN);
  cpSync('sdk/dist', join(folder, 'dist/mixtab'), { recursive: true });
  cpSync(bundledModel(), join(folder, 'dist/tiny.gguf'));
  server = await preview({ ...options, preview: { port: 0, host: 'localhost' } });
  address = server.resolvedUrls?.local[0] ?? '';
});

test.afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

test('createMixtab: progress, an answer, a stream that is stopped, fetch, errors', async ({ page }) => {
  await page.goto(address);
  await page.waitForFunction(() => 'createMixtab' in window);
  const seen = await page.evaluate(async () => {
    const stages = new Set<string>();
    const mixtab = window.createMixtab({ model: 'tiny.gguf', onProgress: ({ stage }) => stages.add(stage) });
    const messages = [{ role: 'user', content: 'What is the capital of Japan?' }] as const;
    const { choices, usage } = await mixtab.chat.completions.create({ messages, temperature: 0 });

    let pieces = 0;
    const story = [{ role: 'user', content: 'Tell me a story about a dragon named Ruby.' }] as const;
    for await (const _ of await mixtab.chat.completions.create({ messages: story, stream: true }))
      if (++pieces === 4) break;

    const body = JSON.stringify({ model: 'tiny', messages, temperature: 0, stream: true });
    const headers = { 'content-type': 'application/json' };
    const response = await mixtab.fetch('/v1/chat/completions', { method: 'POST', headers, body });
    const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('data: {'));
    const streamed = events
      .map((event) => JSON.parse(event.slice('data: '.length)) as { choices: { delta: { content?: string } }[] })
      .map((chunk) => chunk.choices[0]?.delta.content ?? '')
      .join('');

    const refused = await mixtab.fetch('/v1/chat/completions', { method: 'POST', headers, body: '{"n":2}' });
    const controller = new AbortController();
    const stopped = mixtab.fetch('/v1/completions', {
      method: 'POST',
      headers,
      body: '{"prompt":"Once","max_tokens":200}',
      signal: controller.signal,
    });
    controller.abort(); // it has begun, and no answer comes within the same task
    const models = (await (await mixtab.fetch(new URL('https://api.example/v1/models'))).json()) as unknown;
    const outcome = {
      stages: [...stages],
      answer: choices[0]?.message.content,
      tokens: usage.completion_tokens,
      pieces,
      type: response.headers.get('content-type'),
      streamed,
      refused: refused.status,
      stopped: await stopped.then(
        () => 'answered',
        (error: Error) => error.name,
      ),
      models,
    };
    mixtab.close();
    return { ...outcome, closed: await mixtab.models.list().catch((error: Error) => error.name) };
  });
  expect(seen).toEqual({
    stages: expect.arrayContaining(['download', 'pipelines', 'ready']) as string[],
    answer: expect.stringContaining('Tokyo') as unknown,
    tokens: expect.any(Number) as unknown,
    pieces: 4,
    type: 'text/event-stream; charset=utf-8',
    streamed: seen.answer,
    refused: 400,
    stopped: 'AbortError',
    models: { object: 'list', data: [expect.objectContaining({ id: 'tiny' })] },
    closed: 'InvalidStateError',
  });
});

test('a model that is not there: the error says so, and close ends what waits', async ({ page }) => {
  await page.goto(address);
  await page.waitForFunction(() => 'createMixtab' in window);
  const seen = await page.evaluate(async () => {
    const messages = [{ role: 'user', content: 'Hi' }] as const;
    const told = async (asked: Promise<unknown>): Promise<unknown> =>
      asked.then(
        () => 'answered',
        (error: { name: string; code?: unknown; status?: number }) => ({
          name: error.name,
          code: error.code,
          status: error.status,
        }),
      );
    const missing = window.createMixtab({ model: 'https://nowhere.invalid/none.gguf' });
    const failed = await told(missing.chat.completions.create({ messages }));
    missing.close();
    const wrong = window.createMixtab({ model: 'hf:' });
    const unknown = await told(wrong.models.list());
    wrong.close();
    const loading = window.createMixtab({ model: 'tiny.gguf' });
    const waiting = told(loading.chat.completions.create({ messages }));
    loading.close();
    return { failed, unknown, waiting: await waiting };
  });
  expect(seen).toEqual({
    failed: { name: 'ApiError', code: 'network', status: 500 },
    unknown: { name: 'ApiError', code: 'invalid_value', status: 400 },
    waiting: expect.objectContaining({ name: 'AbortError' }) as unknown,
  });
});

test('the Prompt API’s shape, without a bundler', async ({ page }) => {
  await page.goto(`${address}plain.html`);
  await page.waitForFunction(() => 'promptApi' in window);
  const seen = await page.evaluate(async () => {
    const LanguageModel = window.promptApi({ model: 'tiny.gguf' });
    const before = await LanguageModel.availability();
    const loaded: number[] = [];
    const session = await LanguageModel.create({
      monitor: (target) =>
        target.addEventListener('downloadprogress', (event) => loaded.push((event as ProgressEvent).loaded)),
      topK: 1,
      temperature: 0,
    });
    const answer = await session.prompt('What is the capital of Japan?');
    let streamed = '';
    const reader = session.promptStreaming('What is 27 + 58?').getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) streamed += read.value;
    const usage = session.inputUsage;
    // The bundled model's context holds little: what is too much is refused, and no more than that.
    const refusal = await session.prompt('word '.repeat(session.inputQuota)).catch((error: DOMException) => error.name);
    return { before, after: await LanguageModel.availability(), loaded, answer, streamed, usage, refusal };
  });
  expect(seen).toMatchObject({
    before: 'downloadable',
    after: 'available',
    answer: expect.stringContaining('Tokyo'),
    streamed: expect.stringContaining('85'),
    refusal: 'QuotaExceededError',
  });
  expect(seen.loaded[0]).toBe(0);
  expect(seen.loaded.at(-1)).toBe(1);
  expect(seen.usage).toBeGreaterThan(20);
});

test('over the frame of another site: the model is there, the API here', async ({ page, baseURL }) => {
  await page.goto(address);
  await page.waitForFunction(() => 'createMixtab' in window);
  const seen = await page.evaluate(
    async (src) => {
      const frame = document.createElement('iframe');
      frame.src = src;
      document.body.append(frame);
      const stages = new Set<string>();
      const mixtab = window.createMixtab({ frame, name: 'framed', onProgress: ({ stage }) => stages.add(stage) });
      const told = async (asked: Promise<unknown>): Promise<string> =>
        asked.then(
          () => 'answered',
          (error: Error) => error.message,
        );
      const messages = [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello!' },
        { role: 'assistant', content: 'Hello.' },
        { role: 'user', content: 'What is 27 + 58?' },
      ] as const;
      const { choices, usage } = await mixtab.chat.completions.create({ messages, temperature: 0 });
      const story = [{ role: 'user', content: 'Tell me a story about a dragon named Ruby.' }] as const;
      let pieces = 0;
      for await (const _ of await mixtab.chat.completions.create({ messages: story, stream: true }))
        if (++pieces === 3) break;
      const again = await mixtab.chat.completions.create({
        messages: [{ role: 'user', content: 'What is the capital of Japan?' }],
        temperature: 0,
      });
      const refused = [
        await told(mixtab.chat.completions.create({ messages, logprobs: true })),
        await told(mixtab.chat.completions.create({ messages, stop: 'a' })),
        await told(mixtab.chat.completions.create({ messages, min_p: 0.1 })),
        await told(mixtab.completions.create({ prompt: 'Once' })),
      ];
      const { data } = await mixtab.models.list();
      // The frame is reloaded in the middle of an answer: that one ends, and the next question finds the new page.
      let cut = 'answered';
      try {
        let isFirst = true;
        for await (const _ of await mixtab.chat.completions.create({ messages: story, stream: true })) {
          if (isFirst) frame.src = src.replace('embed.html', 'embed.html?again');
          isFirst = false;
        }
      } catch (error) {
        cut = error instanceof Error ? error.message : String(error);
      }
      const anew = await mixtab.chat.completions.create({
        messages: [{ role: 'user', content: 'What is the capital of Japan?' }],
        temperature: 0,
      });
      mixtab.close();
      return {
        cut,
        anew: anew.choices[0]?.message.content,
        answer: choices[0]?.message.content,
        thought: choices[0]?.message.reasoning_content,
        usage,
        stages: [...stages],
        again: again.choices[0]?.message.content,
        refused,
        models: data.map(({ id }) => id),
      };
    },
    `${baseURL ?? ''}/embed.html`,
  );
  expect(seen).toMatchObject({
    answer: expect.stringMatching(/\w/),
    again: expect.stringContaining('Tokyo'),
    cut: expect.stringContaining('reloaded'),
    anew: expect.stringContaining('Tokyo'),
    refused: [/logprobs/, /stop/, /min_p/, /completions/].map((name) => expect.stringMatching(name) as unknown),
    models: ['framed'],
  });
  expect(seen.stages).toContain('ready');
  const { prompt_tokens, completion_tokens, total_tokens } = seen.usage;
  expect(total_tokens).toBe(prompt_tokens + completion_tokens);
  expect(completion_tokens).toBeGreaterThan(1);
});
