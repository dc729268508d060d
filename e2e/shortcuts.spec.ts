import { endlessModel } from './endless-model.ts';
import { expect, finished, test } from './chat-page.ts';

test('? shows the sheet, except while typing', async ({ chat, page }) => {
  await chat.open();
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await chat.message.press('?');
  await expect(chat.message).toHaveValue('?');
  await expect(sheet).toBeHidden();
  await page.keyboard.press('Control+/');
  await expect(sheet).toBeVisible();
  await expect(sheet.getByText('Search conversations')).toBeVisible();
  await page.keyboard.press('Escape');
  await chat.message.blur();
  await page.keyboard.press('?');
  await expect(sheet).toBeVisible();

  // Opened again before the browser has said that it was closed.
  await Promise.all([page.keyboard.press('Escape'), page.keyboard.press('?')]);
  await page.waitForTimeout(500);
  await expect(sheet).toBeVisible();
});

test('the keyboard alone: write, copy the answer, new chat, back, sidebar, panels', async ({ chat, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await chat.open();
  await chat.message.blur();
  await page.keyboard.press('/');
  await expect(chat.message).toBeFocused();
  await page.keyboard.type('Who are you?');
  await page.keyboard.press('Enter');
  await finished(chat.answers.first());
  await page.keyboard.press('Alt+Shift+C');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/\w+ \w+/);

  await page.keyboard.press('Control+Shift+O');
  await expect(chat.answers).toHaveCount(0);
  await expect(chat.message).toBeFocused();
  await page.keyboard.press('Alt+Shift+J');
  await expect(chat.answers).toHaveCount(1);
  await page.keyboard.press('Alt+Shift+R');
  await expect(chat.answers.first()).toHaveAttribute('aria-busy', 'true');
  await finished(chat.answers.first());
  await page.keyboard.press('Alt+Shift+,');
  await expect(page.getByText(/1 ?(\/|of) ?2/).first()).toBeVisible();

  await page.keyboard.press('Control+B');
  await expect(page.getByRole('complementary')).toBeHidden();
  await page.keyboard.press('Control+B');
  await expect(page.getByRole('complementary')).toBeVisible();
  await page.keyboard.press('Control+K');
  await expect(page.getByRole('searchbox')).toBeFocused();

  await page.keyboard.press('Control+,');
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+Shift+M');
  await expect(page.getByRole('dialog', { name: 'Models' })).toBeVisible();
});

test('Escape stops an answer', async ({ chat, page }) => {
  await chat.open();
  await chat.openFile(endlessModel());
  const answer = await chat.ask('Who are you?');
  await expect(answer).toHaveText(/\w+ \w+/);
  await page.keyboard.press('Escape');
  await finished(answer);
  await expect(answer.getByText('Stopped.')).toBeVisible();
});
