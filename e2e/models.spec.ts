// Finding, downloading, keeping and deleting models: the built page, the real engine, and a server with every fault.
import { createHash, randomBytes } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { ModelServer } from '../engine/testing/model-server.ts';
import { overflow, violations } from './axe.ts';
import { type ChatPage, expect, test as base, withoutSharedEngine } from './chat-page.ts';
import { endlessModel } from './endless-model.ts';

const CHUNK = 4 * 1024 * 1024; // the engine's
const SIZE = 5 * CHUNK;
const SIZE_IN_WORDS = '21 MB';

/** A model that runs, made as long as a real one's first chunks by bytes behind its last tensor. */
const MODEL = padded(endlessModel().buffer);
const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

function padded(model: Buffer): Buffer {
  return Buffer.concat([model, randomBytes(SIZE - model.length)]);
}

/** `models` serves `/m.gguf` to any page. */
const test = base.extend<{ models: ModelServer }>({
  // Playwright wants an object pattern even where a fixture needs no other.
  // eslint-disable-next-line no-empty-pattern
  models: async ({}, use) => {
    const server = await ModelServer.start();
    server.files.set('/m.gguf', MODEL);
    server.behaviour.crossOrigin = true;
    await use(server);
    server.release();
    await server.stop();
  },
});

// What a service worker passes on, a test could not answer in its place.
test.use({ serviceWorkers: 'block' });

/** The page without its bundled model: nothing is loaded, so that each test begins at once. */
test.beforeEach(async ({ page }) => {
  await withoutSharedEngine(page.context()); // whose requests no test can answer
  await page.route('**/models/*.gguf*', (route) => route.fulfill({ status: 404 }));
});

/** Opens the page at the tab where models are opened, and looks an address up. */
async function lookUp(chat: ChatPage, address: string): Promise<Locator> {
  await chat.page.goto('/');
  const panel = await chat.openModels('Open');
  await panel.getByLabel('Address, or owner/name on Hugging Face').fill(address);
  await panel.getByRole('button', { name: 'Look up' }).click();
  return panel;
}

/** Bytes that were asked for of the file, one range after the other. */
function ranges(server: ModelServer): { readonly start: number; readonly end: number }[] {
  return server.requests.flatMap((request) => {
    const [, first, last] = /bytes=(\d+)-(\d+)$/.exec(request) ?? [];
    return first === undefined ? [] : [{ start: Number(first), end: Number(last) + 1 }];
  });
}

const bytesOf = (all: readonly { start: number; end: number }[]): number =>
  all.reduce((sum, { start, end }) => sum + end - start, 0);

const bar = (panel: Locator): Locator => panel.getByRole('progressbar', { name: /^Download of/ });
const ready = (panel: Locator): Locator => panel.getByRole('button', { name: /^Open .* now$/ });

async function download(panel: Locator): Promise<void> {
  await panel.getByRole('button', { name: `Download ${SIZE_IN_WORDS}` }).click();
}

/** Lets the first two of five chunks through, then pauses. Returns how many are kept: the second may be cut short. */
async function downloadPartly(panel: Locator, models: ModelServer): Promise<number> {
  models.behaviour.holdFrom = 2 * CHUNK;
  await download(panel);
  // More than the first chunk: that one is kept.
  await expect.poll(async () => Number(await bar(panel).getAttribute('aria-valuenow'))).toBeGreaterThan(20);
  await panel.getByRole('button', { name: /^Pause/ }).click();
  await expect(bar(panel)).toHaveAttribute('aria-valuetext', /^Paused · .* (20|40)\s%$/);
  const kept = Number(await bar(panel).getAttribute('aria-valuenow')) / 20;
  expect(kept).toBeGreaterThan(0);
  return kept;
}

test('the header alone tells what a model is; then it is downloaded, paused, resumed after a reload, opened, deleted', async ({
  chat,
  page,
  models,
}) => {
  const panel = await lookUp(chat, `${models.origin}/m.gguf`);
  const card = panel.getByRole('region', { name: 'endless' });
  await expect(card.getByText('2 of 8 per token')).toBeVisible();
  await expect(card.getByText('qwen3moe')).toBeVisible();
  await expect(card.getByText('Fits this device.')).toBeVisible();
  expect(bytesOf(ranges(models))).toBeLessThan(SIZE / 10);

  const kept = await downloadPartly(panel, models);
  models.release();

  await page.reload();
  models.requests = [];
  const again = await chat.openModels('Storage');
  await expect(bar(again)).toHaveAttribute('aria-valuenow', String(kept * 20));
  await again.getByRole('button', { name: /^Resume/ }).click();
  await expect(ready(again)).toBeVisible();
  const asked = ranges(models).filter(({ start, end }) => end - start > 1);
  expect(bytesOf(asked)).toBe((5 - kept) * CHUNK);

  await ready(again).click();
  await chat.ready();
  await expect(chat.model).toContainText('endless');

  // Once it has answered, its speed here is known, and told before the next download of one like it.
  await chat.askAndWait('How fast are you?');
  const preview = await chat.openModels('Open');
  await preview.getByLabel('Address, or owner/name on Hugging Face').fill(`${models.origin}/m.gguf`);
  await preview.getByRole('button', { name: 'Look up' }).click();
  await expect(preview.getByText(/^about [\d.,]+( to [\d.,]+)?\stokens\/s here$/)).toBeVisible();
  await page.keyboard.press('Escape');

  const current = await chat.openModels('This model');
  await expect(current.getByText(/parameters work on each token/)).toBeVisible();

  await current.getByRole('tab', { name: 'Storage' }).click();
  await current.getByRole('button', { name: /^Delete/ }).click();
  await current.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(current.getByText('No models are stored yet.', { exact: false })).toBeVisible();
});

test('a download survives broken connections and a server out of breath', async ({ chat, models }) => {
  const panel = await lookUp(chat, `${models.origin}/m.gguf`);
  await expect(panel.getByText('Fits this device.')).toBeVisible();
  models.behaviour.tears = { after: 100_000, count: 3 };
  models.behaviour.failures = { status: 503, count: 2 };
  models.requests = [];
  await download(panel);
  await expect(ready(panel)).toBeVisible();
  expect(models.behaviour.tears.count).toBe(0);
  expect(ranges(models).length).toBeGreaterThanOrEqual(5 + 3);
});

test('a server without ranges serves as well', async ({ chat, models }) => {
  models.behaviour.ranges = false;
  const panel = await lookUp(chat, `${models.origin}/m.gguf`);
  await download(panel);
  await expect(ready(panel)).toBeVisible();
});

test('a server that lies about sizes is found out, and the download goes on when it stops', async ({
  chat,
  models,
}) => {
  const panel = await lookUp(chat, `${models.origin}/m.gguf`);
  await expect(panel.getByText('Fits this device.')).toBeVisible();
  models.behaviour.lie = 'total';
  await download(panel);
  await expect(panel.getByText(/was replaced on its server/)).toBeVisible();
  models.behaviour.lie = undefined;
  await panel.getByRole('button', { name: /^Try .* again$/ }).click();
  await expect(ready(panel)).toBeVisible();
});

test('a server that other pages may not read, and one that is not there, are told', async ({ chat, models }) => {
  models.behaviour.crossOrigin = false;
  const panel = await lookUp(chat, `${models.origin}/m.gguf`);
  await expect(panel.getByRole('alert')).toContainText('CORS');
  models.behaviour.crossOrigin = true;
  await panel.getByRole('button', { name: 'Try again' }).click();
  await expect(panel.getByText('Fits this device.')).toBeVisible();
});

test('a file that changed between visits is downloaded anew', async ({ chat, page, models }) => {
  const panel = await lookUp(chat, `${models.origin}/m.gguf`);
  await downloadPartly(panel, models);
  await page.goto('about:blank');
  models.release();
  models.files.set('/m.gguf', padded(endlessModel().buffer));
  models.requests = [];

  await page.goto('/');
  const again = await chat.openModels('Storage');
  await again.getByRole('button', { name: /^Resume/ }).click();
  await expect(ready(again)).toBeVisible();
  expect(bytesOf(ranges(models).filter(({ start, end }) => end - start > 1))).toBe(SIZE);
});

/** Answers in place of the hub: one repository, whose file comes from the server. */
async function answerAsHub(page: Page, models: ModelServer, digest: string): Promise<void> {
  const headers = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };
  await page.route('https://huggingface.co/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (!pathname.startsWith('/api/')) {
      await route.fulfill({ response: await route.fetch({ url: `${models.origin}/m.gguf` }) });
      return;
    }
    if (pathname !== '/api/models/o/n-GGUF/tree/main') {
      await route.fulfill({ status: 404, headers, body: '{"error":"Repository not found"}' });
      return;
    }
    const file = { type: 'file', path: 'n-Q8_0.gguf', size: SIZE, oid: 'x' };
    await route.fulfill({
      headers,
      body: JSON.stringify([{ ...file, lfs: { oid: digest, size: SIZE, pointerSize: 130 } }]),
    });
  });
}

test('a repository is listed, and bytes that are not what it published are refused', async ({ chat, page, models }) => {
  await answerAsHub(page, models, sha256(MODEL));
  const wrong = Buffer.from(MODEL);
  wrong.writeUInt8(wrong.readUInt8(SIZE - 5) ^ 1, SIZE - 5);
  models.files.set('/m.gguf', wrong);
  const panel = await lookUp(chat, 'o/n-GGUF');
  await expect(panel.getByText('SHA-256 published')).toBeVisible();
  await panel.getByRole('button', { name: 'Details of n-Q8_0' }).click();
  await download(panel);
  await expect(panel.getByText(/What was downloaded is not what was published/)).toBeVisible();

  models.files.set('/m.gguf', MODEL);
  await panel.getByRole('button', { name: 'Delete and download again' }).click();
  await expect(ready(panel)).toBeVisible();
  await panel.getByRole('tab', { name: 'Storage' }).click();
  await expect(panel.getByText('checked against the published SHA-256')).toBeVisible();
});

test('a repository that is not there is told', async ({ chat, page, models }) => {
  await answerAsHub(page, models, sha256(MODEL));
  const panel = await lookUp(chat, 'o/another');
  await expect(panel.getByRole('alert')).toContainText('has no public model with this name');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`${colorScheme}, 320 px wide`, () => {
    test.use({ colorScheme, viewport: { width: 320, height: 640 } });

    test('every part of the panel is accessible, and none is wider than the screen', async ({ chat, page, models }) => {
      const panel = await lookUp(chat, `${models.origin}/m.gguf`);
      await expect(panel.getByText('Fits this device.')).toBeVisible();
      for (const tab of ['Open', 'Catalogue', 'Storage', 'This model']) {
        if (tab !== 'Open') await panel.getByRole('tab', { name: tab }).click();
        expect(await violations(page), tab).toEqual([]);
        expect(await overflow(page), tab).toBe(0);
      }
    });
  });
}
