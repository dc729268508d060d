import { expect, test } from './chat-page.ts';

test.use({ locale: 'de-AT' });

test('the page speaks the browser’s language from the first paint, and another when it is chosen', async ({ page }) => {
  // What the scripts of the page draw comes later: index.html itself is translated before that.
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByText('Läuft auf diesem Gerät. Kleine Modelle machen Fehler.')).toBeVisible();

  await page.unroute('**/assets/*.js');
  await page.goto('/');
  await expect(page.getByRole('textbox', { name: 'Nachricht' })).toBeVisible();
  await page.getByRole('banner').getByRole('button', { name: 'Einstellungen' }).click();
  const settings = page.getByRole('dialog', { name: 'Einstellungen' });
  await settings.getByRole('tab', { name: 'Aussehen' }).click();
  await settings.getByRole('combobox', { name: 'Sprache' }).selectOption('English');
  const english = page.getByRole('dialog', { name: 'Settings' });
  await expect(english.getByRole('combobox', { name: 'Language' })).toBeVisible();

  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
