import { overflow, violations } from './axe.ts';
import { expect, test } from './chat-page.ts';
import { VIEWS } from './views.ts';

const VIEWPORTS = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

for (const [device, viewport] of Object.entries(VIEWPORTS)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${device}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme, hasTouch: device === 'phone' });

      test('every view is accessible, and none is wider than the screen', async ({ chat, page }) => {
        test.slow(); // seventeen views, and axe takes a second or more for each
        await page.goto('/');
        await expect(chat.loading).toBeVisible();
        expect(await violations(page), 'loading').toEqual([]);
        for (const { name, open } of VIEWS) {
          await open(page);
          expect(await violations(page), name).toEqual([]);
          expect(await overflow(page), name).toBe(0);
        }
      });
    });
  }
}

test('without WebGPU the page says what is missing and which browsers have it', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined }));
  await page.goto('/');
  await expect(page.getByText(/WebGPU/).first()).toBeVisible();
  await expect(page.getByText(/Chrome/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeInViewport();
  // A recorded answer in place of a dead end: it plays by itself, with its experts.
  const recorded = page.frameLocator('iframe[title="A recorded answer"]');
  await expect(recorded.getByRole('article', { name: 'Mixtab' })).toContainText('a router picks only a few of them.');
  await expect(recorded.getByRole('heading', { name: 'Experts of all 28 tokens' })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
