// One engine for all tabs: the built page with the real engine, in a shared worker.
import { readdirSync } from 'node:fs';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { ChatPage, expect, finished, promptTokens, test } from './chat-page.ts';
import { endlessModel } from './endless-model.ts';

/** Answers last until they are stopped. */
async function makeLong(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, maxTokens: 4000 };
    localStorage.setItem('mixtab-settings', JSON.stringify({ state: { sampling }, version: 2 }));
  });
}

/** Another tab, and whether a model was ever loaded in it. */
async function openTab(context: BrowserContext, url = '/'): Promise<{ tab: ChatPage; hasLoaded(): Promise<boolean> }> {
  const page = await context.newPage();
  await page.addInitScript(() => {
    const look = (): void => {
      const bars = document.querySelectorAll('[role=progressbar][aria-label="Loading model"]');
      if (bars.length > 0) Reflect.set(window, 'hasLoaded', true);
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
  const tab = new ChatPage(page);
  await tab.open(url);
  return { tab, hasLoaded: () => page.evaluate(() => Reflect.has(window, 'hasLoaded')) };
}

const writes = (answer: Locator): Promise<void> => expect(answer.getByText(/\d\stokens/)).toBeVisible();
const waits = (answer: Locator): Promise<void> =>
  expect(answer.getByText('Waiting for another answer to finish…')).toBeVisible();

test('a second tab has the model at once; each goes on with its own conversation, and reads nothing twice', async ({
  chat,
  context,
}) => {
  await chat.open();
  const first = await chat.askAndWait(
    'Please answer this with care and in full sentences, as if I had never been there: what is the capital of France?',
  );
  await expect(first).toContainText('Paris');
  const asked = await promptTokens(first);

  const { tab, hasLoaded } = await openTab(context);
  const other = await tab.askAndWait(
    'And you there, tell me in a few plain words, for somebody who asks for the first time: what is the capital of Italy?',
  );
  await expect(other).toContainText('Rome');
  expect(await hasLoaded()).toBe(false);
  await expect(tab.page.getByText('another tab')).toHaveCount(0);

  const again = await chat.askAndWait('And of Spain?');
  expect((await promptTokens(again)).reused).toBeGreaterThanOrEqual(asked.total);
  const otherAgain = await tab.askAndWait('And of Peru?');
  expect((await promptTokens(otherAgain)).reused).toBeGreaterThanOrEqual((await promptTokens(other)).total);
});

test('answers wait for each other, each can be stopped alone, and a closed tab takes its own with it', async ({
  chat,
  context,
}) => {
  await makeLong(context);
  await chat.open();
  const { tab } = await openTab(context);
  await chat.openFile(endlessModel());
  // It is the other tab's model too.
  await expect(tab.model).toContainText('endless');

  const first = await chat.ask('Talk.');
  await writes(first);
  const queued = await tab.ask('Talk to me.');
  await waits(queued);
  await tab.stop.click();
  await finished(queued);
  await expect(first).toHaveAttribute('aria-busy', 'true');

  const next = await tab.ask('Talk to me now.');
  await waits(next);
  await chat.stop.click();
  await finished(first);
  await writes(next);

  const last = await chat.ask('And now to me.');
  await waits(last);
  await tab.page.close();
  await writes(last);
  await chat.stop.click();
  await finished(last);
});

test.describe('an engine that hangs', () => {
  // What a service worker keeps, a test could not change.
  test.use({ serviceWorkers: 'block' });

  const CHANNEL = 'shared-engine-test';

  function scripts(): string[] {
    return readdirSync('dist/assets').filter((name) => /^worker-.*\.js$/.test(name));
  }

  const hang = (page: Page): Promise<void> =>
    page.evaluate((name) => new BroadcastChannel(name).postMessage('hang'), CHANNEL);

  test('is left alone: all tabs go to a new one, which loads the model again', async ({ chat, context, server }) => {
    test.slow(); // two loads, a silence of two seconds, and three tabs
    for (const script of scripts())
      server.replace(
        `assets/${script}`,
        (content) =>
          // Only the first: a channel remembers nothing, and the next engine is not told.
          `${content};\nnew BroadcastChannel('${CHANNEL}').onmessage = () => { for (;;); };`,
      );
    await makeLong(context);
    await chat.open(server.url);
    const { tab } = await openTab(context, server.url);
    await chat.openFile(endlessModel());
    await expect(tab.model).toContainText('endless');

    const answer = await chat.ask('Talk.');
    await writes(answer);
    const queued = await tab.ask('Talk to me.');
    await waits(queued);
    await hang(chat.page);
    await chat.stop.click();
    await finished(answer);
    await expect(answer.getByText('Stopped.')).toBeVisible();
    await expect(queued.getByText(/The engine was restarted/)).toBeVisible();
    await Promise.all([chat.ready(), tab.ready()]);

    const next = await chat.ask('Go on.');
    await writes(next);
    const waiting = await tab.ask('Talk to me now.');
    await waits(waiting); // it is one engine again
    await chat.stop.click();
    await writes(waiting);
    await tab.stop.click();
    await finished(waiting);
    const { tab: late, hasLoaded } = await openTab(context, server.url);
    await expect(late.model).toContainText('endless');
    expect(await hasLoaded()).toBe(false);
  });
});
