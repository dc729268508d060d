// `npm run bench:peer -- [--models NAME,…] [--model FILE] [--rounds N] [--prefill N] [--decode N] [--temperature T] [--out FILE]`:
// Mixtab and wllama (llama.cpp as WebAssembly, one thread) in one Chromium on the same GGUF files, by turns, because machines are noisy.
// Both report the times that their engines took in their workers. Without --model or --models, all of models.ts. A line of
// JSON for each file; with --out they join those of other files there.
import { chromium } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { cpus } from 'node:os';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import playwrightConfig from '../../playwright.config.ts';
import { PEER_MODELS, peerModelPath } from './models.ts';
import { race } from './race.ts';

const FOLDER = import.meta.dirname;
const BUILT_PAGE = resolve('.cache/bench/peer');
const MODEL_PATH = '/models/';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    models: { type: 'string' },
    out: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    prefill: { type: 'string', default: '128' },
    decode: { type: 'string', default: '64' },
    temperature: { type: 'string', default: '0' },
  },
});
/** By the last part of their addresses. */
const files = new Map(
  (values.model === undefined ? namedModels(values.models) : [values.model]).map((path) => [
    basename(path),
    resolve(path),
  ]),
);

installPeer();
await build({
  configFile: false,
  root: `${FOLDER}/page`,
  logLevel: 'warn',
  worker: { format: 'es' },
  // Both are modules of hundreds of kilobytes, and one of them a WebAssembly file of megabytes: no cause for a warning.
  build: { outDir: BUILT_PAGE, emptyOutDir: true, target: 'esnext', chunkSizeWarningLimit: Infinity },
});
const server = await preview({
  configFile: false,
  root: `${FOLDER}/page`,
  logLevel: 'warn',
  build: { outDir: BUILT_PAGE },
  preview: { port: 0, host: 'localhost' },
  plugins: [
    {
      name: 'mixtab-bench-model',
      configurePreviewServer: ({ middlewares }) => void middlewares.use(MODEL_PATH, sendModel),
    },
  ],
});
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('The preview server has no address');
const browser = await chromium.launch(playwrightConfig.use?.launchOptions ?? {});
const { version } = packageOf('@wllama/wllama');
try {
  for (const name of files.keys()) {
    const page = await browser.newPage();
    page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
    page.on('pageerror', (error) => console.error(error));
    await page.goto(url);
    await page.waitForFunction(() => 'peerBench' in globalThis);
    console.log(name);
    const result = await race(page, {
      modelUrl: MODEL_PATH + name,
      rounds: Number(values.rounds),
      prefill: Number(values.prefill),
      decode: Number(values.decode),
      temperature: Number(values.temperature),
    });
    const entry = {
      model: { file: name, bytes: statSync(files.get(name) ?? '').size },
      date: new Date().toISOString().slice(0, 10),
      peer: `wllama ${version}, one thread`,
      device: await page.evaluate(() => globalThis.peerBench.device()),
      browser: `Chromium ${browser.version()}, ${cpus().length} cores`,
      ...result,
    };
    console.log(JSON.stringify(entry));
    if (values.out !== undefined) keep(values.out, entry);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}

function namedModels(names: string | undefined): readonly string[] {
  const wanted = names?.split(',') ?? PEER_MODELS;
  const unknown = wanted.find((name) => !PEER_MODELS.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`There is no model ${unknown}, only ${PEER_MODELS.join(', ')}`);
  return PEER_MODELS.filter((name) => wanted.includes(name)).map(peerModelPath);
}

/** Puts the entry beside those of other models in a file, or in the place of an older one. */
function keep(path: string, entry: { readonly model: { readonly file: string } }): void {
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as (typeof entry)[]) : [];
  const others = before.filter(({ model }) => model.file !== entry.model.file);
  writeFileSync(path, `${JSON.stringify([...others, entry], null, 2)}\n`);
}

function packageOf(name: string): { readonly version: string } {
  return JSON.parse(readFileSync(`${FOLDER}/node_modules/${name}/package.json`, 'utf8')) as { version: string };
}

/** wllama is no dependency of Mixtab: it comes with the first run of this. */
function installPeer(): void {
  const wanted = (
    JSON.parse(readFileSync(`${FOLDER}/package.json`, 'utf8')) as { dependencies: Record<string, string> }
  ).dependencies['@wllama/wllama'];
  if (existsSync(`${FOLDER}/node_modules/@wllama/wllama`) && packageOf('@wllama/wllama').version === wanted) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--prefix', FOLDER], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ci in ${FOLDER} failed`);
}

/** A model, whole or `bytes=a-b` of it. */
function sendModel(request: IncomingMessage, response: ServerResponse): void {
  const model = files.get(basename(request.url ?? ''));
  if (model === undefined) {
    response.writeHead(404).end();
    return;
  }
  const { size, mtimeMs } = statSync(model);
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = Number(match?.[1] ?? 0);
  const end = match?.[2] ? Math.min(Number(match[2]) + 1, size) : size;
  response.writeHead(match ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start,
    'accept-ranges': 'bytes',
    etag: `"${size}-${mtimeMs}"`,
    'cache-control': 'no-store',
    ...(match && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(model, { start, end: end - 1 }).pipe(response);
}
