// The pages of public/examples/, from another site than Mixtab's; recordings, frames by hand, and no network.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { overflow, violations } from './axe.ts';
import { ChatPage } from './chat-page.ts';
import { Embed, expect, hostDocument, type HostSite, modelBytes, test } from './host-site.ts';

const EXAMPLES = 'dist/examples';
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  ...{ css: 'text/css', js: 'text/javascript', json: 'application/json' },
};

/** The gallery as somebody has copied it to their own site: what stood beside it is named with its whole address. */
function copyGallery(site: HostSite, mixtab: string): string {
  for (const name of readdirSync(EXAMPLES)) {
    const content = readFileSync(`${EXAMPLES}/${name}`, 'utf8').replaceAll('"../', `"${mixtab}/`);
    site.add(name, { content, type: TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain' });
  }
  return site.url;
}

test('a blog post with a live demo, on a phone', async ({ page, site, mixtab }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${copyGallery(site, mixtab)}blog-post.html`);
  const embed = new Embed(page);
  await embed.start.click();
  await expect(await embed.answered()).toContainText(/expert/i);
  await expect(embed.frame.getByRole('region', { name: 'Routing' }).getByRole('listbox')).toBeVisible();
  expect(await overflow(page)).toBe(0);
  expect(await violations(page)).toEqual([]);
});

test('a recording plays back: question, answer and routing, without WebGPU and without a model', async ({
  page,
  site,
  mixtab,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${copyGallery(site, mixtab)}replay.html`);
  const embed = new Embed(page);
  await embed.start.click();
  // The file lies on the host's server, which lets no other site read it: the element does.
  await expect(embed.frame.getByRole('article', { name: 'You' })).toHaveText(/\?$/);
  await expect(embed.frame.getByRole('button', { name: 'Play again' })).toBeVisible();
  const answer = await embed.answered();
  await expect(answer).toContainText(/\w{4}/);
  const region = embed.frame.getByRole('region', { name: 'Routing' });
  await expect(region.getByRole('application')).toBeVisible();
  await embed.frame.getByRole('button', { name: 'Play again' }).click();
  await expect(embed.frame.getByRole('button', { name: 'Play again' })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  expect(asked.filter((url) => /\.gguf/.test(url))).toEqual([]);
  const refused = await page.evaluate(() =>
    (document.querySelector('mixtab-chat') as unknown as { ask(text: string): Promise<unknown> })
      .ask('And now?')
      .catch((error: Error) => error.message),
  );
  expect(refused).toMatch(/no model to ask/);
});

test('a recording that is none, and an address that may not be, are refused in words', async ({
  page,
  site,
  mixtab,
}) => {
  site.add('bad.json', { content: '{"format":"mixtab-replay","version":99}', type: 'application/json' });
  await page.goto(site.add('', { content: hostDocument(mixtab, '<mixtab-chat replay="bad.json"></mixtab-chat>') }));
  const embed = new Embed(page);
  await embed.start.click();
  await expect(embed.frame.getByRole('alert')).toContainText('no recording that this Mixtab understands');
  await embed.element.evaluate((element) => element.setAttribute('replay', 'javascript:alert(1)'));
  // It was started once: the next one begins by itself.
  await expect(embed.frame.getByRole('alert')).toContainText('must begin with https://');
  await embed.element.evaluate((element) => {
    element.removeAttribute('replay');
    element.setAttribute('model', 'http://models.example/a.gguf');
  });
  await embed.frame.getByRole('button', { name: 'Start' }).click();
  await expect(embed.frame.getByRole('alert')).toContainText('must begin with https://');
});

test('a frame by hand, sandboxed, over the protocol alone; without a network, too', async ({
  page,
  site,
  server,
  context,
}) => {
  await page.goto(`${copyGallery(site, server.url.replace(/\/$/, ''))}iframe.html`);
  const frame = page.frameLocator('iframe');
  await page.getByRole('button', { name: 'Ask for the capital of Australia' }).click();
  const log = page.getByRole('log', { name: 'What the frame tells' });
  await expect(log).toContainText(/Canberra.* tokens\)/);
  await expect(frame.getByRole('article', { name: 'Mixtab' })).toContainText('Canberra');
  // The frame has kept itself, and the model.
  const inner = page.frames()[1];
  await expect
    .poll(() => inner?.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state))
    .toBe('activated');
  await server.stop();
  await page.reload();
  await page.getByRole('button', { name: 'Ask for the capital of Australia' }).click();
  await expect(log).toContainText(/Canberra.* tokens\)/);
  await context.clearCookies();
});

test('two embeds in one page: one model, two temperatures', async ({ page, site, server }) => {
  await page.goto(`${copyGallery(site, server.url.replace(/\/$/, ''))}two-embeds.html`);
  const embeds = [new Embed(page, '#cold'), new Embed(page, '#warm')];
  for (const { start } of embeds) await start.click();
  for (const embed of embeds) await expect(await embed.answered()).toContainText(/\w+ \w+/);
  const size = statSync(`dist/models/${readdirSync('dist/models')[0] ?? ''}`).size;
  expect(modelBytes(server)).toBeLessThan(1.5 * size);
});

test('a page of another site uses the API, with the package beside it', async ({ page, site, mixtab }) => {
  const url = copyGallery(site, mixtab);
  for (const name of readdirSync('dist/mixtab'))
    site.add(`mixtab/${name}`, { content: readFileSync(`dist/mixtab/${name}`, 'utf8'), type: 'text/javascript' });
  const script = readFileSync(`${EXAMPLES}/api.js`, 'utf8').replace("'../models/", `'${mixtab}/models/`);
  site.add('api.js', { content: script, type: 'text/javascript' });
  await page.goto(`${url}api.html`);
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByRole('log', { name: 'Answer' })).toContainText('Tokyo');
  await expect(page.getByRole('status')).toHaveText(/^\d+ tokens$/);
  expect(await violations(page)).toEqual([]);
});

test('the dialog writes a snippet that works, and an answer can be given away', async ({ page, site, mixtab }) => {
  const chat = new ChatPage(page);
  await chat.open();
  const answer = await chat.askAndWait('What is a mixture of experts?');
  await answer.getByRole('button', { name: 'Colour by experts' }).click();
  await answer.getByRole('button', { name: 'Embed this answer' }).click();
  const record = page.getByRole('dialog', { name: 'Embed this answer in a page' });
  const download = page.waitForEvent('download');
  await record.getByRole('button', { name: /Save the recording/ }).click();
  const file = await download;
  const recorded = await record.getByRole('textbox').inputValue();
  expect(recorded).toContain(`replay="${file.suggestedFilename()}"`);
  const content = readFileSync(await file.path(), 'utf8');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'All conversations' }).click();
  await page.getByRole('menuitem', { name: 'Embed in a page' }).click();
  const dialog = page.getByRole('dialog', { name: 'Embed this chat in a page' });
  await dialog.getByRole('textbox', { name: 'First question' }).fill('What is "27 + 58"?');
  await dialog.getByText('With my system prompt and sampling').click();
  await expect(dialog.locator('mixtab-chat').getByText('What is "27 + 58"?')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await dialog.locator('mixtab-chat').getByRole('button', { name: 'Ask it here' }).click();
  await expect(page.frameLocator('mixtab-chat iframe').getByRole('article', { name: 'Mixtab' })).toHaveAttribute(
    'aria-busy',
    'false',
  );
  const snippet = await dialog.getByRole('textbox', { name: 'For your page' }).inputValue();
  expect(snippet).toContain(`<script src="${mixtab}/embed.js" async></script>`);
  expect(snippet).toMatch(/temperature="0(\.7)?"/);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'All conversations' })).toBeFocused();

  // Both, put into a page of another site.
  site.add(encodeURIComponent(file.suggestedFilename()), { content, type: 'application/json' });
  const page2 = `<!doctype html><html lang="en"><title>Both</title>${recorded.replace('<mixtab-chat', '<mixtab-chat id="recorded"')}${snippet.replace('<mixtab-chat', '<mixtab-chat id="live"')}`;
  await page.goto(site.add('', { content: page2 }));
  const [played, live] = [new Embed(page, '#recorded'), new Embed(page, '#live')];
  await played.start.click();
  await expect(played.frame.getByRole('button', { name: 'Play again' })).toBeVisible();
  await expect(played.answers.first()).toContainText(/expert/i);
  await expect(live.start).toBeVisible();
});
