// Conversations that a server answers: the built page, and servers on other origins in the forms of those that people run.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { ANSWER, REASONING, STREAMS } from '../app/server/testing/recorded.ts';
import { overflow, violations } from './axe.ts';
import { bundledModel } from './bundled-model.ts';
import { ChatPage, expect, finished, test as base } from './chat-page.ts';
import { type Behaviour, FakeModelServer, type Form } from './fake-model-server.ts';
import { conversationWith, importConversation } from './sample-conversations.ts';

const KEY = 'sk-e2e-secret';

interface Fixtures {
  serve(behaviour: Behaviour): Promise<FakeModelServer>;
  /** The page with no model in it: what a server answers needs none. */
  readonly bare: Page;
}

const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern
  serve: async ({}, use) => {
    const servers: FakeModelServer[] = [];
    await use(async (behaviour) => {
      const server = await FakeModelServer.start(behaviour);
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.stop();
  },
  bare: async ({ page }, use) => {
    await page.route(/\.gguf/, (route) => route.abort());
    await page.goto('/');
    await use(page);
  },
});

async function openTab(page: Page): Promise<Locator> {
  await page.getByRole('banner').locator('button[aria-haspopup=menu]').click();
  await page.getByRole('menuitem', { name: 'Use a server…' }).click();
  return page.getByRole('dialog', { name: 'Models' });
}

/** Fills the form and tests; what the page says of it is in `.server-test`. */
async function testServer(panel: Locator, address: string, key = ''): Promise<Locator> {
  await panel.getByRole('textbox', { name: 'Address' }).fill(address);
  if (key !== '') await panel.getByRole('textbox', { name: 'Key (if it needs one)' }).fill(key);
  await panel.getByRole('button', { name: 'Test connection' }).click();
  return panel.locator('.server-test');
}

async function useServer(page: Page, server: FakeModelServer, key = ''): Promise<void> {
  const panel = await openTab(page);
  await expect(await testServer(panel, server.url, key)).toContainText('answers');
  await panel.getByRole('button', { name: /^Use in/ }).click();
  await expect(panel).toBeHidden();
  await expect(mark(page)).toContainText(server.host);
}

const mark = (page: Page): Locator => page.getByRole('note', { name: 'Where this conversation goes' });

async function ask(page: Page, question: string): Promise<Locator> {
  const chat = new ChatPage(page);
  return chat.ask(question);
}

for (const form of Object.keys(STREAMS) as Form[]) {
  test(`${form} is told by name, lists its models and answers, with reasoning and figures`, async ({ bare, serve }) => {
    const server = await serve({ form });
    const panel = await openTab(bare);
    const names = { vllm: 'vLLM', sglang: 'SGLang', 'llama-server': 'llama-server', ollama: 'Ollama' };
    const said = await testServer(panel, server.host);
    await expect(said).toContainText(`answers: it is ${names[form]}`);
    const model = await panel.getByRole('combobox', { name: 'Model' }).inputValue();
    await panel.getByRole('button', { name: 'Use in new chats' }).click();
    await expect(mark(bare)).toContainText(`goes to ${server.host}`);

    const answer = await ask(bare, 'What is the capital of France?');
    await expect(answer).toContainText(ANSWER);
    await finished(answer);
    await expect(answer).toContainText(`From ${server.host}`);
    const more = answer.getByRole('button', { name: 'More about this answer' });
    await more.click();
    const written = answer.getByRole('region', { name: 'This answer' }).getByText('Answer', { exact: true });
    await expect(written.locator('+ dd')).toHaveText(/^9 /);
    await more.click();
    await answer.getByRole('button', { name: /Reasoned for/ }).click();
    await expect(answer).toContainText(REASONING);
    expect(server.questions).toHaveLength(1);
    expect(server.questions[0]).toMatchObject({ model, stream: true });
    // The page's own defaults are for its own models.
    expect(server.questions[0]).not.toHaveProperty('max_tokens');
  });
}

test('a test says what stands between: no server, no CORS, a wrong key, another page, a redirect', async ({
  bare,
  serve,
}) => {
  const server = await serve({ form: 'ollama', hasCors: false });
  const panel = await openTab(bare);
  const silent = await serve({ form: 'vllm' });
  const { url: gone } = silent;
  await silent.stop();

  await expect(await testServer(panel, server.url)).toContainText('CORS');
  await expect(panel.locator('.server-test')).toContainText(`OLLAMA_ORIGINS=${new URL(bare.url()).origin}`);
  await expect(await testServer(panel, gone)).toContainText('Not there');
  server.behaviour = { form: 'vllm', key: KEY };
  await expect(await testServer(panel, server.url, 'sk-wrong')).toContainText('Key');
  await expect(panel.locator('.server-test')).not.toContainText('sk-wrong');
  server.behaviour = { form: 'vllm', instead: 'html' };
  await expect(await testServer(panel, server.url)).toContainText('No API');
  server.behaviour = { form: 'vllm', instead: 'redirect' };
  await expect(await testServer(panel, server.url)).toContainText('Redirect');
  for (const wrong of ['', 'ftp://example.org', 'https://me:pw@example.org', 'http://localhost:1/v1?key=a']) {
    await testServer(panel, wrong);
    await expect(panel.getByRole('alert')).toBeVisible();
  }
  // Over https nothing without encryption is asked beyond this device; that page is played by `diagnose.test.ts`.
});

test('Stop ends the answer here and there; Continue goes on with it; Answer again makes another', async ({
  bare,
  serve,
}) => {
  const words = Array.from({ length: 200 }, (_, at) => `word${at}`).join(' ');
  const server = await serve({ form: 'vllm', pauseMs: 50, answer: words });
  await useServer(bare, server);
  const answer = await ask(bare, 'Count.');
  await expect(answer).toContainText('word3');
  await bare.getByRole('button', { name: 'Stop' }).click();
  await finished(answer);
  await expect(answer).toContainText('Stopped.');
  await expect.poll(() => server.left).toBe(1);

  server.behaviour = { form: 'vllm', answer: 'and the rest.' };
  await answer.getByRole('button', { name: 'Continue' }).click();
  await expect(answer).toContainText(/word3.*and the rest\./s);
  expect(server.questions[1]).toMatchObject({ continue_final_message: true, add_generation_prompt: false });

  server.behaviour = { form: 'vllm', answer: 'Another one.' };
  await answer.hover();
  await answer.getByRole('button', { name: 'Answer again' }).click();
  await expect(answer).toContainText('Another one.');
  await expect(answer).toContainText('2 / 2');
});

test('a key that was in memory is asked for again after a reload, and is in no export', async ({ bare, serve }) => {
  const server = await serve({ form: 'vllm', key: KEY });
  await useServer(bare, server, KEY);
  await finished(await ask(bare, 'What is the capital of France?'));
  expect(server.questions).toHaveLength(1);

  const kept = await bare.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(kept).toContain(server.url);
  expect(kept).not.toContain(KEY);
  await bare.getByRole('button', { name: /^Options for/ }).click();
  const downloading = bare.waitForEvent('download');
  await bare.getByRole('menuitem', { name: /JSON/ }).click();
  const file = readFileSync(await (await downloading).path(), 'utf8');
  expect(file).toContain(server.host);
  expect(file).not.toContain(KEY);

  await bare.reload();
  await bare
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('button', { name: 'What is the capital of France?', exact: true })
    .click();
  await expect(mark(bare)).toContainText(server.host);
  await expect(bare.getByRole('article', { name: 'Mixtab' })).toContainText(`From ${server.host}`);
  await ask(bare, 'And of Japan?');
  const question = bare.getByRole('dialog', { name: `Key for ${server.host}` });
  await question.getByRole('button', { name: 'Not now' }).click();
  const refused = bare.getByRole('article', { name: 'Mixtab' }).last();
  await expect(refused).toContainText('needs a key');
  await refused.getByRole('button', { name: 'Try again' }).click();
  await question.getByRole('textbox', { name: 'Key' }).fill(KEY);
  await question.getByRole('button', { name: 'Continue' }).click();
  await expect(bare.getByRole('article', { name: 'Mixtab' }).last()).toContainText(ANSWER);
});

test('a key may be kept with a passphrase, which opens it after a reload', async ({ bare, serve }) => {
  const server = await serve({ form: 'vllm', key: KEY });
  const panel = await openTab(bare);
  await panel.getByRole('checkbox', { name: /Keep the key/ }).check();
  await panel.getByRole('textbox', { name: 'Passphrase' }).fill('correct horse');
  await expect(await testServer(panel, server.url, KEY)).toContainText('answers');
  await panel.getByRole('button', { name: 'Use in new chats' }).click();
  await expect(mark(bare)).toContainText(server.host);
  await finished(await ask(bare, 'What is the capital of France?'));
  // To encrypt it takes a moment.
  await expect
    .poll(() => bare.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name)))
    .toContain('mixtab-keys');
  await bare.reload();
  await bare.getByRole('button', { name: 'What is the capital of France?', exact: true }).first().click();
  await ask(bare, 'Again?');
  const question = bare.getByRole('dialog', { name: `Key for ${server.host}` });
  await question.getByRole('textbox', { name: 'Passphrase' }).fill('wrong horse');
  await question.getByRole('button', { name: 'Continue' }).click();
  await expect(question).toContainText('is not the right passphrase');
  await question.getByRole('textbox', { name: 'Passphrase' }).fill('correct horse');
  await question.getByRole('button', { name: 'Continue' }).click();
  await expect(bare.getByRole('article', { name: 'Mixtab' }).last()).toContainText(ANSWER);
  expect(server.questions).toHaveLength(2);
});

test('a conversation from a file is sent nowhere before the person agrees', async ({ bare, serve }) => {
  const server = await serve({ form: 'vllm' });
  const sample = conversationWith('Hello.', 'Foreign');
  const model = { name: 'Trojan', source: { kind: 'server', url: server.url, model: 'Trojan' } } as const;
  await importConversation(bare, { ...sample, head: { ...sample.head, model } });
  await expect(mark(bare)).toContainText(server.host);
  await ask(bare, 'A secret.');
  const question = bare.getByRole('dialog', { name: `Send this conversation to ${server.host}?` });
  await question.getByRole('button', { name: 'Don’t send' }).click();
  const refused = bare.getByRole('article', { name: 'Mixtab' }).last();
  await expect(refused).toContainText('Nothing was sent');
  expect(server.requests).toEqual([]);
  await refused.getByRole('button', { name: 'Try again' }).click();
  await question.getByRole('button', { name: `Send to ${server.host}` }).click();
  await expect(bare.getByRole('article', { name: 'Mixtab' }).last()).toContainText(ANSWER);
  await finished(await ask(bare, 'Another.'));
  await expect(question).toBeHidden();
});

test('experts that vLLM and SGLang tell are drawn, with what is not known said', async ({ bare, serve }) => {
  for (const form of ['vllm', 'sglang'] as const) {
    const server = await serve({ form });
    const panel = await openTab(bare);
    await expect(await testServer(panel, server.url)).toContainText('answers');
    await panel.getByRole('combobox', { name: 'Routing' }).selectOption(form);
    await panel.getByRole('button', { name: /^Use in/ }).click();
    const answer = await ask(bare, `Capital, ${form}?`);
    await expect(answer).toContainText(ANSWER);
    await finished(answer);
    await answer.getByRole('button', { name: 'Colour by experts' }).click();
    const view = answer.getByRole('region', { name: 'Routing' });
    await expect(view.getByRole('option')).toHaveCount(9);
    await expect(view).toContainText('said which experts worked, but not how strongly');
    await view.getByRole('option').nth(5).focus();
    await bare.keyboard.press('ArrowRight');
    await expect(view).toContainText('Experts of');
  }
});

test('an answer of the tab and one of a server: where they part', async ({ chat, page, serve }) => {
  await chat.open();
  const own = await chat.askAndWait('What is the capital of France?');
  const text = (await own.locator('.message-body').innerText()).split('\n')[0] ?? '';
  const start = text.split(' ').slice(0, 3).join(' ');
  const server = await serve({ form: 'vllm', answer: `${start} quite different.` });
  await useServer(page, server);
  await own.hover();
  await own.getByRole('button', { name: 'Answer again' }).click();
  const other = chat.answers.first();
  await expect(other).toContainText('quite different.');
  await finished(other);
  await other.getByRole('button', { name: 'More about this answer' }).click();
  await other.getByRole('button', { name: 'Compare answers' }).click();
  const dialog = page.getByRole('dialog', { name: 'Two answers side by side' });
  await dialog.getByRole('combobox', { name: 'Answer to' }).selectOption({ index: 1 });
  const parting = dialog.getByRole('region', { name: 'Where they part' });
  await expect(parting).toContainText(start);
  await expect(parting).toContainText('quite different.');
  await expect(parting).toContainText(server.host);
});

test('the same model in the tab and behind `npm run serve` says the same', async ({ chat, page }) => {
  await chat.open();
  const own = await chat.askAndWait('What is the capital of France?');
  const server = await startServe(new URL(page.url()).origin);
  try {
    const panel = await openTab(page);
    await expect(await testServer(panel, server.host)).toContainText('It offers 1 model.');
    await expect(panel.getByRole('combobox', { name: 'Model' })).toHaveText(/mixtab-20m \(\d+ tokens\)/);
    await panel.getByRole('button', { name: 'Use in this conversation' }).click();
    await expect(mark(page)).toContainText(server.host);
    await own.hover();
    await own.getByRole('button', { name: 'Answer again' }).click();
    const other = chat.answers.first();
    await expect(other).toContainText(`From ${server.host}`);
    await finished(other);
    await other.getByRole('button', { name: 'More about this answer' }).click();
    await other.getByRole('button', { name: 'Compare answers' }).click();
    const dialog = page.getByRole('dialog', { name: 'Two answers side by side' });
    await dialog.getByRole('combobox', { name: 'Answer to' }).selectOption({ index: 1 });
    await expect(dialog.getByRole('region', { name: 'Where they part' })).toContainText('They are identical');
  } finally {
    server.stop();
  }
});

test('the panel, the mark and an answer are accessible and fit a phone', async ({ bare, serve }) => {
  const server = await serve({ form: 'ollama', hasCors: false });
  await bare.setViewportSize({ width: 375, height: 740 });
  const panel = await openTab(bare);
  await expect(await testServer(panel, server.url)).toContainText('CORS');
  expect(await violations(bare)).toEqual([]);
  expect(await overflow(bare)).toBe(0);
  server.behaviour = { form: 'ollama' };
  await expect(await testServer(panel, server.url)).toContainText('Ollama');
  expect(await violations(bare)).toEqual([]);
  await panel.getByRole('button', { name: /^Use in/ }).click();
  await finished(await ask(bare, 'What is the capital of France?'));
  expect(await violations(bare)).toEqual([]);
  expect(await overflow(bare)).toBe(0);
  await bare.getByRole('button', { name: /what that means/ }).click();
  await expect(bare.getByText('is sent there with each question')).toBeVisible();
  expect(await violations(bare)).toEqual([]);
});

/** `npm run serve` with the bundled model, on a port that is free. */
async function startServe(origin: string): Promise<{ readonly host: string; stop(): void }> {
  const command = [
    'tools/run-ts.mjs',
    'tools/serve.ts',
    '--model',
    bundledModel(),
    '--port',
    '0',
    '--allow-origin',
    origin,
  ];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const host = await new Promise<string>((resolve, reject) => {
    const hear = (data: Buffer): void => {
      said += String(data);
      const [, found] = /http:\/\/(127\.0\.0\.1:\d+)\/v1/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', () => reject(new Error(`npm run serve ended: ${said}`)));
  });
  return { host, stop: () => void child.kill() };
}
