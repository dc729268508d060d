// `npm run bench:peer -- [--model FILE] [--rounds N] [--prefill N] [--decode N] [--temperature T]`: Mixtab and wllama (llama.cpp as
// WebAssembly, one thread) in one Chromium on the same GGUF file, by turns, because machines are noisy. Both report the
// times that their engines took in their workers. The last line is JSON.
import { chromium } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import playwrightConfig from '../../playwright.config.ts';
import { benchModelPath } from '../random-model.ts';
import { race } from './race.ts';

const FOLDER = import.meta.dirname;
const BUILT_PAGE = resolve('.cache/bench/peer');
const MODEL_PATH = '/model.gguf';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    prefill: { type: 'string', default: '128' },
    decode: { type: 'string', default: '64' },
    temperature: { type: 'string', default: '0' },
  },
});
const model = resolve(values.model ?? benchModelPath());

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
try {
  const page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
  page.on('pageerror', (error) => console.error(error));
  await page.goto(url);
  await page.waitForFunction(() => 'peerBench' in globalThis);
  const result = await race(page, {
    modelUrl: MODEL_PATH,
    rounds: Number(values.rounds),
    prefill: Number(values.prefill),
    decode: Number(values.decode),
    temperature: Number(values.temperature),
  });
  console.log(
    JSON.stringify({
      model: { file: basename(model), bytes: statSync(model).size },
      device: await page.evaluate(() => globalThis.peerBench.device()),
      browser: `Chromium ${browser.version()}`,
      ...result,
    }),
  );
} finally {
  await browser.close();
  await server.close();
}

/** wllama is no dependency of Mixtab: it comes with the first run of this. */
function installPeer(): void {
  if (existsSync(`${FOLDER}/node_modules/@wllama/wllama`)) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--prefix', FOLDER], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ci in ${FOLDER} failed`);
}

/** The model, whole or `bytes=a-b` of it. */
function sendModel(request: IncomingMessage, response: ServerResponse): void {
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
