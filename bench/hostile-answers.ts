// `npm run bench:hostile -- [--only 'escapes;backticks'] [--streamed]`: how long an answer that was made to hold the page holds it.
// Each of `app/testing/hostile-markdown.ts` is opened in the built page (or `--streamed` into it), and the browser's own trace says what its longest task on
// the main thread took, in processor time (so that other programs do not count). The bar: a second on two cores. The last line
// is JSON.
import { type Browser, chromium, type Page } from '@playwright/test';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import { HOSTILE_MARKDOWN } from '../app/testing/hostile-markdown.ts';
import { conversationWith, importConversation } from '../e2e/sample-conversations.ts';
import playwrightConfig from '../playwright.config.ts';
import { busyClock } from '../tools/busy-time.ts';

const BUILT_PAGE = resolve('.cache/bench/hostile');
const PATIENCE_MS = 120_000;
/** Between two looks at how much the thread does. */
const SETTLED_MS = 1500;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly tid: number;
  readonly pid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(HOSTILE_MARKDOWN).join(';') },
    skipBuild: { type: 'boolean' },
    streamed: { type: 'boolean', default: false },
  },
});

if (values.skipBuild !== true) {
  const input = [resolve('index.html'), resolve('app/testing/fake.html')];
  await build({ logLevel: 'error', build: { outDir: BUILT_PAGE, emptyOutDir: true, rolldownOptions: { input } } });
}
const server = await preview({ build: { outDir: BUILT_PAGE }, preview: { port: 0 }, logLevel: 'warn' });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('The preview server has no address');
const browser = await chromium.launch(playwrightConfig.use?.launchOptions ?? {});
const longest: Record<string, number> = {};
try {
  for (const name of values.only.split(';')) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => console.error(name, error));
    page.on('crash', () => console.error(name, 'crashed'));
    // No model: its kernels would take the processor.
    await page.route('**/models/**', (route) => route.abort());
    await page.goto(values.streamed ? `${url}app/testing/fake.html?hostile=${encodeURIComponent(name)}` : url);
    // What is loaded once is loaded now.
    await importConversation(page, { ...conversationWith('Some *text*, $x$.\n\n```js\nlet a;\n```', 'First') });
    try {
      longest[name] = await longestTask(browser, page, name, values.streamed ? streamIt : openIt);
    } catch (error) {
      console.error(name, String(error).slice(0, 300));
      longest[name] = NaN;
    }
    await page.close().catch(() => undefined);
  }
  console.log(JSON.stringify({ browser: `Chromium ${browser.version()}`, longest }));
} finally {
  await browser.close();
  await server.close();
}

async function openIt(page: Page, name: string): Promise<void> {
  const { head, messages } = conversationWith(HOSTILE_MARKDOWN[name]?.() ?? '', 'Second');
  const answer = await importConversation(page, { head: { ...head, id: 'second' }, messages });
  await page.waitForFunction(() => document.title.startsWith('Second'));
  await answer.locator('.markdown').waitFor();
}

/** Its first 100,000 characters, from the fake engine. */
async function streamIt(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await page.getByRole('textbox', { name: 'Message' }).fill('Write.');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('article[aria-busy=true]').waitFor();
  await page.locator('article[aria-busy=true]').waitFor({ state: 'detached' });
}

async function longestTask(
  browser: Browser,
  page: Page,
  name: string,
  show: (page: Page, name: string) => Promise<void>,
): Promise<number> {
  const busyMs = await busyClock(page);
  await browser.startTracing(page, {
    categories: ['disabled-by-default-devtools.timeline', 'devtools.timeline', '__metadata'],
  });
  await show(page, name);
  // What comes in portions has come to its end when the thread has little to do; other programs may slow it as they like.
  for (let busy = await busyMs(); ;) {
    await page.waitForTimeout(SETTLED_MS);
    const now = await busyMs();
    if (now - busy < SETTLED_MS / 40) break;
    busy = now;
  }
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const mains = traceEvents.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain');
  const inMain = traceEvents.filter(
    (event) => event.ph === 'X' && mains.some(({ tid, pid }) => tid === event.tid && pid === event.pid),
  );
  const tasks = inMain.filter((event) => event.name === 'RunTask');
  const ms = ({ tdur = 0 }: TraceEvent): number => tdur / 1000;
  const worst = tasks.toSorted((a, b) => ms(b) - ms(a))[0];
  if (worst === undefined) throw new Error('The trace holds no tasks');
  const parts = new Map<string, number>();
  for (const event of inMain) {
    const isInside =
      event !== worst && event.pid === worst.pid && event.ts >= worst.ts && event.ts < worst.ts + (worst.dur ?? 0);
    if (isInside) parts.set(event.name, (parts.get(event.name) ?? 0) + ms(event));
  }
  const largest = [...parts].toSorted(([, a], [, b]) => b - a).slice(0, 4);
  const total = tasks.reduce((sum, task) => sum + ms(task), 0);
  console.log(
    `${ms(worst).toFixed(0).padStart(6)} ms (wall ${((worst.dur ?? 0) / 1000).toFixed(0)}), all ${(total / 1000).toFixed(1)} s  ${name}  ` +
      largest.map(([part, time]) => `${part} ${time.toFixed(0)}`).join(', '),
  );
  return Math.round(ms(worst));
}
