// Markdown as a hostile model would write it, opened as an answer in the real built page. A fault is whatever takes the page: a
// crash, an error that reaches the top, a white page, an answer of which nothing is shown, or a task that holds the page for long.
import { type Browser, chromium, type Page } from '@playwright/test';
import { resolve } from 'node:path';
import { build, preview, type PreviewServer } from 'vite';
import { conversationWith } from '../e2e/sample-conversations.ts';
import playwrightConfig from '../playwright.config.ts';
import type { Attack, Outcome } from './attack.ts';
import { markdownText } from './markdown-text.ts';

const BUILT_PAGE = resolve('.cache/fuzz/page');
/** The page promises a second; a machine that does other things as well takes its share of the clock. */
const LONGEST_TASK_MS = 3000;
const PATIENCE_MS = 30_000;
/** Conversations gather in the list; after so many the page begins anew. */
const PAGE_LIFE = 100;

class MarkdownAttack implements Attack<string> {
  readonly #server: PreviewServer;
  readonly #url: string;
  #browser: Browser | null = null;
  #page: Page | null = null;
  #opened = 0;
  readonly #errors: string[] = [];

  constructor(server: PreviewServer, url: string) {
    this.#server = server;
    this.#url = url;
  }

  generate = markdownText;

  async attempt(text: string): Promise<Outcome> {
    try {
      await this.#show(text);
    } catch (error) {
      if (!String(error).includes('Held the page')) {
        await this.#end();
        throw error;
      }
      // Once more: what another program did to the clock it will hardly do again.
      await this.#end();
      await this.#show(text);
    }
    return 'accepted';
  }

  async #show(text: string): Promise<void> {
    const page = await this.#open();
    const title = `Case ${++this.#opened}`;
    const { head, messages } = conversationWith(`${text}\n\nThe end.`, title);
    const id = `case-${this.#opened}`;
    const file = { format: 'mixtab-conversations', version: 1, conversations: [{ ...head, id, messages }] };
    await page.getByLabel('Import conversations').setInputFiles({
      name: 'conversations.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(file)),
    });
    const list = page.getByRole('navigation', { name: 'Conversations' });
    await list.getByRole('button', { name: title, exact: true }).click({ timeout: PATIENCE_MS });
    await page.evaluate(() => performance.clearMarks());
    await page.waitForFunction(
      (name) => document.title.startsWith(name) && document.querySelector('.message-answer .message-body') !== null,
      title,
      { timeout: PATIENCE_MS },
    );
    // Two frames: what is drawn with the first may break with the second.
    const { shown, longest } = await page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
      const body = document.querySelector('.message-answer .message-body');
      return {
        shown: body?.textContent ?? '',
        longest: Math.max(0, ...performance.getEntriesByName('long-task').map(({ duration }) => duration)),
      };
    });
    if (this.#errors.length > 0) throw new Error(this.#errors.splice(0).join('\n'));
    if (shown.trim() === '') throw new Error('Nothing of the answer is shown');
    if (await page.getByRole('heading', { name: 'The page stopped working' }).isVisible()) {
      throw new Error('The page stopped working');
    }
    if (longest > LONGEST_TASK_MS) throw new Error(`Held the page for ${longest.toFixed(0)} ms`);
  }

  async #open(): Promise<Page> {
    if (this.#page !== null && this.#opened % PAGE_LIFE !== 0) return this.#page;
    await this.#page?.context().close();
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
    this.#page = page;
    return page;
  }

  async #end(): Promise<void> {
    await this.#browser?.close().catch(() => undefined);
    this.#browser = null;
    this.#page = null;
    this.#errors.length = 0;
  }

  *shrink(text: string): Iterable<string> {
    for (let parts = 2; parts <= 16 && parts <= text.length; parts *= 2) {
      const size = Math.ceil(text.length / parts);
      for (let at = 0; at < text.length; at += size) yield text.slice(0, at) + text.slice(at + size);
    }
  }

  reproduce(text: string): { extension: string; content: string } {
    return { extension: 'md', content: text };
  }

  async close(): Promise<void> {
    await this.#end();
    await this.#server.close();
  }
}

export async function openAttack(): Promise<Attack<string>> {
  await build({ logLevel: 'error', build: { outDir: BUILT_PAGE, emptyOutDir: true } });
  const server = await preview({ build: { outDir: BUILT_PAGE }, preview: { port: 0 }, logLevel: 'warn' });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('The preview server has no address');
  return new MarkdownAttack(server, url);
}
