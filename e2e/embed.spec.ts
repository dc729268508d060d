// `<mixtab-chat>` in pages of another site, as their authors and their visitors meet it.
import type { Page } from '@playwright/test';
import { violations } from './axe.ts';
import { Embed, expect, hostDocument, test } from './host-site.ts';

/** Greedy: the bundled model answers the same each time. */
const CHAT = '<mixtab-chat prompt="What is the capital of Australia?" temperature="0" max-tokens="60"></mixtab-chat>';

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
  await expect(embed.element.getByText(/mixtab-20m · 14\.6 MB · runs on your device/i)).toBeVisible();
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
