// `npm run bench:peer -- [--model FILE] [--rounds N] [--prefill N] [--decode N]`: Mixtab and wllama (llama.cpp as
// WebAssembly, one thread) in one Chromium on the same GGUF file, by turns, because machines are noisy. Both report the
// times that their engines took in their workers. The last line is JSON.
import { type Browser, chromium } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import playwrightConfig from '../../playwright.config.ts';
import { benchModelPath } from '../random-model.ts';
import type { ContenderName, Measurement } from './page/contender.ts';
import { best, median, type Rates, ratesOf } from './rates.ts';

const FOLDER = import.meta.dirname;
const BUILT_PAGE = resolve('.cache/bench/peer');
const MODEL_PATH = '/model.gguf';
/** A prompt after which the model ends its answer early is passed over; with this many of them, something else is wrong. */
const MAX_PROMPTS_TRIED = 30;

const CONTENDERS: readonly ContenderName[] = ['mixtab', 'wllama'];

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    prefill: { type: 'string', default: '128' },
    decode: { type: 'string', default: '64' },
  },
});
const [rounds, prefill, decode] = [Number(values.rounds), Number(values.prefill), Number(values.decode)];
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
  console.log(JSON.stringify(await race(browser, url)));
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

async function race(chrome: Browser, pageUrl: string): Promise<unknown> {
  const page = await chrome.newPage();
  page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
  page.on('pageerror', (error) => console.error(error));
  await page.goto(pageUrl);
  await page.waitForFunction(() => 'peerBench' in globalThis);
  for (const name of CONTENDERS) {
    const started = performance.now();
    await page.evaluate(([who, path]) => globalThis.peerBench.load(who, path), [name, MODEL_PATH] as const);
    console.log(`${name} loaded in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  const measure = (name: ContenderName, prompt: string): Promise<Measurement> =>
    page.evaluate(([who, text, tokens]) => globalThis.peerBench.measure(who, text, tokens), [
      name,
      prompt,
      decode,
    ] as const);

  // Warm-up, and the choice of prompts: wllama can ignore the end of a turn, Mixtab cannot.
  const prompts: string[] = [];
  for (let n = 0; prompts.length < rounds + 1; n++) {
    if (n === MAX_PROMPTS_TRIED) throw new Error(`Mixtab ends its answers before ${decode} tokens`);
    const prompt = await page.evaluate(([i, tokens]) => globalThis.peerBench.prompt(i, tokens), [n, prefill] as const);
    if ((await measure('mixtab', prompt)).outputTokens === decode) prompts.push(prompt);
  }
  // The prompt that Mixtab has seen last is not measured: some of it might still be in its cache.
  await measure('wllama', prompts.pop() ?? '');

  const results: Record<ContenderName, Rates[]> = { mixtab: [], wllama: [] };
  for (const [round, prompt] of prompts.entries()) {
    // Who begins changes too.
    for (const name of round % 2 === 0 ? CONTENDERS : CONTENDERS.toReversed()) {
      const measurement = await measure(name, prompt);
      if (measurement.promptTokens < prefill - 1 || measurement.outputTokens !== decode)
        throw new Error(`${name} ran other tokens than asked: ${JSON.stringify(measurement)}`);
      const rates = ratesOf(measurement);
      results[name].push(rates);
      console.log(`round ${round + 1}, ${name.padEnd(6)}: ${inWords(rates)}`);
    }
  }
  const mixtab = { median: median(results.mixtab), best: best(results.mixtab) };
  const wllama = { median: median(results.wllama), best: best(results.wllama) };
  for (const [name, { median, best }] of Object.entries({ mixtab, wllama }))
    console.log(`${name.padEnd(6)}: median ${inWords(median)}; best ${inWords(best)}`);
  return {
    model: { file: basename(model), bytes: statSync(model).size },
    device: await page.evaluate(() => globalThis.peerBench.device()),
    browser: `Chromium ${chrome.version()}`,
    rounds,
    tokens: { prefill, decode },
    mixtab: mixtab.best,
    wllama: wllama.best,
    ratio: ratio(mixtab.best, wllama.best),
    median: { mixtab: mixtab.median, wllama: wllama.median, ratio: ratio(mixtab.median, wllama.median) },
  };
}

function inWords({ prefill, decode }: Rates): string {
  return `prefill ${prefill.toFixed(1)}, decode ${decode.toFixed(1)} tokens/s`;
}

function ratio(ours: Rates, theirs: Rates): Rates {
  return {
    prefill: Number((ours.prefill / theirs.prefill).toFixed(3)),
    decode: Number((ours.decode / theirs.decode).toFixed(3)),
  };
}
