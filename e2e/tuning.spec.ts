// Measuring kernels, which happens by itself on real GPUs; here, on a software adapter, it is asked for.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './chat-page.ts';

async function openDevice(page: Page): Promise<Locator> {
  await page.getByRole('banner').getByRole('button', { name: 'Settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('tab', { name: 'Device' }).click();
  return dialog.getByRole('region', { name: 'Kernels' });
}

test('kernels are measured where somebody asks for it, once, and the report says what was chosen', async ({
  chat,
  page,
}) => {
  await chat.open();
  const kernels = await openDevice(page);
  await expect(kernels).toContainText('built-in shapes');
  await expect(kernels.getByRole('progressbar')).toHaveCount(0);
  await kernels.getByRole('button', { name: 'Measure now' }).click();
  await expect(kernels.getByRole('progressbar', { name: 'Measuring kernels' })).toBeVisible();
  // The first place is the heaviest; a busy machine may never come to the last.
  await expect(kernels).toContainText(/: [1-9]\d* of \d+/);
  await kernels.getByRole('button', { name: 'Skip' }).click();
  await expect(kernels.getByRole('status')).toContainText('Skipped');
  const rows = kernels.getByRole('table').getByRole('row');
  await expect(rows.filter({ hasText: /faster/ })).not.toHaveCount(0);
  const told = await rows.allInnerTexts();

  // At the next visit it is known, and nothing is measured by itself.
  await page.reload();
  await chat.ready();
  const again = await openDevice(page);
  await expect(again.getByRole('table').getByRole('row')).toHaveText(told.map((row) => row.replaceAll('\t', '')));
  await expect(again.getByRole('progressbar')).toHaveCount(0);
  await expect(again.getByRole('button', { name: 'Measure again' })).toBeVisible();
});
