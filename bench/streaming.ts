// `npm run bench:streaming -- [--kinds table,list] [--seconds N]`: what it costs to show an answer while it is being written. The page on
// the fake engine streams long answers of several kinds, about 45 kB each, of which the end is written at the pace of a fast
// model; the share of the time in which the main thread is busy is read from the browser (processor time, so that other programs
// do not count). The bar: at most twice the share of plain paragraphs. The last line is JSON.
import { chromium, type Page } from '@playwright/test';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import { LONG_ANSWERS } from '../app/testing/long-answers.ts';
import playwrightConfig from '../playwright.config.ts';
import { busyClock } from '../tools/busy-time.ts';

const BUILT_PAGE = resolve('.cache/bench/streaming');
const PATIENCE_MS = 120_000;

const { values } = parseArgs({
  options: {
    kinds: {
      type: 'string',
      default: Object.keys(LONG_ANSWERS)
        .filter((kind) => kind !== 'plain')
        .join(','),
    },
    seconds: { type: 'string', default: '8' },
  },
});
const seconds = Number(values.seconds);

await build({
  logLevel: 'error',
  build: {
    outDir: BUILT_PAGE,
    emptyOutDir: true,
    rolldownOptions: { input: resolve('app/testing/fake.html') },
  },
});
const server = await preview({ build: { outDir: BUILT_PAGE }, preview: { port: 0 }, logLevel: 'warn' });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('The preview server has no address');
const browser = await chromium.launch(playwrightConfig.use?.launchOptions ?? {});
const shares: Record<string, number> = {};
const timesPlain: Record<string, number> = {};
try {
  // Plain paragraphs before and after each: what else this machine does changes from minute to minute.
  let plain = await measured('plain');
  for (const kind of values.kinds.split(',')) {
    const share = await measured(kind);
    const plainAfter = await measured('plain');
    shares[kind] = share;
    timesPlain[kind] = Number((share / ((plain + plainAfter) / 2)).toFixed(2));
    console.log(
      `${kind.padEnd(12)} ${percent(share)} of the time busy, plain ${percent(plain)} and ${percent(plainAfter)}`,
    );
    plain = plainAfter;
  }
  console.log(JSON.stringify({ browser: `Chromium ${browser.version()}`, seconds, shares, timesPlain }));
} finally {
  await browser.close();
  await server.close();
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

async function measured(kind: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (error) => console.error(error));
  await page.addInitScript(() =>
    localStorage.setItem(
      'mixtab-settings',
      JSON.stringify({ state: { sampling: { maxTokens: 100_000 } }, version: 1 }),
    ),
  );
  await page.goto(`${url}app/testing/fake.html?stream=${kind}`);
  const share = await shareOf(page);
  await page.close();
  return share;
}

async function shareOf(page: Page): Promise<number> {
  const busyMs = await busyClock(page);
  await page.getByRole('textbox', { name: 'Message' }).fill('Write.');
  await page.getByRole('button', { name: 'Send' }).click({ timeout: PATIENCE_MS });
  // The beginning came at once; from here on it is written word by word.
  await page.waitForFunction(
    () => (document.querySelector('.message-answer')?.textContent?.length ?? 0) > 20_000,
    null,
    {
      timeout: PATIENCE_MS,
    },
  );
  await page.waitForTimeout(2000);
  const [before, begun] = [await busyMs(), performance.now()];
  await page.waitForTimeout(seconds * 1000);
  const busy = (await busyMs()) - before;
  const isWriting = await page.locator('article[aria-busy=true]').isVisible();
  if (!isWriting) throw new Error('The answer had ended before it was measured');
  return busy / (performance.now() - begun);
}
