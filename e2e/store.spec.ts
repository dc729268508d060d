import { statSync } from 'node:fs';
import { bundledModel } from './bundled-model.ts';
import { expect, test, textOf } from './chat-page.ts';
import type { ModelRequest } from './static-server.ts';

const QUESTION = 'Who are you?';

/** Not the one byte that a visit asks for to learn the file's size and version. */
const isForContent = ({ start, end }: ModelRequest): boolean => end - start > 1;

test('a reload finds the conversation, and the model in the store', async ({ chat, page, context, server }) => {
  await chat.open(server.url);
  const text = await textOf(await chat.askAndWait(QUESTION), context);
  const requested = server.modelRequests.length;
  expect(requested).toBeGreaterThan(0);

  await page.reload();
  await chat.ready();
  expect(server.modelRequests).toHaveLength(requested);

  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('button', { name: QUESTION, exact: true })
    .click();
  await expect(chat.answers).toHaveCount(1);
  expect(await textOf(chat.answers.first(), context)).toBe(text);
});

test('answers offline at a second visit', async ({ chat, page, context, server }) => {
  await chat.open(server.url);
  const text = await textOf(await chat.askAndWait(QUESTION), context);
  await page.evaluate(() => navigator.serviceWorker.ready);

  await server.stop();
  await context.setOffline(true);
  await page.reload();
  await chat.ready();
  expect(await textOf(await chat.askAndWait(QUESTION), context)).toBe(text);
});

test('a torn download resumes where it broke', async ({ chat, page, server }) => {
  const { size } = statSync(bundledModel());
  const tear = size * 0.6;
  server.tearModelAt(tear);
  await page.goto(server.url);
  // Broken off, and asked for again in vain; what was asked for before the tear is through.
  await expect.poll(() => server.modelRequests.filter(({ sent }) => sent === 0).length).toBeGreaterThan(1);
  const arrived = server.modelRequests.filter((request) => isForContent(request) && request.end <= tear);
  await expect.poll(() => arrived.every(({ start, end, sent }) => sent === end - start)).toBe(true);
  const arrivedBytes = arrived.reduce((sum, { sent }) => sum + sent, 0);
  expect(arrivedBytes).toBeGreaterThan(0);
  await expect.poll(() => chat.storedPercentage()).toBe(Math.round((100 * arrivedBytes) / size));
  await page.goto('about:blank'); // as if the tab was closed

  server.heal();
  server.modelRequests.length = 0;
  await chat.open(server.url);
  const second = server.modelRequests.filter(isForContent);
  const again = arrived.filter(({ start, end }) => second.some((one) => one.start < end && start < one.end));
  expect(again).toEqual([]);
  await chat.askAndWait(QUESTION);
});
