// `npm run bench:start -- [--visits N] [--question TEXT] [--shaders]`: the time from a warm visit to the first word of an answer, in the built page
// (`dist`), in Chromium. A first visit stores the bundled model; each one after it begins with a browser that was just started, and
// asks as soon as the page lets one write. The engine's marks (`mixtab:…`) say what it had done when. The last line is JSON.
import { type Browser, type BrowserContext, chromium, type CDPSession, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { preview } from 'vite';
import playwrightConfig from '../playwright.config.ts';

const PATIENCE_MS = 120_000;

const { values } = parseArgs({
  options: {
    visits: { type: 'string', default: '5' },
    shaders: { type: 'boolean', default: false },
    question: { type: 'string', default: 'What is the capital of France?' },
  },
});

/** Of the engine: milliseconds since the visit began, and how long it took, 0 for a moment. */
interface Mark {
  readonly name: string;
  readonly at: number;
  readonly ms: number;
}

/** Milliseconds since the visit began. */
interface Visit {
  readonly field: number;
  readonly asked: number;
  readonly ready: number;
  readonly firstWord: number;
  readonly engine: Readonly<Record<string, number>>;
  /** Milliseconds from when a shader's compiling was asked for until it was there, in that order. */
  readonly shaders: readonly (readonly [label: string, from: number, ms: number])[];
}

const server = await preview({ preview: { port: 0 }, logLevel: 'warn' });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('The preview server has no address');
const profile = mkdtempSync(join(tmpdir(), 'mixtab-start-'));
const visits: Visit[] = [];
let version = '';
try {
  await withBrowser(async (page) => void (await visit(page)));
  for (let i = 0; i < Number(values.visits); i++) {
    await withBrowser(async (page, context) => {
      version = context.browser()?.version() ?? version;
      const one = await visit(page, context);
      visits.push(one);
      console.log(timeline(one));
    });
  }
} finally {
  await server.close();
  rmSync(profile, { recursive: true, force: true });
}
const median = [...visits].sort((a, b) => a.firstWord - b.firstWord)[Math.floor(visits.length / 2)];
console.log(
  JSON.stringify({
    browser: `Chromium ${version}`,
    visits: visits.length,
    median,
    all: visits.map(({ firstWord }) => firstWord),
  }),
);
process.stdout.write('', () => process.exit());

async function withBrowser(use: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await chromium.launchPersistentContext(profile, {
    ...playwrightConfig.use?.launchOptions,
    viewport: { width: 1280, height: 800 },
  });
  try {
    await use(context.pages()[0] ?? (await context.newPage()), context);
  } finally {
    await context.close();
  }
}

async function visit(page: Page, context?: BrowserContext): Promise<Visit> {
  await page.addInitScript(() => {
    const seen: Record<string, number> = {};
    Object.assign(globalThis, { startMarks: seen });
    setInterval(() => {
      const answer = document.querySelector('.message-answer .markdown')?.textContent?.trim() ?? '';
      if (answer !== '') seen['firstWord'] ??= performance.now();
      const isLoading = document.querySelector('[role=progressbar]') !== null;
      if (isLoading) seen['bar'] ??= performance.now();
      else if (seen['bar'] !== undefined) seen['ready'] ??= performance.now();
    }, 5);
  });
  await page.goto(url as string, { waitUntil: 'commit' });
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill(values.question, { timeout: PATIENCE_MS });
  const fieldAt = await page.evaluate(() => performance.now());
  await page.getByRole('button', { name: 'Send', disabled: false }).click({ timeout: PATIENCE_MS });
  const askedAt = await page.evaluate(() => performance.now());
  await page.locator('.message-answer .markdown').waitFor({ timeout: PATIENCE_MS });
  await page.waitForTimeout(100);
  const seen = await page.evaluate(() => ({
    origin: performance.timeOrigin,
    ...(globalThis as unknown as { startMarks: { firstWord: number; ready?: number } }).startMarks,
  }));
  const browser = context?.browser();
  const marks = browser === null || browser === undefined ? [] : await engineMarks(browser, seen.origin);
  const engine = Object.fromEntries(marks.filter(({ ms }) => ms === 0).map(({ name, at }) => [name, at]));
  const shaders = marks.flatMap(({ name, at, ms }) =>
    name.startsWith('compile ') ? [[name.replace('compile ', ''), at, ms] as const] : [],
  );
  return {
    field: Math.round(fieldAt),
    asked: Math.round(askedAt),
    ready: Math.round(seen.ready ?? NaN),
    firstWord: Math.round(seen.firstWord),
    engine,
    shaders,
  };
}

/** Of the worker that has the engine: shared workers are no pages of Playwright's. */
async function engineMarks(browser: Browser, origin: number): Promise<readonly Mark[]> {
  const session = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send('Target.getTargets');
  for (const { targetId, type } of targetInfos.filter((target) => target.type.endsWith('worker'))) {
    if (type === 'service_worker') continue;
    const marks = await marksOf(session, targetId);
    if (marks.length > 0)
      return marks.map(([name, at, ms]) => ({
        name: name.replace('mixtab:', ''),
        at: Math.round(at - origin),
        ms: Math.round(ms),
      }));
  }
  return [];
}

async function marksOf(session: CDPSession, targetId: string): Promise<[string, number, number][]> {
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  const answer = new Promise<string>((resolve) => {
    session.on('Target.receivedMessageFromTarget', ({ message, sessionId: from }) => {
      // Others are what the worker says by itself.
      if (from === sessionId && 'id' in (JSON.parse(message) as object)) resolve(message);
    });
  });
  const expression = `JSON.stringify([['worker', performance.timeOrigin, 0], ...performance.getEntries()
    .filter(({ name }) => name.startsWith('mixtab:'))
    .map(({ name, startTime, duration }) => [name, performance.timeOrigin + startTime, duration])])`;
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
  await session.send('Target.sendMessageToTarget', { message, sessionId });
  const { result } = JSON.parse(await answer) as { result?: { result?: { value?: string } } };
  return JSON.parse(result?.result?.value ?? '[]') as [string, number, number][];
}

function timeline({ engine, shaders, ...page }: Visit): string {
  const all = [
    ...Object.entries(page),
    ...Object.entries(engine).map(([name, at]) => [`engine: ${name}`, at] as const),
  ];
  return all
    .sort((a, b) => a[1] - b[1])
    .map(([name, at]) => `${String(at).padStart(7)} ms  ${name}`)
    .concat(
      values.shaders ? shaders.map(([label, from, ms]) => `${String(from).padStart(7)} ms  ${ms} ms: ${label}`) : [],
    )
    .join('\n')
    .concat('\n');
}
