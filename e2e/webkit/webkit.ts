// WebKitGTK on a screen in memory, over WebDriver. The driver keeps one session, so one browser for each test.
import { expect, test as base } from '@playwright/test';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Builder, By, Capabilities, Key, type WebDriver } from 'selenium-webdriver';
import { findWebKit } from '../../tools/install-webkit.ts';
import { type Driver, Tab } from '../elsewhere/tab.ts';

/** A port that nobody uses now. */
function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** Starts Xvfb on a free display, whose number it writes to descriptor 3 when it is ready. */
async function startScreen(screen: string): Promise<{ readonly process: ChildProcess; readonly display: string }> {
  const child = spawn(screen, ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const display = await new Promise<string>((done, failed) => {
    child.stdio[3]?.on('data', (data: Buffer) => done(`:${data.toString().trim()}`));
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`Xvfb ended with exit code ${code}`)));
  });
  return { process: child, display };
}

const KEYS: Readonly<Record<string, string>> = {
  Enter: Key.ENTER,
  Escape: Key.ESCAPE,
  Delete: Key.DELETE,
  Tab: Key.TAB,
  PageUp: Key.PAGE_UP,
  PageDown: Key.PAGE_DOWN,
  Home: Key.HOME,
  End: Key.END,
  ArrowUp: Key.ARROW_UP,
  ArrowDown: Key.ARROW_DOWN,
  ArrowRight: Key.ARROW_RIGHT,
  Control: Key.CONTROL,
  Shift: Key.SHIFT,
  Alt: Key.ALT,
};
const keyOf = (name: string): string => KEYS[name] ?? name;

class WebKitDriver implements Driver {
  readonly #browser: WebDriver;

  constructor(browser: WebDriver) {
    this.#browser = browser;
  }

  async goto(url: string): Promise<void> {
    await this.#browser.get(url);
  }

  async reload(): Promise<void> {
    await this.#browser.navigate().refresh();
  }

  evaluate(source: string): Promise<unknown> {
    return this.#browser.executeScript(`return ${source}`);
  }

  async click(selector: string): Promise<void> {
    await this.#browser.findElement(By.css(selector)).click();
  }

  async type(text: string): Promise<void> {
    await this.#browser.actions().sendKeys(text).perform();
  }

  async press(keys: string): Promise<void> {
    const all = keys.split('+').map(keyOf);
    const held = all.slice(0, -1);
    let actions = this.#browser.actions();
    for (const key of held) actions = actions.keyDown(key);
    actions = actions.sendKeys(all.at(-1) ?? Key.ENTER);
    for (const key of held) actions = actions.keyUp(key);
    await actions.perform();
  }

  async upload(selector: string, path: string): Promise<void> {
    await this.#browser.findElement(By.css(selector)).sendKeys(path);
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.#browser.takeScreenshot(), 'base64');
  }
}

interface Shared {
  /** Where the WebDriver listens. */
  readonly server: string;
  /** The home folder of the browser, where it saves. */
  readonly home: string;
}

/** Screenshots of the main views, to be looked at; not in git. */
const PICTURES = resolve('test-results/webkit-views');

/** A window of one colour makes a picture of a few kilobytes. */
const BLANK_BYTES = 15_000;

export const test = base.extend<{ tab: Tab; picture: (name: string) => Promise<void> }, Shared>({
  home: [
    // Playwright wants an object pattern even where a fixture needs no other.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const home = mkdtempSync(join(tmpdir(), 'mixtab-webkit-'));
      mkdirSync(join(home, '.config'));
      mkdirSync(join(home, 'Downloads'));
      writeFileSync(join(home, '.config/user-dirs.dirs'), 'XDG_DOWNLOAD_DIR="$HOME/Downloads"\n');
      await use(home);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ home }, use) => {
      const { driver, screen } = findWebKit();
      const xvfb = await startScreen(screen);
      const port = await freePort();
      const child = spawn(driver, [`--port=${port}`, '--host=127.0.0.1'], {
        stdio: 'ignore',
        env: {
          ...process.env,
          DISPLAY: xvfb.display,
          GDK_BACKEND: 'x11',
          HOME: home,
          XDG_RUNTIME_DIR: home,
          XDG_CONFIG_HOME: join(home, '.config'),
          NO_AT_BRIDGE: '1',
          // No GPU, and no user namespaces for a sandbox, in containers.
          LIBGL_ALWAYS_SOFTWARE: '1',
          WEBKIT_DISABLE_DMABUF_RENDERER: '1',
          WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
        },
      });
      const server = `http://127.0.0.1:${port}`;
      await expect
        .poll(
          () =>
            fetch(`${server}/status`).then(
              (response) => response.ok,
              () => false,
            ),
          { timeout: 60_000 },
        )
        .toBe(true);
      await use(server);
      child.kill();
      xvfb.process.kill();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  tab: async ({ server }, use, info) => {
    const capabilities = new Capabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: findWebKit().browser, args: ['--automation'] },
    });
    const browser = await new Builder().usingServer(server).withCapabilities(capabilities).build();
    await browser.manage().window().setRect({ width: 1280, height: 900 });
    const tab = new Tab(new WebKitDriver(browser));
    await use(tab);
    // No screenshot of a failure: the driver never answers for a page that has stopped drawing, and hangs with it.
    if (info.status !== info.expectedStatus) {
      await info.attach('text', {
        body: String(await tab.driver.evaluate('document.body.innerText')),
        contentType: 'text/plain',
      });
    }
    await browser.quit();
  },
  picture: async ({ tab }, use) => {
    await use(async (name) => {
      mkdirSync(PICTURES, { recursive: true });
      const png = await tab.driver.screenshot();
      writeFileSync(join(PICTURES, `${name}.png`), png);
      expect(png.length, `${name} is not blank`).toBeGreaterThan(BLANK_BYTES);
    });
  },
});

export { expect };
