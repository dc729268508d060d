// `<mixtab-chat>` in pages of another site, as their authors and their visitors meet it.
import type { Page } from '@playwright/test';
import { violations } from './axe.ts';
import { CHAT, Embed, expect, hostDocument, test } from './host-site.ts';

/** Writes down the element's events, from the first on. */
const LISTEN = `<script>
  window.events = [];
  for (const name of ['ready', 'progress', 'token', 'answer', 'error'])
    addEventListener('mixtab-' + name, ({ detail }) => events.push({ name, detail }));
</script>`;

interface AskResult {
  readonly text: string;
  readonly usage: Readonly<Record<'promptTokens' | 'completionTokens' | 'reasoningTokens' | 'totalTokens', number>>;
}

interface Heard {
  readonly name: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function heard(page: Page): Promise<Heard[]> {
  return page.evaluate(() => (window as unknown as { events: Heard[] }).events);
}

test('nothing is loaded before the click; then it answers, and the page hears of it', async ({
  page,
  site,
  mixtab,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(site.add('', { content: hostDocument(mixtab, CHAT, LISTEN) }));
  const embed = new Embed(page);
  await expect(embed.element.getByText(/Mixtab 20M · 14\.6\sMB · runs on your device/)).toBeVisible();
  await expect(embed.element.getByText('What is the capital of Australia?')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  expect(asked.filter((url) => url.startsWith(mixtab))).toEqual([`${mixtab}/embed.js`]);
  expect(page.workers()).toEqual([]);

  await embed.start.click();
  const answer = await embed.answered();
  await expect(answer).toContainText('Canberra');
  const events = await heard(page);
  expect(events.map(({ name }) => name)).toEqual(expect.arrayContaining(['ready', 'progress', 'token', 'answer']));
  const told = events.find(({ name }) => name === 'answer')?.detail;
  expect(told?.['text']).toContain('Canberra');
  const tokens = events.filter(({ name, detail }) => name === 'token' && detail['channel'] === 'answer');
  expect(tokens.map(({ detail }) => detail['text']).join('')).toBe(told?.['text']);
  expect(events.find(({ name }) => name === 'ready')?.detail).toMatchObject({ model: { bytes: 14_637_984 } });
  expect(events.filter(({ name }) => name === 'error')).toEqual([]);
  expect(await violations(page)).toEqual([]);
});

test('begun by keyboard, it keeps the focus: the next Tab leads on within the chat', async ({ page, site, mixtab }) => {
  await page.goto(site.add('', { content: hostDocument(mixtab, `${CHAT}<a href="/">After</a>`) }));
  const embed = new Embed(page);
  await embed.start.press('Enter');
  await embed.answered();
  await page.keyboard.press('Tab');
  await expect(embed.frame.getByRole('button', { name: 'Clear the conversation' })).toBeFocused();
});

test('methods: ask, stop, clear, what was said before; each is seen in the chat', async ({ page, site, mixtab }) => {
  await page.goto(site.add('', { content: hostDocument(mixtab, CHAT) }));
  const embed = new Embed(page);
  const answer = await page.evaluate(async () => {
    await customElements.whenDefined('mixtab-chat');
    const chat = document.querySelector('mixtab-chat') as unknown as { ask(text: string): Promise<AskResult> };
    return await chat.ask('What is 27 + 58?');
  });
  expect(Object.keys(answer).sort()).toEqual(['reasoning', 'text', 'usage']);
  expect(answer.text).toContain('85');
  const { promptTokens, completionTokens, reasoningTokens, totalTokens } = answer.usage;
  expect(promptTokens).toBeGreaterThan(5);
  expect(completionTokens).toBeGreaterThan(reasoningTokens);
  expect(totalTokens).toBe(promptTokens + completionTokens);
  await expect(embed.answers).toHaveCount(1);

  // Stopped: the promise ends with what was written, and says what waits that it was stopped.
  const outcomes = await page.evaluate(async () => {
    const chat = document.querySelector('mixtab-chat') as unknown as {
      ask(text: string): Promise<{ text: string }>;
      stop(): Promise<void>;
      setMessages(messages: readonly object[]): Promise<void>;
      setAttribute(name: string, value: string): void;
    };
    chat.setAttribute('max-tokens', '400');
    const first = chat.ask('Tell me a story about a dragon named Ruby.');
    const second = chat.ask('What is a volcano?');
    await new Promise((resolve) => addEventListener('mixtab-token', resolve, { once: true }));
    await chat.stop();
    const settled = await Promise.allSettled([first, second]);
    await chat.setMessages([
      { role: 'user', content: 'My name is Ruby.' },
      { role: 'assistant', content: 'Hello Ruby!' },
    ]);
    return settled.map((one) => (one.status === 'fulfilled' ? 'ended' : (one.reason as { code: string }).code));
  });
  expect(outcomes).toEqual(['ended', 'stopped']);
  await expect(embed.answers).toHaveCount(1);
  await expect(embed.answers.first()).toContainText('Hello Ruby!');
  await page.evaluate(() => (document.querySelector('mixtab-chat') as unknown as { clear(): Promise<void> }).clear());
  await expect(embed.answers).toHaveCount(0);

  // The visitor writes themselves.
  await embed.message.fill('Who are you?');
  await embed.message.press('Enter');
  await expect(await embed.answered()).toContainText(/\w{3}/);
});

test('works under a policy that allows the one script and the one frame', async ({ page, site, mixtab }) => {
  const policy = `default-src 'none'; script-src ${mixtab}/embed.js; frame-src ${mixtab}/embed.html; require-trusted-types-for 'script'`;
  const headers = { 'content-security-policy': policy };
  await page.goto(site.add('', { content: hostDocument(mixtab, CHAT), headers }));
  const embed = new Embed(page);
  await embed.start.click();
  await expect(await embed.answered()).toContainText('Canberra');
});

test('as a module, too, and defined once where it is loaded twice', async ({ page, site, mixtab }) => {
  const content = `<!doctype html><html lang="en"><title>A blog</title>${CHAT}
    <script type="module">await import('${mixtab}/embed.js'); await import('${mixtab}/embed.js?again');</script></html>`;
  await page.goto(site.add('', { content }));
  const embed = new Embed(page);
  await embed.start.click();
  await expect(embed.message).toBeVisible();
});

test('each attribute may change later, and takes effect', async ({ page, site, mixtab }) => {
  await page.goto(site.add('', { content: hostDocument(mixtab, CHAT, LISTEN) }));
  const embed = new Embed(page);
  const set = (name: string, value: string | null): Promise<void> =>
    embed.element.evaluate(
      (element, { name, value }) => {
        if (value === null) element.removeAttribute(name);
        else element.setAttribute(name, value);
      },
      { name, value },
    );
  // The picture, first.
  await set('prompt', 'What is a volcano?');
  await expect(embed.element.getByText('What is a volcano?')).toBeVisible();
  await set('prompt', null);
  await set('suggestions', '["What is gold?", "no <b>markup</b>", 7]');
  await expect(embed.element.getByRole('button', { name: 'no <b>markup</b>' })).toBeVisible();
  await set('model', 'hf:someone/some-model-GGUF/some-Q4.gguf');
  await expect(embed.element.getByText('some-Q4 · runs on your device')).toBeVisible();
  await set('model-size', '4.2 GB');
  await expect(embed.element.getByText('some-Q4 · 4.2 GB · runs on your device')).toBeVisible();
  await set('model', null);
  await set('model-size', null);
  await set('theme', 'dark');
  const ground = (): Promise<string> =>
    embed.element.evaluate(
      (element) => getComputedStyle(element.shadowRoot?.firstElementChild ?? element).backgroundColor,
    );
  await expect.poll(ground).toBe('rgb(28, 30, 38)');
  expect(await violations(page)).toEqual([]);

  await embed.element.getByRole('button', { name: 'What is gold?' }).click();
  await embed.answered();
  const html = embed.frame.locator('html');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await set('theme', 'light');
  await expect(html).toHaveAttribute('data-theme', 'light');
  // A ground that the page gives decides which words can be read on it.
  await page.addStyleTag({
    content: 'mixtab-chat { --mixtab-background: #102030; --mixtab-accent: #ffee00; --mixtab-radius: 3px }',
  });
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await expect(html).toHaveCSS('background-color', 'rgb(16, 32, 48)');
  const send = embed.frame.getByRole('button', { name: 'Send' });
  await embed.message.fill('…');
  await expect(send).toHaveCSS('background-color', 'rgb(255, 238, 0)');
  await expect(send).toHaveCSS('color', 'rgb(0, 0, 0)');
  expect(await violations(page)).toEqual([]);

  // Of the next answer: a system prompt and a length; of all that are there: the routing.
  const region = embed.frame.getByRole('region', { name: 'Routing' });
  await expect(region).toHaveCount(0);
  await set('routing', 'on');
  await set('max-tokens', '7');
  await embed.message.fill('What is a mixture of experts?');
  await embed.message.press('Enter');
  await expect(embed.answers).toHaveCount(2);
  await embed.answered();
  await expect(region.getByRole('listbox', { name: 'Tokens of the answer' }).getByRole('option')).toHaveCount(7);
  await expect(embed.frame.getByText('The answer reached its maximum length')).toBeVisible();
  await set('routing', 'off');
  await expect(region).toHaveCount(0);

  // A context is reserved anew.
  const contexts = async (): Promise<unknown[]> =>
    (await heard(page))
      .filter(({ name }) => name === 'ready')
      .map(({ detail }) => (detail['model'] as { contextLength: number }).contextLength);
  await set('context', '256');
  await expect.poll(async () => (await contexts()).at(-1)).toBe(256);

  // As high as the talk, and no higher than wanted.
  const height = async (): Promise<number> => (await embed.element.boundingBox())?.height ?? 0;
  await set('height', '320');
  await expect.poll(height).toBe(320);
  await set('height', 'auto');
  await set('max-height', '2000px');
  const tall = async (): Promise<boolean> =>
    embed.frame.getByRole('log').evaluate((log) => log.scrollHeight <= log.clientHeight + 1);
  await expect.poll(tall).toBe(true);
  await set('max-height', '240px');
  await expect.poll(height).toBe(240);
});

test('load="visible" begins when it is seen, and asks nothing by itself; "eager" at once', async ({
  page,
  site,
  mixtab,
}) => {
  const body = `<div style="height: 3000px"></div>${CHAT.replace('<mixtab-chat', '<mixtab-chat load="visible"')}`;
  await page.goto(site.add('', { content: hostDocument(mixtab, body) }));
  const embed = new Embed(page);
  await expect(embed.start).toBeAttached();
  await expect(embed.element.locator('iframe')).toHaveCount(0);
  await embed.element.scrollIntoViewIfNeeded();
  await expect(embed.frame.getByText(/The model is kept/)).toBeVisible();
  await expect(embed.answers).toHaveCount(0);
  await embed.frame.getByRole('button', { name: 'What is the capital of Australia?' }).click();
  await expect(await embed.answered()).toContainText('Canberra');

  const eager = body.replace('"visible"', '"eager"');
  await page.goto(site.add('eager', { content: hostDocument(mixtab, eager) }));
  await expect(embed.element.locator('iframe')).toHaveCount(1);
  await expect(embed.element).not.toBeInViewport();
  await expect(embed.frame.getByRole('button', { name: 'What is the capital of Australia?' })).toBeVisible();
  await expect(embed.answers).toHaveCount(0);
});

test('without WebGPU its content stands in its place', async ({ page, site, mixtab }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, 'gpu');
  });
  const body = '<mixtab-chat><p>Read the <a href="#paper">paper</a> instead.</p></mixtab-chat>';
  await page.goto(site.add('', { content: hostDocument(mixtab, body) }));
  await expect(page.getByText('Read the paper instead.')).toBeVisible();
  await expect(page.locator('mixtab-chat').getByRole('button')).toHaveCount(0);
  await page.goto(site.add('empty', { content: hostDocument(mixtab, '<mixtab-chat></mixtab-chat>') }));
  await expect(page.getByText('This demo needs a browser with WebGPU.')).toBeVisible();
});
