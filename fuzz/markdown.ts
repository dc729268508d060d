// Markdown as a hostile model would write it, opened as an answer in the real built page. A fault is whatever takes the page: a
// crash, an error that reaches the top, a white page, an answer of which nothing is shown, or a task that holds the page for long.
import { type Browser, chromium, type Page } from '@playwright/test';
import { resolve } from 'node:path';
import { build, preview, type PreviewServer } from 'vite';
import { repeatedQuestion } from '../e2e/sample-conversations.ts';
import playwrightConfig from '../playwright.config.ts';
import { busyClock } from '../tools/busy-time.ts';
import type { Attack, Outcome } from './attack.ts';
import { markdownText } from './markdown-text.ts';

const BUILT_PAGE = resolve('.cache/fuzz/page');
/** The page promises a second; a machine that does other things as well takes its share of the clock. */
const LONGEST_TASK_MS = 3000;
const PATIENCE_MS = 60_000;
/** To open a conversation takes longer than to show an answer: so many answers are opened together. */
const ANSWERS = 24;
/** Conversations gather in the list; after so many the page begins anew. */
const PAGE_LIFE = 20;

interface OpenPage {
  readonly page: Page;
  readonly busyMs: () => Promise<number>;
}

/** One that held the page, by the clock and by the processor. */
class HeldPage extends Error {}

class MarkdownAttack implements Attack<readonly string[]> {
  readonly #server: PreviewServer;
  readonly #url: string;
  #browser: Browser | null = null;
  #open: OpenPage | null = null;
  #opened = 0;
  readonly #errors: string[] = [];

  constructor(server: PreviewServer, url: string) {
    this.#server = server;
    this.#url = url;
  }

  generate(random: () => number): readonly string[] {
    return Array.from({ length: ANSWERS }, () => markdownText(random));
  }

  casesOf(texts: readonly string[]): number {
    return texts.length;
  }

  async attempt(texts: readonly string[]): Promise<Outcome> {
    try {
      await this.#show(texts);
    } catch (error) {
      await this.#end();
      if (!(error instanceof HeldPage)) throw error;
      // Many together may take their time; and what another program did to the clock it will hardly do again.
      for (const text of texts)
        await this.#show([text]).catch((again) => this.#end().then(() => Promise.reject(again)));
    }
    return 'accepted';
  }

  async #show(texts: readonly string[]): Promise<void> {
    const { page, busyMs } = await this.#page();
    const title = `Case ${++this.#opened}`;
    const { head, messages } = repeatedQuestion(
      texts.map((text) => `${text}\n\nThe end.`),
      title,
    );
    const file = {
      format: 'mixtab-conversations',
      version: 1,
      conversations: [{ ...head, id: `case-${this.#opened}`, messages }],
    };
    await page.evaluate(() => performance.clearMeasures());
    const before = await busyMs();
    await page.getByLabel('Import conversations').setInputFiles({
      name: 'conversations.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(file)),
    });
    const list = page.getByRole('navigation', { name: 'Conversations' });
    await list.getByRole('button', { name: title, exact: true }).click({ timeout: PATIENCE_MS });
    // All are there, each with something of its text, and the page does not go on with any of them.
    await page.waitForFunction(
      ([name, count]) => document.title.startsWith(name) && document.querySelectorAll('.markdown').length === count,
      [title, texts.length] as const,
      { timeout: PATIENCE_MS },
    );
    // Two frames: what is drawn with the first may break with the second.
    const { empty, longest } = await page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
      const bodies = [...document.querySelectorAll('.message-answer .message-body')];
      return {
        empty: bodies.findIndex((body) => body.textContent.trim() === ''),
        longest: Math.max(0, ...performance.getEntriesByName('long-task').map(({ duration }) => duration)),
      };
    });
    if (this.#errors.length > 0) throw new Error(this.#errors.splice(0).join('\n'));
    if (empty >= 0) throw new Error(`Nothing of answer ${empty} is shown`);
    if (await page.getByRole('heading', { name: 'The page stopped working' }).isVisible()) {
      throw new Error('The page stopped working');
    }
    const busy = (await busyMs()) - before;
    if (Math.min(busy, longest) > LONGEST_TASK_MS) throw new HeldPage(`Held the page for ${longest.toFixed(0)} ms`);
  }

  async #page(): Promise<OpenPage> {
    if (this.#open !== null && this.#opened % PAGE_LIFE !== 0) return this.#open;
    await this.#open?.page.context().close();
    this.#browser ??= await chromium.launch(playwrightConfig.use?.launchOptions ?? {});
    const context = await this.#browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.#errors.push(error.stack ?? error.message));
    // A boundary caught it; the message is whole, but something in it broke.
    page.on('console', (message) => {
      if (message.text().includes('A part of the page could not be shown')) this.#errors.push(message.text());
    });
    page.on('crash', () => this.#errors.push('The renderer process crashed'));
    await page.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries())
          performance.measure('long-task', { start: startTime, duration });
      }).observe({ type: 'longtask' });
    });
    // No model: its kernels would take the processor.
    await page.route('**/models/**', (route) => route.abort());
    await page.goto(this.#url);
    this.#open = { page, busyMs: await busyClock(page) };
    return this.#open;
  }

  async #end(): Promise<void> {
    await this.#browser?.close().catch(() => undefined);
    this.#browser = null;
    this.#open = null;
    this.#errors.length = 0;
  }

  *shrink(texts: readonly string[]): Iterable<readonly string[]> {
    const [text = '', ...others] = texts;
    if (others.length > 0) {
      for (const one of texts) yield [one];
      return;
    }
    for (let parts = 2; parts <= 16 && parts <= text.length; parts *= 2) {
      const size = Math.ceil(text.length / parts);
      for (let at = 0; at < text.length; at += size) yield [text.slice(0, at) + text.slice(at + size)];
    }
  }

  reproduce(texts: readonly string[]): { extension: string; content: string } {
    return texts.length === 1
      ? { extension: 'md', content: texts[0] ?? '' }
      : { extension: 'json', content: JSON.stringify(texts) };
  }

  async close(): Promise<void> {
    await this.#end();
    await this.#server.close();
  }
}

export async function openAttack(): Promise<Attack<readonly string[]>> {
  await build({ logLevel: 'error', build: { outDir: BUILT_PAGE, emptyOutDir: true } });
  const server = await preview({ build: { outDir: BUILT_PAGE }, preview: { port: 0 }, logLevel: 'warn' });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('The preview server has no address');
  return new MarkdownAttack(server, url);
}
