import type { Locator, Page } from '@playwright/test';
import { commandLineAnswer } from './bundled-model.ts';
import { expect, test, textOf } from './chat-page.ts';

const QUESTION = 'Tell me a story about a dragon.';

type Section = 'Generation' | 'Appearance' | 'Data' | 'Device' | 'About';

async function openSettings(page: Page, section: Section): Promise<Locator> {
  await page.getByRole('banner').getByRole('button', { name: 'Settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('tab', { name: section }).click();
  return dialog;
}

const close = (dialog: Locator): Promise<void> => dialog.getByRole('button', { name: 'Close' }).click();

/** Chooses by the label, as a person does: the radio button itself lies unseen over it. */
const choose = (dialog: Locator, name: string): Promise<void> => dialog.getByRole('radio', { name }).check();

test('a conversation’s own limit ends its answers, and no other’s', async ({ chat, page }) => {
  await chat.open();
  let dialog = await openSettings(page, 'Generation');
  await dialog.getByRole('spinbutton', { name: 'Longest answer, in tokens' }).fill('9');
  await choose(dialog, 'This conversation');
  await dialog.getByRole('spinbutton', { name: 'Longest answer, in tokens' }).fill('5');
  await close(dialog);
  await expect((await chat.askAndWait(QUESTION)).getByText(/limit of 5 tokens/)).toBeVisible();

  await page.getByRole('button', { name: 'New chat' }).click();
  await expect((await chat.askAndWait(QUESTION)).getByText(/limit of 9 tokens/)).toBeVisible();

  // The first conversation still has its own, also after a reload.
  await page.reload();
  await chat.ready();
  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('button', { name: QUESTION, exact: true })
    .last()
    .click();
  dialog = await openSettings(page, 'Generation');
  await expect(dialog.getByRole('radio', { name: 'This conversation' })).toBeChecked();
  await dialog.getByRole('button', { name: 'Longest answer, in tokens: Back to 9' }).click();
  await expect(dialog.getByRole('spinbutton', { name: 'Longest answer, in tokens' })).toHaveValue('9');
});

test('presets and the seed reach the engine: chance with Creative, none with Precise', async ({
  chat,
  page,
  context,
}) => {
  const likeliest = (await commandLineAnswer(QUESTION, 24)).text.trim();
  const answerWith = async (preset: string, seed: string): Promise<string> => {
    await page.getByRole('button', { name: 'New chat' }).click();
    const dialog = await openSettings(page, 'Generation');
    await choose(dialog, preset);
    await dialog.getByRole('spinbutton', { name: 'Seed' }).fill(seed);
    await dialog.getByRole('spinbutton', { name: 'Longest answer, in tokens' }).fill('24');
    await close(dialog);
    return (await textOf(await chat.askAndWait(QUESTION), context)).trim();
  };
  await chat.open();
  const creative = await answerWith('Creative', '7');
  expect(creative).not.toBe(likeliest);
  expect(await answerWith('Creative', '7')).toBe(creative);
  expect(await answerWith('Creative', '8')).not.toBe(creative);
  expect(await answerWith('Precise', '8')).toBe(likeliest);
});

test('text size scales the whole page, at once and at the next visit, and nothing overflows', async ({
  chat,
  page,
}) => {
  await chat.open();
  const height = async (): Promise<number> => (await page.getByText('Runs on this device').boundingBox())?.height ?? 0;
  const before = await height();
  const dialog = await openSettings(page, 'Appearance');
  await choose(dialog, 'Largest');
  await close(dialog);
  expect(await height()).toBeCloseTo(before * 1.5, 0);
  await page.reload();
  await expect(page.getByText('Runs on this device')).toBeVisible();
  expect(await height()).toBeCloseTo(before * 1.5, 0);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test('the device report goes to the clipboard as Markdown', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/');
  const dialog = await openSettings(page, 'Device');
  await expect(dialog.getByText('Graphics processor')).toBeVisible();
  await dialog.getByRole('button', { name: 'Copy report' }).click();
  await expect(dialog.getByText(/^Copied/)).toBeVisible();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/\| GPU \| .*swiftshader/i);
  expect(report).toMatch(/\| Fallback adapter \| yes \|/);
  expect(report).toMatch(/\| maxStorageBuffersPerShaderStage \| \d+ \|/);
  expect(report).toContain(await page.evaluate(() => navigator.userAgent));
});

test('conversations are exported, all deleted after a question, and imported again', async ({ chat, page }) => {
  await chat.open();
  await chat.askAndWait('Who are you?');
  let dialog = await openSettings(page, 'Data');
  const download = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export all' }).click();
  const file = await (await download).path();

  await dialog.getByRole('button', { name: 'Delete all conversations' }).click();
  const question = page.getByRole('dialog', { name: 'Delete all conversations' });
  await question.getByRole('button', { name: 'Delete 1 conversation' }).click();
  await expect(dialog.getByText('1 conversation was deleted.')).toBeVisible();
  await expect(chat.answers).toHaveCount(0);

  await page.reload();
  await chat.ready();
  dialog = await openSettings(page, 'Data');
  await expect(dialog.getByText(/^0 conversations are stored/)).toBeVisible();
  await dialog.getByLabel('Import').setInputFiles({
    name: 'mixtab.json',
    mimeType: 'application/json',
    buffer: await import('node:fs/promises').then(({ readFile }) => readFile(file)),
  });
  await expect(dialog.getByText(/^1 conversation was imported/)).toBeVisible();
});

test('a panel keeps the focus, and gives it back', async ({ chat, page }) => {
  await chat.open();
  const opener = page.getByRole('banner').getByRole('button', { name: 'Settings' });
  await openSettings(page, 'About');
  for (let presses = 0; presses < 12; presses++) await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('.app-page'))).toBeNull();
  await page.keyboard.press('Escape');
  await expect(opener).toBeFocused();
});

test('a panel that a menu opened gives the focus back to the button of the menu', async ({ chat, page }) => {
  await chat.open();
  const models = await chat.openModels('Server');
  await page.keyboard.press('Escape');
  await expect(models).toBeHidden();
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('model-button');
});
