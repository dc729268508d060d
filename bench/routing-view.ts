// `npx tsx bench/routing-view.ts [--model FILE] [--rounds N] [--tokens N]`: what it costs to watch the experts while an
// answer streams. The built page writes the same answer again and again, by turns with the routing view open, open but still
// (reduced motion: words are coloured, but no expert is seen to fire) and closed; by default with a random model, which goes on
// until it is told to stop. Tokens per second are the engine's own; the processor time of the whole browser says more on a
// machine that does other things too. The last line is JSON.
import { chromium, type Page } from '@playwright/test';
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import playwrightConfig from '../playwright.config.ts';
import { processorMs } from './peer/processor-time.ts';
import { benchModelPath } from './random-model.ts';

const BUILT_PAGE = resolve('.cache/bench/routing-view');
/** Tried one after the other, until the answer to one is long enough to say something. */
const QUESTIONS = Array.from({ length: 16 }, (_, i) => `Tell me story ${i + 1} about a dragon.`);
const LONG_ENOUGH = 150; // tokens
const PATIENCE_MS = 300_000;

/** `still`: open where nothing may move. The words are coloured and the map is drawn now and then, but no expert is seen to fire. */
type View = 'closed' | 'still' | 'open';
const VIEWS: readonly View[] = ['closed', 'still', 'open'];

interface Run {
  readonly tokens: number;
  readonly tokensPerSecond: number;
  /** Of all processes of the browser, the reading of the question and the opening of the view included. */
  readonly processorMsPerToken: number;
}

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    rounds: { type: 'string', default: '6' },
    tokens: { type: 'string', default: '400' },
    temperature: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
  },
});

await build({ logLevel: 'error', build: { outDir: BUILT_PAGE, emptyOutDir: true } });
const model = resolve(values.model ?? benchModelPath());
mkdirSync(`${BUILT_PAGE}/models`, { recursive: true });
copyFileSync(model, `${BUILT_PAGE}/models/${basename(model)}`);
const server = await preview({ build: { outDir: BUILT_PAGE }, preview: { port: 0 }, logLevel: 'warn' });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('The preview server has no address');
const browser = await chromium.launch(playwrightConfig.use?.launchOptions ?? {});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  page.on('pageerror', (error) => console.error(error));
  // Seeded, so that each answer is the same, and warm, so that it does not repeat one token.
  const sampling = {
    temperature: Number(values.temperature),
    seed: Number(values.seed),
    maxTokens: Number(values.tokens),
  };
  await page.addInitScript((state) => localStorage.setItem('mixtab-settings', JSON.stringify({ state, version: 1 })), {
    sampling,
    modelUrl: new URL(`models/${basename(model)}`, url).href,
  });
  await page.goto(url);
  const question = await longestAnswered(page);

  const runs: Record<View, Run[]> = { closed: [], still: [], open: [] };
  for (let round = 0; round < Number(values.rounds); round++) {
    // Who begins changes, so that a machine that slows down counts for both.
    for (const view of round % 2 === 0 ? VIEWS : VIEWS.toReversed()) {
      const run = await answer(page, question, view);
      runs[view].push(run);
      const { tokens, tokensPerSecond, processorMsPerToken } = run;
      console.log(
        `round ${round + 1}, ${view.padEnd(6)}: ${tokens} tokens, ${tokensPerSecond} tokens/s, ${processorMsPerToken.toFixed(1)} ms of processor a token`,
      );
    }
  }
  const slower = (view: View, than: View): number =>
    rounded(
      100 * (median(runs[than].map((run, i) => run.tokensPerSecond / (runs[view][i]?.tokensPerSecond ?? NaN))) - 1),
    );
  const moreProcessor = (view: View, than: View): number =>
    rounded(
      100 *
        (median(runs[view].map((run, i) => run.processorMsPerToken / (runs[than][i]?.processorMsPerToken ?? NaN))) - 1),
    );
  const medianOf = (view: View, what: keyof Run): number => median(runs[view].map((run) => run[what]));
  const result = Object.fromEntries(
    VIEWS.map((view) => [
      view,
      {
        tokensPerSecond: medianOf(view, 'tokensPerSecond'),
        processorMsPerToken: medianOf(view, 'processorMsPerToken'),
      },
    ]),
  );
  console.log(
    JSON.stringify({
      model: basename(model),
      browser: `Chromium ${browser.version()}`,
      rounds: Number(values.rounds),
      tokens: runs.open[0]?.tokens,
      ...result,
      // What an open view costs: the median of the rounds, each with its own neighbour, in per cent.
      slowerPercent: slower('open', 'closed'),
      moreProcessorPercent: moreProcessor('open', 'closed'),
      // What coloured words and a map cost, and what it costs on top to see the experts fire.
      colouring: { slowerPercent: slower('still', 'closed'), moreProcessorPercent: moreProcessor('still', 'closed') },
      firing: { slowerPercent: slower('open', 'still'), moreProcessorPercent: moreProcessor('open', 'still') },
    }),
  );
} finally {
  await browser.close();
  await server.close();
}

/** Compiles and warms up, too. */
async function longestAnswered(page: Page): Promise<string> {
  let longest = { question: '', tokens: 0 };
  for (const question of QUESTIONS) {
    const { tokens } = await answer(page, question, 'closed');
    if (tokens > longest.tokens) longest = { question, tokens };
    if (tokens >= LONG_ENOUGH) break;
  }
  return longest.question;
}

/** One answer in a new conversation. */
async function answer(page: Page, question: string, view: View): Promise<Run> {
  await page.emulateMedia({ reducedMotion: view === 'still' ? 'reduce' : 'no-preference' });
  await page
    .getByRole('button', { name: /^New chat/ })
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Message' }).fill(question);
  const send = page.getByRole('button', { name: 'Send' });
  await send.click({ trial: true, timeout: PATIENCE_MS }); // the model is there
  const before = processorMs();
  await send.click();
  const article = page.getByRole('article', { name: 'Mixtab' });
  if (view !== 'closed') {
    // The button comes with the first token.
    await article.getByRole('button', { name: 'Colour by experts' }).click({ timeout: PATIENCE_MS });
  }
  await page.locator('article[aria-busy="false"]').last().waitFor({ timeout: PATIENCE_MS });
  const after = processorMs();
  const speed = await article.locator('.answer-facts').innerText();
  await article.getByRole('button', { name: 'More about this answer' }).click();
  const facts = `${speed} ${await article.getByRole('region', { name: 'This answer' }).getByText('Answer', { exact: true }).locator('+ dd').innerText()}`;
  const tokens = numberBefore(facts, / tokens\b(?!\/)/);
  return {
    tokens,
    tokensPerSecond: numberBefore(facts, / tokens\/s/),
    processorMsPerToken: before === undefined || after === undefined ? NaN : (after - before) / tokens,
  };
}

function numberBefore(text: string, unit: RegExp): number {
  const number = new RegExp(String.raw`([\d.,]+)${unit.source}`).exec(text)?.[1];
  if (number === undefined) throw new Error(`The page does not say how many${unit.source}: ${text}`);
  return Number(number.replaceAll(',', ''));
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return rounded((low + high) / 2, 3);
}

function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
