// Somebody else's site: pages of its own, on another origin, which embed Mixtab. To a browser it is third-party: another host.
import { expect, type FrameLocator, type Locator, type Page, test as base } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatPage, heedingPolicies } from './chat-page.ts';
import { StaticServer } from './static-server.ts';
import { CHROMIUM_FLAGS } from '../playwright.config.ts';

interface HostFile {
  readonly content: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class HostSite {
  readonly #server: Server;
  readonly #files = new Map<string, HostFile>();
  /** Paths that were asked for, in order. */
  readonly requests: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', this.url);
      this.requests.push(pathname);
      const file = this.#files.get(pathname);
      if (file === undefined) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': file.type ?? 'text/html; charset=utf-8', ...file.headers });
      response.end(file.content);
    });
  }

  static async start(): Promise<HostSite> {
    const site = new HostSite();
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  /** Not `localhost`, where Mixtab is. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  add(path: string, file: HostFile): string {
    this.#files.set(`/${path}`, file);
    return new URL(path, this.url).href;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** A document of the host with something in its body. */
export function hostDocument(mixtab: string, body: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A blog</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${head}
<script src="${mixtab}/embed.js" async></script></head><body><main><h1>A blog</h1>${body}</main></body></html>`;
}

interface HostFixtures {
  readonly site: HostSite;
  /** Origin of the built Mixtab. */
  readonly mixtab: string;
  /** Mixtab on a server of the test's own, which counts. */
  readonly server: StaticServer;
  /** Whether the pages mean to offend a policy. */
  readonly mayOffend: boolean;
}

export const test = base.extend<HostFixtures>({
  mayOffend: [false, { option: true }],
  // Playwright switches the partitioning of other sites' storage off. The last list of features counts.
  launchOptions: [
    async ({ launchOptions }, use) => {
      const features = '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,PaintHolding';
      await use({ ...launchOptions, args: [...(launchOptions.args ?? CHROMIUM_FLAGS), features] });
    },
    { scope: 'worker' },
  ],
  mixtab: ({ baseURL }, use) => use(baseURL ?? ''),
  // Playwright wants an object pattern even where a fixture needs no other.
  // eslint-disable-next-line no-empty-pattern
  site: async ({}, use) => {
    const site = await HostSite.start();
    await use(site);
    await site.stop();
  },
  // eslint-disable-next-line no-empty-pattern
  server: async ({}, use) => {
    const server = await StaticServer.start();
    await use(server);
    await server.stop();
  },
  page: heedingPolicies,
});

/** In a browser that lets other sites' frames have the storage of their own site, if they ask for it; Playwright's does not. */
export const testAllowed = test.extend({
  context: async ({ playwright, launchOptions, baseURL, viewport }, use) => {
    const profile = mkdtempSync(join(tmpdir(), 'mixtab-e2e-'));
    mkdirSync(join(profile, 'Default'));
    const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
    writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
    const options = { ...launchOptions, viewport, ...(baseURL !== undefined && { baseURL }) };
    const context = await playwright.chromium.launchPersistentContext(profile, options);
    await use(context);
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  },
});

/** What stands in the frame of an embed. */
export class Embed {
  readonly element: Locator;
  readonly start: Locator;
  readonly frame: FrameLocator;
  readonly answers: Locator;
  readonly message: Locator;

  constructor(page: Page, selector = 'mixtab-chat') {
    this.element = page.locator(selector);
    this.start = this.element.getByRole('button', { name: /Ask it here|Start the chat|Play the answer/ });
    this.frame = page.frameLocator(`${selector} iframe`);
    this.answers = this.frame.getByRole('article', { name: 'Mixtab' });
    this.message = this.frame.getByRole('textbox', { name: 'Message' });
  }

  /** Waits for the end of the last answer. */
  async answered(): Promise<Locator> {
    const answer = this.answers.last();
    await expect(answer).toHaveAttribute('aria-busy', 'false');
    return answer;
  }
}

/** Greedy: the bundled model answers the same each time. */
export const CHAT =
  '<mixtab-chat prompt="What is the capital of Australia?" temperature="0" max-tokens="60"></mixtab-chat>';

/** The visitor has used Mixtab itself: the model is on this device. @returns bytes of it that were sent */
export async function visitMixtab(page: Page, server: StaticServer): Promise<number> {
  await new ChatPage(page).open(server.url);
  const bytes = modelBytes(server);
  expect(bytes).toBeGreaterThan(10_000_000);
  return bytes;
}

/** Bytes of models that were sent. */
export function modelBytes(server: StaticServer): number {
  return server.modelRequests.reduce((sum, { sent }) => sum + sent, 0);
}

export async function openHost(page: Page, site: HostSite, server: StaticServer, body = CHAT): Promise<Embed> {
  await page.goto(site.add('', { content: hostDocument(server.url.replace(/\/$/, ''), body) }));
  return new Embed(page);
}

export { expect };
