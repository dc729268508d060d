// Where the page is not welcome: storage denied, frames of other sites, sandboxes, old browsers, scripts that do not come.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, FrameLocator, Page } from '@playwright/test';
import { ChatPage, expect, test as base } from './chat-page.ts';
import type { StaticServer } from './static-server.ts';

/** What Chromium keeps of a person's choices in `chrome://settings`. */
type Preferences = Readonly<Record<string, unknown>>;

const ALL_COOKIES_BLOCKED: Preferences = { default_content_setting_values: { cookies: 2 } };
const THIRD_PARTIES_BLOCKED: Preferences = { block_third_party_cookies: true, cookie_controls_mode: 1 };

/** `visit`: a browser whose person has chosen so. */
const test = base.extend<{ visit(profile: Preferences): Promise<BrowserContext> }>({
  visit: async ({ playwright, launchOptions }, use) => {
    const opened: { readonly context: BrowserContext; readonly folder: string }[] = [];
    await use(async (profile) => {
      const folder = mkdtempSync(join(tmpdir(), 'mixtab-profile-'));
      mkdirSync(join(folder, 'Default'));
      writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify({ profile }));
      const context = await playwright.chromium.launchPersistentContext(folder, launchOptions);
      opened.push({ context, folder });
      return context;
    });
    for (const { context, folder } of opened) {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

/** A page of another site around Mixtab: `localhost` and `127.0.0.1` are two. */
async function openFramed(
  page: Page,
  server: StaticServer,
  attributes: string,
  address: string,
): Promise<FrameLocator> {
  // From the server, too: Chromium lets pages of unknown origin show nothing of this machine.
  server.add(
    'outer.html',
    `<!doctype html><iframe ${attributes} src="${address}" style="width: 100%; height: 600px"></iframe>`,
  );
  await page.goto(`${server.url}outer.html`);
  return page.frameLocator('iframe');
}

const NOT_KEPT = 'Kept only until this page is closed: conversations, drafts, settings, and the model.';

test('all cookies blocked: it answers, and says what is not kept', async ({ visit, server }) => {
  const page = await (await visit(ALL_COOKIES_BLOCKED)).newPage();
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  const chat = new ChatPage(page);
  await chat.open(server.url);
  await expect(page.getByText(NOT_KEPT)).toBeVisible();
  await chat.askAndWait('What is the capital of France?');
  await expect(page.getByText('another tab')).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
  // What was said is there as long as the page is.
  const list = page.getByRole('navigation', { name: 'Conversations' });
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await list.getByRole('button', { name: 'What is the capital of France?', exact: true }).click();
  await expect(chat.answers).toHaveCount(1);
  expect(failures).toEqual([]);
});

test('in a frame of another site that may not store: it answers, and offers a tab of its own', async ({
  visit,
  server,
}) => {
  const page = await (await visit(THIRD_PARTIES_BLOCKED)).newPage();
  const address = server.url.replace('localhost', '127.0.0.1');
  const frame = await openFramed(page, server, '', address);
  await expect(frame.getByText(NOT_KEPT)).toBeVisible();
  await expect(frame.getByRole('link', { name: 'Open Mixtab in its own tab' })).toHaveAttribute('href', address);
  await frame.getByRole('textbox', { name: 'Message' }).fill('What is the capital of France?');
  await frame.getByRole('button', { name: 'Send' }).click();
  await expect(frame.locator('article[aria-busy="false"]').last()).toBeVisible();
  await expect(frame.getByText('another tab')).toHaveCount(0);
});

test.describe('why nothing starts', () => {
  test('a sandbox without an origin', async ({ page, server }) => {
    const frame = await openFramed(page, server, 'sandbox="allow-scripts"', server.url);
    await expect(frame.getByText('Mixtab cannot start in this frame')).toBeVisible();
    await expect(frame.getByText('add allow-same-origin to the sandbox attribute')).toBeVisible();
    await expect(frame.getByRole('link', { name: 'Open Mixtab in its own tab' })).toBeVisible();
    await expect(frame.getByText('did not start')).toBeHidden();
    // A host that lets everybody read its files lets the module load there, too.
    await page.route(`${server.url}assets/*`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'access-control-allow-origin': '*' } });
    });
    await page.reload();
    await expect(frame.getByText('Mixtab cannot start in this frame')).toBeVisible();
    await expect(frame.getByText('did not start')).toBeHidden();
  });

  test.describe('no JavaScript', () => {
    test.use({ javaScriptEnabled: false });

    test('by choice, or in a sandbox without scripts', async ({ page, server }) => {
      await page.goto(server.url);
      const words = page.locator('.trouble-no-script'); // searches for text leave out what stands in <noscript>
      await expect(words).toBeVisible();
      await expect(words).toHaveText(/needs JavaScript to do so/);
    });
  });

  test('a browser without module scripts', async ({ page, server }) => {
    await page.addInitScript(() => {
      delete (HTMLScriptElement.prototype as { noModule?: boolean }).noModule;
    });
    // It would not run this one.
    await page.route('**/assets/index-*.js', () => undefined);
    await page.goto(server.url, { waitUntil: 'commit' });
    await expect(page.getByText('This browser is too old for Mixtab.')).toBeVisible();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  test('the main script does not come; reloading helps when it does', async ({ page, server }) => {
    await page.route('**/assets/index-*.js', (route) => route.fulfill({ status: 404 }));
    await page.goto(server.url);
    await expect(page.getByRole('alert')).toContainText('Mixtab did not start');
    await expect(page.getByRole('alert')).toContainText(/assets\/index-.*\.js/);
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('link', { name: 'Reload' }).click();
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await expect(page.getByText('Mixtab did not start')).toBeHidden();
  });

  test('a script that it needs does not come, or one breaks before anything is shown', async ({ page, server }) => {
    // How the bundler names what the main script imports is its own affair.
    await page.route(/\/assets\/(?!index-)[^/]*\.js$/, (route) => route.abort());
    await page.goto(server.url);
    await expect(page.getByRole('alert')).toContainText('Mixtab did not start');
    await page.unrouteAll({ behavior: 'wait' });
    await page.route('**/assets/index-*.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("Broken on purpose");' }),
    );
    await page.goto(server.url);
    await expect(page.getByRole('alert')).toContainText('Broken on purpose');
  });
});

/** Where the parts of the page lie that are there before React is: its frame. */
function boxesOf(page: Page): Promise<Record<string, number[]>> {
  return page.evaluate(
    (parts) => {
      const boxes: Record<string, number[]> = {};
      for (const part of parts) {
        const element = document.querySelector(part);
        if (element === null || !element.checkVisibility({ visibilityProperty: true })) continue;
        const { x, y, width, height } = element.getBoundingClientRect();
        boxes[part] = [x, y, width, height].map(Math.round);
      }
      return boxes;
    },
    [
      '.sidebar-head',
      '.sidebar-new',
      '.sidebar-search',
      '.header',
      '.app-main',
      '.composer',
      '.round-button',
      '.dock-note',
    ],
  );
}

for (const [screen, viewport] of [
  ['a desktop', { width: 1280, height: 800 }],
  ['a phone', { width: 390, height: 844 }],
] as const) {
  test(`on ${screen} the frame is painted before any of the page's own scripts, and stays where it is`, async ({
    page,
    server,
  }) => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/assets/*.js', async (route) => {
      await released;
      await route.continue();
    });
    await page.goto(server.url, { waitUntil: 'commit' });
    await expect(page.getByRole('status')).toHaveText('Mixtab is starting…');
    await expect.poll(() => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length)).toBe(1);
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(19, 20, 25)',
    );
    const before = await boxesOf(page);
    expect(Object.keys(before).length).toBeGreaterThan(4);
    release();
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await expect(page.getByText('Mixtab is starting…')).toHaveCount(0);
    expect(await boxesOf(page)).toEqual(before);
  });
}
