// The same question to two models, one after the other on one GPU, and a conversation on paper.
import { expect, finished, test } from './chat-page.ts';
import { endlessModel } from './endless-model.ts';

test('another model answers beside the first, is stopped, and both are printed', async ({ chat }) => {
  const { page } = chat;
  await chat.open();
  await chat.openFile(endlessModel());
  await chat.model.click();
  await page.getByRole('menuitemcheckbox', { name: /Mixtab 20M/ }).click();
  await expect(chat.model).toContainText('Mixtab 20M');
  const first = await chat.askAndWait('What is the capital of France?');
  await expect(first).toContainText('Paris');

  await first.getByRole('button', { name: 'More about this answer' }).click();
  await first.getByRole('button', { name: 'Ask another model' }).click();
  await first.getByRole('group', { name: 'Ask another model the same question' }).getByRole('button').first().click();
  const pair = chat.answers.last();
  await expect(pair.getByRole('region', { name: 'Answer of Mixtab 20M' })).toContainText('Paris');
  await expect(pair.getByText('tokens/s')).toBeVisible();
  await chat.stop.click();
  await finished(pair);
  // The model of the conversation comes back.
  await expect(chat.model).toContainText('Mixtab 20M');
  await expect(chat.model).toContainText('active');

  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(chat.message).toBeHidden();
  await expect(pair.getByRole('region', { name: 'Answer of Mixtab 20M' })).toContainText('Paris');
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(background).toBe('rgb(255, 255, 255)');
});
