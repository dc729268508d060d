// The same where the browser blocks the storage of third parties. A file of its own, because it takes another browser.
import { expect, modelBytes, openHost, test, visitMixtab } from './host-site.ts';

test.use({
  launchOptions: [
    async ({ launchOptions }, use) =>
      use({ ...launchOptions, args: [...(launchOptions.args ?? []), '--test-third-party-cookie-phaseout'] }),
    { scope: 'worker' },
  ],
});

test('the model is kept for that site alone, and is there at the next visit', async ({ page, site, server }) => {
  const before = await visitMixtab(page, server);
  const embed = await openHost(page, site, server);
  await embed.start.click();
  await expect(await embed.answered()).toContainText('Canberra');
  await expect(embed.frame.getByText('The model is kept for this site')).toBeVisible();
  const after = modelBytes(server);
  expect(after).toBeGreaterThan(before);
  await page.reload();
  await embed.start.click();
  await expect(await embed.answered()).toContainText('Canberra');
  expect(modelBytes(server)).toBe(after);
});
