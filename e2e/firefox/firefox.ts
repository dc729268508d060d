// Firefox on lavapipe, over WebDriver BiDi. One browser for all tests; each has a profile of its own in it (a user context).
import { test as base } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type ElementHandle, type KeyInput, type Page } from 'puppeteer-core';
import { findFirefox } from '../../tools/install-firefox.ts';
import { type Driver, Tab } from '../elsewhere/tab.ts';

const PREFERENCES = {
  'dom.webgpu.enabled': true,
  'dom.webgpu.workers.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};
/** Compiling for lavapipe takes a processor for itself, and the browser answers late. */
const PROTOCOL_TIMEOUT_MS = 240_000;

async function launch(downloads: string): Promise<Browser> {
  const { executable, environment } = findFirefox();
  return await puppeteer.launch({
    browser: 'firefox',
    executablePath: executable,
    headless: true,
    protocolTimeout: PROTOCOL_TIMEOUT_MS,
    env: {
      ...process.env,
      ...environment,
      XDG_RUNTIME_DIR: downloads,
      // Its sandboxes need what containers do not grant, and hide the unpacked libraries.
      MOZ_DISABLE_CONTENT_SANDBOX: '1',
      MOZ_DISABLE_GPU_SANDBOX: '1',
      // Lavapipe compiles each kernel when it first runs: without LLVM's optimisations that takes a part of the time.
      GALLIVM_PERF: 'nopt',
    },
    extraPrefsFirefox: {
      ...PREFERENCES,
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
    },
  });
}

class FirefoxDriver implements Driver {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  evaluate(source: string): Promise<unknown> {
    return this.#page.evaluate(source);
  }

  async click(selector: string): Promise<void> {
    await this.#page.click(selector);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  async press(keys: string): Promise<void> {
    const all = keys.split('+') as KeyInput[];
    const held = all.slice(0, -1);
    for (const key of held) await this.#page.keyboard.down(key);
    await this.#page.keyboard.press(all.at(-1) ?? 'Enter');
    for (const key of held) await this.#page.keyboard.up(key);
  }

  async upload(selector: string, path: string): Promise<void> {
    const input = (await this.#page.$(selector)) as ElementHandle<HTMLInputElement> | null;
    await input?.uploadFile(path);
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.#page.screenshot());
  }
}

interface Shared {
  readonly downloads: string;
  readonly firefox: Browser;
}

/** `tab` is a page that nobody has visited before; `downloads` the folder where Firefox saves. */
export const test = base.extend<{ tab: Tab; complaints: string[] }, Shared>({
  downloads: [
    // Playwright wants an object pattern even where a fixture needs no other.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'mixtab-firefox-'));
      await use(folder);
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  firefox: [
    async ({ downloads }, use) => {
      const firefox = await launch(downloads);
      await use(firefox);
      await firefox.close();
    },
    { scope: 'worker' },
  ],
  /** Errors of the page that nobody caught. */
  // eslint-disable-next-line no-empty-pattern
  complaints: async ({}, use) => {
    await use([]);
  },
  tab: async ({ firefox, complaints }, use, info) => {
    const context = await firefox.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    page.on('pageerror', (error) => complaints.push(String(error)));
    const tab = new Tab(new FirefoxDriver(page));
    await use(tab);
    if (info.status !== info.expectedStatus) {
      await info.attach('screenshot', { body: await tab.driver.screenshot(), contentType: 'image/png' });
    }
    await context.close();
  },
});

export { expect } from '@playwright/test';
