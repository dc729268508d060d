// `npm run bench:load -- [--sizes 1,4.7] [--rounds N] [--out FILE] [--no-before]`: what a second visit waits for. Models of so many GB
// are made while a local server sends them, loaded once in Chromium, and loaded again at later visits with the server off: from the
// present form of a copy, and from that of earlier versions of Mixtab, which is then converted. Reading alone, and the way from
// memory to the adapter alone, are measured beside it, which shows which of them is the limit. The browser's folder, with the
// copies, is deleted at the end. The last line is JSON.
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import { formatBytes } from '../../engine/byte-count.ts';
import playwrightConfig from '../../playwright.config.ts';
import { watchHeap } from './heap.ts';
import { type EndlessFile, etagOf, modelOf } from './model.ts';
import type { LoadBench } from './page/worker.ts';

const FOLDER = `${import.meta.dirname}/page`;
const CACHE = resolve('.cache/bench/load');
const BUILT_PAGE = `${CACHE}/page`;
const SENT_BYTES = 1024 * 1024;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '0.967,4.76' },
    rounds: { type: 'string', default: '3' },
    before: { type: 'boolean', default: true },
    out: { type: 'string' },
  },
  allowNegative: true,
});
const models = values.sizes.split(',').map((size) => modelOf(Number(size) * 1e9));
const rounds = Number(values.rounds);

mkdirSync(CACHE, { recursive: true });
const largest = Math.max(...models.map(({ bytes }) => bytes));
const { bavail, bsize } = statfsSync(CACHE);
// Once the copy, once more while it changes its form, and what the browser keeps until it tidies up.
if (bavail * bsize < 3 * largest)
  throw new Error(
    `${formatBytes(3 * largest)} of disk are needed for a while, and ${formatBytes(bavail * bsize)} are free`,
  );

await build({
  configFile: false,
  root: FOLDER,
  logLevel: 'warn',
  worker: { format: 'es' },
  build: { outDir: BUILT_PAGE, emptyOutDir: true, target: 'esnext', chunkSizeWarningLimit: Infinity },
});
let isServing = true;
const server = await preview({
  configFile: false,
  root: FOLDER,
  logLevel: 'warn',
  build: { outDir: BUILT_PAGE },
  preview: { port: 0, host: 'localhost' },
  plugins: [
    {
      name: 'mixtab-endless-models',
      configurePreviewServer: ({ middlewares }) =>
        void middlewares.use((request, response, next) => {
          const model = models.find(({ name }) => request.url === `/${name}`);
          if (model === undefined) next();
          else if (isServing) void send(model, request, response);
          else response.writeHead(503).end();
        }),
    },
  ],
});
const origin = server.resolvedUrls?.local[0];
if (origin === undefined) throw new Error('The preview server has no address');

const results: unknown[] = [];
let version = '';
try {
  for (const model of models) results.push(await measure(model));
} finally {
  await server.close();
}
const line = JSON.stringify({
  bench: 'load',
  browser: `Chromium ${version}`,
  processors: `${cpus().length} × ${cpus()[0]?.model ?? ''}`,
  models: results,
});
if (values.out !== undefined) {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, `${line}\n`);
}
console.log(line);

async function measure(model: EndlessFile): Promise<unknown> {
  const url = new URL(model.name, origin).href;
  const profile = mkdtempSync(`${CACHE}/profile-`);
  const context = await chromium.launchPersistentContext(profile, playwrightConfig.use?.launchOptions ?? {});
  version = context.browser()?.version() ?? '';
  const mbPerSecond = (ms: number): number => rounded(model.bytes / 1e3 / ms);
  const tell = (what: string, result: unknown): void => console.log(`${formatBytes(model.bytes)}: ${what}`, result);
  try {
    isServing = true;
    const first = await visit(context, (bench) => bench.load(url));
    tell('first visit, from the server', first);
    isServing = false;
    const { result: records } = await visit(context, async (bench) => {
      await bench.join(url); // what did not arrive together: as after a minute of the first visit
      return bench.records(url);
    });
    tell('chunks and blocks', records);
    const second = await visits(context, (bench) => bench.load(url));
    tell('second visit', second);
    const reading: Record<string, number> = {};
    for (const how of ['blobs', 'early', 'checked'] as const) {
      const { result } = await visit(context, (bench) => bench.read(url, how));
      reading[how] = mbPerSecond(result);
    }
    tell('reading alone, MB/s', reading);
    const { result: uploadMs } = await visit(context, (bench) => bench.upload(url));
    tell('from memory to the adapter, ms', uploadMs);
    const isRight = await isAsSent(context, url, model);
    const { result: answer } = await visit(context, async (bench) => {
      await bench.load(url);
      return bench.answer();
    });
    tell('answers', answer);
    const before = values.before ? await fromBefore(context, url, mbPerSecond) : undefined;
    if (before) tell('a copy of earlier versions', before);
    return {
      bytes: model.bytes,
      records,
      first,
      second,
      readingMBPerSecond: reading,
      uploadMs: rounded(uploadMs),
      isRight,
      answers: answer !== '',
      before,
    };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** A copy in the form of earlier versions: loaded, converted, loaded again, without a server. */
async function fromBefore(context: BrowserContext, url: string, mbPerSecond: (ms: number) => number): Promise<unknown> {
  await visit(context, (bench) => bench.asBefore(url));
  const { result: read } = await visit(context, (bench) => bench.read(url, 'early'));
  const loaded = await visit(context, (bench) => bench.load(url));
  const joined = await visit(context, async (bench) => ({
    ms: await bench.join(url),
    records: await bench.records(url),
  }));
  const after = await visit(context, (bench) => bench.load(url));
  return { readingMBPerSecond: mbPerSecond(read), loaded, joined, after };
}

interface Visit<T> {
  readonly result: T;
  /** The most that the worker's heap, and the bytes of its ArrayBuffers, were seen to take, in MB. */
  readonly heapMB: number;
  readonly buffersMB: number;
}

/** In a new tab. */
async function visit<T>(context: BrowserContext, work: (bench: LoadBench) => Promise<T>): Promise<Visit<T>> {
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
  page.on('pageerror', (error) => console.error(error));
  try {
    const heap = await watchHeap(page);
    await page.goto(origin as string);
    await page.waitForFunction(() => 'loadBench' in globalThis);
    const result = await work(remote(page));
    return { result, ...(await heap.end()) };
  } finally {
    await page.close();
  }
}

/** The fastest of several, because machines are noisy, and all of them. */
async function visits(
  context: BrowserContext,
  work: (bench: LoadBench) => Promise<Readonly<Record<string, number>>>,
): Promise<unknown> {
  const all: Visit<Readonly<Record<string, number>>>[] = [];
  for (let round = 0; round < rounds; round++) all.push(await visit(context, work));
  const best = all.toSorted((a, b) => (a.result['ready'] ?? 0) - (b.result['ready'] ?? 0))[0];
  return {
    best: best?.result,
    readyMs: all.map(({ result }) => rounded(result['ready'] ?? NaN)),
    heapMB: Math.max(...all.map(({ heapMB }) => heapMB)),
    buffersMB: Math.max(...all.map(({ buffersMB }) => buffersMB)),
  };
}

function remote(page: Page): LoadBench {
  return new Proxy({} as LoadBench, {
    get:
      (_, method: keyof LoadBench) =>
      (...parameters: unknown[]) =>
        page.evaluate(
          ([name, given]) =>
            (
              (globalThis as unknown as { loadBench: LoadBench }).loadBench[name] as (
                ...each: unknown[]
              ) => Promise<unknown>
            )(...given),
          [method, parameters] as const,
        ),
  });
}

/** Whether what was stored is what was sent: at the beginning, the end, and round the places where 32 bits end. */
async function isAsSent(context: BrowserContext, url: string, model: EndlessFile): Promise<boolean> {
  const places = [0, 2 ** 31, 2 ** 32, model.bytes / 2, model.bytes].map((at) => Math.floor(at));
  const ranges = places
    .map((at) => [Math.max(0, at - 5000), Math.min(model.bytes, at + 5000)] as const)
    .filter(([start, end]) => start < end);
  const { result } = await visit(context, async (bench) => {
    for (const [start, end] of ranges) {
      const stored = Buffer.from(Object.values(await bench.slice(url, start, end)));
      if (!stored.equals(model.read(start, end))) return false;
    }
    return true;
  });
  if (!result) throw new Error(`What is stored of ${model.name} is not what was sent`);
  return result;
}

/** The model, whole or `bytes=a-b` of it, made as the line takes it. */
async function send(model: EndlessFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = Number(match?.[1] ?? 0);
  const end = match?.[2] ? Math.min(Number(match[2]) + 1, model.bytes) : model.bytes;
  response.writeHead(match ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    etag: etagOf(model),
    ...(match && { 'content-range': `bytes ${start}-${end - 1}/${model.bytes}` }),
  });
  for (let at = start; at < end && !response.destroyed; at += SENT_BYTES) {
    if (!response.write(model.read(at, Math.min(end, at + SENT_BYTES))))
      await new Promise((go) => {
        response.once('drain', go);
        response.once('close', go);
      });
  }
  response.end();
}

function rounded(value: number): number {
  return Number(value.toFixed(0));
}
