import type { Page } from '@playwright/test';
import type { RoutingRecord } from '../app/routing/routing-record.ts';
import { writeConversations } from '../app/state/files/conversation-file.ts';
import { answer, head, question } from '../app/testing/messages.ts';
import { violations } from './axe.ts';
import { expect, test } from './chat-page.ts';

const WORDS = [
  'The sky is ',
  '**blue**',
  ' because air scatters',
  ' short waves more.\n\n',
  'السماء زرقاء',
  ' لأن الهواء',
  ' يبعثر الضوء.\n\n',
  '空が青い',
  'のは、',
  '光が散る',
  'からです。',
  ' 👩‍🚀🌈\n',
] as const;
const TEXTS = WORDS.flatMap((words) => words.split(/(?<=\s)/));
const LAYERS = [1, 2, 3, 4, 5];
const [EXPERTS, USED] = [32, 4];

const ROUTING: RoutingRecord = {
  ...{ layers: LAYERS, experts: EXPERTS, used: USED, texts: TEXTS, count: TEXTS.length },
  chosen: Uint16Array.from(
    { length: TEXTS.length * LAYERS.length * USED },
    (_, at) => (at * 7 + (at >> 3) * 5) % EXPERTS,
  ),
  weights: Float32Array.from({ length: TEXTS.length * LAYERS.length * USED }, (_, at) => 0.4 - (at % USED) / 10),
};

async function importAnswer(page: Page): Promise<void> {
  const messages = [
    question('q', null, 1, 'Why is the sky blue? 為什麼天空是藍色的?'),
    { ...answer('a', 'q', 2, TEXTS.join('')), model: 'Mixtab 20M', routing: ROUTING },
  ];
  const text = await writeConversations(
    [{ head: head('c', { leafId: 'a', title: 'Sky' }), messages }],
    new Date(0),
  ).text();
  await page
    .locator('input[type=file][accept*=json]')
    .first()
    .setInputFiles({
      ...{ name: 'sky.json', mimeType: 'application/json', buffer: Buffer.from(text) },
    });
  await page.getByRole('button', { name: 'Sky', exact: true }).click();
}

test('an answer is shared as a picture, as a link that plays back without a model, and as data', async ({
  chat,
  page,
  browser,
}) => {
  await chat.open();
  await importAnswer(page);
  const article = page.getByRole('article', { name: 'Mixtab' });
  await article.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this answer' });

  const picture = dialog.getByRole('img', { name: /Why is the sky blue/ });
  await expect(picture).toBeVisible();
  const sizes = await picture.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  });
  expect(sizes).toEqual([1200, 630]);

  expect(await violations(page)).toEqual([]);
  const saved = page.waitForEvent('download');
  await dialog.getByRole('combobox', { name: 'Format' }).selectOption('npz');
  await dialog.getByRole('button', { name: 'Save the routing' }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.routing\.npz$/);

  const link = await dialog.getByRole('textbox', { name: 'Link to this answer' }).inputValue();
  expect(link.length).toBeLessThan(8_300);

  // Whoever gets it has nothing of this browser's.
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(link);
  await expect(stranger.getByText('Why is the sky blue?')).toBeVisible();
  await expect(stranger.getByRole('button', { name: 'Play again' })).toBeVisible();
  await expect(stranger.getByRole('article', { name: 'Mixtab' }).getByText('because air scatters')).toBeVisible();
  await expect(stranger.getByRole('region', { name: 'Routing' }).locator('canvas').first()).toBeVisible();
  await expect(stranger.getByRole('link', { name: 'Ask it yourself' })).toBeVisible();

  expect(await violations(stranger)).toEqual([]);

  // One that was cut on its way says so.
  await stranger.goto(link.slice(0, -40));
  await expect(stranger.getByRole('alert')).toContainText('This link is damaged');
  await stranger.context().close();
});
