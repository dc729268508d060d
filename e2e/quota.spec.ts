// No room. A quota that a test sets holds in the page's own database alone, so the browser has no storage buckets here.
import { randomBytes } from 'node:crypto';
import { ModelServer } from '../engine/testing/model-server.ts';
import { findChromium } from '../tools/chromium.ts';
import { CHROMIUM_FLAGS } from '../playwright.config.ts';
import { expect, test, withoutSharedEngine } from './chat-page.ts';
import { endlessModel } from './endless-model.ts';

const executablePath = findChromium();
test.use({
  launchOptions: {
    ...(executablePath && { executablePath }),
    args: [...CHROMIUM_FLAGS, '--disable-blink-features=StorageBuckets'],
  },
  // What a service worker passes on, a test could not answer in its place.
  serviceWorkers: 'block',
});

/** Behind the last tensor, so that there are several chunks. */
const SIZE = 21_000_000;

test('without room for the bundled model it answers, and the page says that it is not kept', async ({
  chat,
  page,
  baseURL,
}) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(baseURL ?? '').origin, quotaSize: 1_000_000 });
  await chat.open();
  await expect(page.getByText('it is loaded for this visit only')).toBeVisible();
  await chat.askAndWait('First question');
  await page.reload();
  await expect(chat.conversation.getByRole('article', { name: 'You' })).toHaveText('First question');
  await expect(chat.answers).toHaveCount(1);
});

test('a full disk is told in words; what arrived is kept, and the download goes on when there is room', async ({
  chat,
  page,
}) => {
  const models = await ModelServer.start();
  models.files.set('/m.gguf', Buffer.concat([endlessModel().buffer, randomBytes(SIZE)]));
  models.behaviour.crossOrigin = true;
  await withoutSharedEngine(page.context()); // whose requests no test can answer
  await page.route('**/models/*.gguf*', (route) => route.fulfill({ status: 404 })); // nothing is loaded
  await page.goto('/');
  const panel = await chat.openModels('Open');
  await panel.getByLabel('Address, or owner/name on Hugging Face').fill(`${models.origin}/m.gguf`);
  await panel.getByRole('button', { name: 'Look up' }).click();
  await expect(panel.getByText('Fits this device.')).toBeVisible();
  // Chromium tells pages a round quota whatever the disk holds: only writing shows that it is full.
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 10_000_000 });
  await panel.getByRole('button', { name: /^Download \d/ }).click();
  await expect(panel.getByText(/There is no more room to store this model/)).toBeVisible();
  const retry = panel.getByRole('button', { name: /^Try .* again$/ });
  await expect(retry).toBeVisible();

  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000_000 });
  await retry.click();
  await expect(panel.getByRole('button', { name: /^Open .* now$/ })).toBeVisible();
  await panel.getByRole('tab', { name: 'Storage' }).click();
  const space = panel.getByRole('region', { name: 'Space' });
  await expect(space.getByText(/^2\d(\.\d)?\sMB$/)).toBeVisible();
  const persistence = panel.getByRole('region', { name: 'Will it stay?' });
  await expect(persistence.getByRole('status')).toHaveText(/^(Yes|Most likely)\./);
  await models.stop();
});
