import type { Page } from '@playwright/test';
import { expect, test } from './chat-page.ts';

interface ManifestImage {
  readonly src: string;
  readonly sizes: string;
  readonly purpose?: string;
}

interface Manifest {
  readonly id: string;
  readonly start_url: string;
  readonly display: string;
  readonly icons: readonly ManifestImage[];
  readonly screenshots: readonly ManifestImage[];
  readonly shortcuts: readonly { readonly url: string; readonly icons: readonly ManifestImage[] }[];
}

/** Waits until the service worker has everything that the page needs offline. */
async function keptOffline(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

test('can be installed: the manifest is whole, and its images are what it says', async ({ page }) => {
  await page.goto('/');
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = (await (await page.request.get(href ?? '')).json()) as Manifest;
  expect(manifest).toMatchObject({ id: './', start_url: './', display: 'standalone' });
  expect(manifest.icons.map(({ purpose }) => purpose ?? 'any')).toEqual(
    expect.arrayContaining(['any', 'maskable', 'monochrome']),
  );
  const images = [...manifest.icons, ...manifest.screenshots, ...manifest.shortcuts.flatMap(({ icons }) => icons)];
  const sizes = await page.evaluate(
    (sources) =>
      Promise.all(
        sources.map(async (source) => {
          const image = new Image();
          image.src = source;
          await image.decode();
          return `${image.naturalWidth}x${image.naturalHeight}`;
        }),
      ),
    images.map(({ src }) => src),
  );
  images.forEach(({ src, sizes: stated }, index) => {
    if (stated !== 'any') expect(sizes[index], src).toBe(stated);
  });
  // What Chromium itself says of it.
  const session = await page.context().newCDPSession(page);
  await keptOffline(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});

test('has what an audit of best practices asks for', async ({ chat, page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  const response = await page.goto('/');
  await chat.ready();
  const html = (await response?.text()) ?? '';
  expect(html).toMatch(/^<!doctype html>/i);
  expect(html.slice(0, 1024)).toMatch(/<meta charset="utf-8"/i);
  expect(await page.title()).toBe('Mixtab');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  const meta = (name: string) => page.locator(`meta[name="${name}"]`).first();
  await expect(meta('description')).toHaveAttribute('content', /.{50,160}/);
  await expect(meta('viewport')).toHaveAttribute(
    'content',
    /^width=device-width, initial-scale=1(?!.*(user-scalable|maximum-scale))/,
  );
  await expect(page.locator('meta[http-equiv="Content-Security-Policy"]')).toHaveAttribute(
    'content',
    /script-src 'self'/,
  );
  expect((await page.request.get('/robots.txt')).headers()['content-type']).toContain('text/plain');
  expect((await page.request.get('/licences.txt')).ok()).toBe(true);
  expect(complaints).toEqual([]);
});

test('a shortcut of the app opens the models, once', async ({ page }) => {
  await page.goto('/?do=models');
  await expect(page.getByRole('dialog', { name: 'Models' })).toBeVisible();
  expect(new URL(page.url()).search).toBe('');
});

test('offers to install where the browser does', async ({ chat, page }) => {
  await chat.open();
  await expect(page.getByRole('button', { name: 'Install' })).toBeHidden();
  const asked = page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const offer = new Event('beforeinstallprompt', { cancelable: true });
        const prompt = async () => {
          resolve(offer.defaultPrevented);
          return { outcome: 'accepted' };
        };
        window.dispatchEvent(Object.assign(offer, { prompt }));
      }),
  );
  await page.getByRole('button', { name: 'Install' }).click();
  expect(await asked).toBe(true);
  await expect(page.getByRole('button', { name: 'Install' })).toBeHidden();
});

test('without a network everything still opens, what is loaded later too', async ({ chat, server, page, context }) => {
  await chat.open(server.url);
  await keptOffline(page);
  await server.stop();
  await context.setOffline(true);
  await page.reload();
  await chat.ready();
  await expect(page.getByRole('banner').getByText('Offline')).toBeVisible();
  await page.getByRole('banner').getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByRole('spinbutton', { name: 'Temperature' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+Shift+M');
  await expect(page.getByRole('dialog', { name: 'Models' }).getByRole('tab').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await chat.askAndWait('Who are you?');
});

test('a new version waits until the person asks for it', async ({ chat, server, page }) => {
  await chat.open(server.url);
  await keptOffline(page);
  server.replace('index.html', (html) =>
    html.replace('<title>Mixtab</title>', '<title>Mixtab</title><meta name="next">'),
  );
  // The list of what is kept has another hash for the page, as a build would write it.
  server.replace('sw.js', (script) =>
    script.replace(
      /("?url"?:\s*"index\.html",\s*"?revision"?:\s*")|("?revision"?:\s*"[^"]*",\s*"?url"?:\s*"index\.html")/,
      (found) =>
        found.endsWith('index.html"') ? found.replace(/revision"?:\s*"/, (start) => `${start}next`) : `${found}next`,
    ),
  );
  await page.reload();
  const toast = page.getByText('A new version of Mixtab is ready');
  await expect(toast).toBeVisible();
  await expect(page.locator('meta[name=next]')).toHaveCount(0);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(page.locator('meta[name=next]')).toHaveCount(1);
  await expect(toast).toBeHidden();
});
