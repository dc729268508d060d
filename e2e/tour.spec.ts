import type { Page } from '@playwright/test';
import { violations } from './axe.ts';
import { expect, test } from './chat-page.ts';
import { endlessModel } from './endless-model.ts';

/** How many pixels of the canvas above the map are lit now; null: there is no such canvas. */
async function litPixels(page: Page): Promise<number | null> {
  return await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.expert-map-glow');
    const context = canvas?.getContext('2d');
    if (canvas === null || context === null || context === undefined) return null;
    return context.getImageData(0, 0, canvas.width, canvas.height).data.filter((value, i) => i % 4 === 3 && value > 0)
      .length;
  });
}

test('a picture moves, the first answer offers a tour, and while one streams its experts are seen to fire', async ({
  chat,
  page,
}) => {
  await chat.open();
  const picture = page.getByRole('img', { name: /^How the experts fire for “/ });
  await expect(picture).toBeVisible();
  const suggestion = page.getByRole('list', { name: 'Suggestions' }).getByRole('button').nth(1);
  await suggestion.focus();
  await expect(picture).toHaveAccessibleName(new RegExp(`“${(await suggestion.innerText()).replace('?', '\\?')}”`));
  // It ends by itself, and can be seen again.
  await expect(page.getByRole('button', { name: 'Play again' })).toBeVisible();

  const answer = await chat.askAndWait('What is a volcano?');
  await answer.getByRole('button', { name: 'Show me' }).click();
  const tour = answer.getByRole('region', { name: 'Tour of this answer' });
  await expect(tour.getByRole('heading')).toBeFocused();
  expect(await violations(page)).toEqual([]);
  for (let step = 2; step <= 5; step++) {
    await tour.getByRole('button', { name: 'Next' }).press('Enter');
    await expect(tour.getByText(`Step ${step} of 5`)).toBeVisible();
    await expect(tour.getByRole('heading')).toBeFocused();
  }
  await expect(tour.getByRole('heading')).toHaveText(/^So only .+ of the model worked$/);
  await page.keyboard.press('Escape');
  await expect(tour).toBeHidden();
  await expect(answer.getByRole('button', { name: 'Take the tour' })).toBeFocused();

  // The question's tokens, and what was compared.
  await answer.getByRole('button', { name: 'Question and router scores' }).click();
  const scores = page.getByRole('dialog', { name: 'What the routers compared' });
  const tokens = scores.getByRole('option');
  await expect(tokens.filter({ hasText: 'What' }).first()).toBeVisible();
  await tokens.filter({ hasText: 'What' }).first().click();
  await expect(scores.getByRole('heading', { name: 'Routers, when they read “What”' })).toBeVisible();
  await expect(scores.getByRole('table', { name: 'What the router of each layer compared for “What”' })).toBeVisible();
  await scores.getByRole('button', { name: 'Close' }).click();
  await expect(scores).toBeHidden();

  await chat.openFile(endlessModel());
  const endless = await chat.ask('Go on');
  await endless.getByRole('button', { name: 'Colour by experts' }).click();
  await expect.poll(() => litPixels(page)).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(() => litPixels(page)).toBeNull();
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect.poll(() => litPixels(page)).toBeGreaterThan(0);
  await chat.stop.click();
  await expect.poll(() => litPixels(page)).toBeNull();
});
