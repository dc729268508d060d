import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './chat-page.ts';

const VIEWPORTS = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

/** What axe finds against WCAG 2.2 AA, as one line each. */
async function violations(page: Page): Promise<string[]> {
  const results = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary ?? ''}`),
  );
}

for (const [device, viewport] of Object.entries(VIEWPORTS)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${device}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });

      test('the page is accessible while loading, empty, and with an answer', async ({ chat, page }) => {
        await page.goto('/');
        await expect(chat.loading).toBeVisible();
        expect(await violations(page)).toEqual([]);
        await chat.ready();
        expect(await violations(page)).toEqual([]);
        await chat.askAndWait('Who are you?');
        expect(await violations(page)).toEqual([]);
      });

      test('nothing is wider than the screen', async ({ chat, page }) => {
        await chat.open();
        await chat.askAndWait('Who are you?');
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      });
    });
  }
}

test('without WebGPU the page says what is missing and which browsers have it', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined }));
  await page.goto('/');
  await expect(page.getByText(/WebGPU/).first()).toBeVisible();
  await expect(page.getByText(/Chrome/).first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
