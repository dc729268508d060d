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

/** By how many pixels the page is wider than the screen. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
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

      test('the panels are accessible, and nothing is wider than the screen', async ({ chat, page }) => {
        await chat.open();
        const answer = await chat.askAndWait('Who are you?');
        await answer.getByRole('button', { name: 'Routing' }).click();
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);

        const openers = {
          Settings: () => page.getByRole('button', { name: 'Settings' }).click(),
          Models: async () => void (await chat.openModels('Catalogue')),
        };
        for (const [panel, open] of Object.entries(openers)) {
          await open();
          await expect(page.getByRole('dialog', { name: panel })).toBeVisible();
          expect(await violations(page)).toEqual([]);
          expect(await overflow(page)).toBe(0);
          await page.keyboard.press('Escape');
          await expect(page.getByRole('dialog')).toBeHidden();
        }

        if (device === 'phone') {
          await page.getByRole('button', { name: 'Show conversations' }).click();
          await expect(page.getByRole('navigation', { name: 'Conversations' })).toBeVisible();
          expect(await violations(page)).toEqual([]);
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
  expect(await violations(page)).toEqual([]);
});
