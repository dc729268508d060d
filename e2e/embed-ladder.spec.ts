// Where an embed gets its weights from: what the visitor has already, if the browser allows it; else a copy for that site alone.
import { ChatPage } from './chat-page.ts';
import { Embed, expect, modelBytes, openHost, test, testAllowed, visitMixtab } from './host-site.ts';

testAllowed(
  'where the browser allows it, an embed uses the models that are already here',
  async ({ page, site, server }) => {
    const before = await visitMixtab(page, server);
    const embed = await openHost(page, site, server);
    await embed.start.click();
    await expect(await embed.answered()).toContainText('Canberra');
    await expect(embed.frame.getByText('with the models that are already here')).toBeVisible();
    expect(modelBytes(server)).toBe(before);
  },
);

testAllowed('a conversation of the visitor’s is out of reach of a frame', async ({ page, site, server }) => {
  const chat = new ChatPage(page);
  await chat.open(server.url);
  await chat.askAndWait('Who are you?');
  const embed = await openHost(page, site, server);
  await embed.start.click();
  await embed.answered();
  await expect(embed.frame.getByText('with the models that are already here')).toBeVisible();
  await expect(embed.frame.getByText('Who are you?')).toHaveCount(0);
  // Not a line of its scripts knows the database of conversations.
  const { request } = page;
  const html = await (await request.get(`${server.url}embed.html`)).text();
  const scripts = [...html.matchAll(/(?:src|href)="(\.\/assets\/[^"]+\.js)"/g)].map(([, path = '']) => path);
  expect(scripts.length).toBeGreaterThan(1);
  for (const path of scripts) {
    expect(await (await request.get(server.url + path)).text()).not.toMatch(/mixtab-conversations|mixtab-settings/);
  }
});

test('two embeds in one page share one model, and its answers wait for each other', async ({ page, site, server }) => {
  const body = `<mixtab-chat id="one" prompt="What is 27 + 58?" temperature="0"></mixtab-chat>
    <mixtab-chat id="two" prompt="What is the capital of Australia?" temperature="0"></mixtab-chat>`;
  await openHost(page, site, server, body);
  const [one, two] = [new Embed(page, '#one'), new Embed(page, '#two')];
  await one.start.click();
  await two.start.click();
  await expect(await one.answered()).toContainText('85');
  await expect(await two.answered()).toContainText('Canberra');
  // Bytes of one model, and not of two.
  expect(modelBytes(server)).toBeLessThan(20_000_000);
});

test('a copy that another site has left is found by its SHA-256', async ({ page, site, server }) => {
  // As an extension, or a browser to come, gives it.
  await page.addInitScript(() => {
    if (window.top === window) return;
    const asked: string[] = [];
    Object.defineProperty(document, 'hasStorageAccess', { value: async () => false });
    Object.defineProperty(navigator, 'crossOriginStorage', {
      value: {
        async requestFileHandle({ algorithm, value }: { algorithm: string; value: string }) {
          asked.push(`${algorithm} ${value}`);
          document.documentElement.dataset['asked'] = asked.join();
          const response = await fetch('./models/mixtab-20m.gguf?from-another-site');
          const blob = await response.blob();
          return { getFile: async () => new File([blob], 'any') };
        },
      },
    });
  });
  const embed = await openHost(page, site, server);
  await embed.start.click();
  await expect(await embed.answered()).toContainText('Canberra');
  await expect(embed.frame.getByText('from a copy that was already here')).toBeVisible();
  await expect(embed.frame.locator('html')).toHaveAttribute('data-asked', /^SHA-256 [0-9a-f]{64}$/);
});
