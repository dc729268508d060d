import { statSync } from 'node:fs';
import { bundledModel } from './bundled-model.ts';
import { expect, test, textOf } from './chat-page.ts';

const QUESTION = 'Who are you?';

test('a reload finds the conversation, and the model in the store', async ({ chat, page, context, server }) => {
  await chat.open(server.url);
  const text = await textOf(await chat.askAndWait(QUESTION), context);
  const requested = server.modelRanges.length;
  expect(requested).toBeGreaterThan(0);

  await page.reload();
  await chat.ready();
  expect(server.modelRanges).toHaveLength(requested);

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
  const size = statSync(bundledModel()).size;
  server.tearModelAfter(Math.floor(size * 0.6));
  await page.goto(server.url);
  const retry = page.getByRole('button', { name: 'Try again' });
  await expect(retry).toBeVisible();
  const sentBefore = server.modelBytesSent;
  const rangesBefore = server.modelRanges.length;
  expect(sentBefore).toBeGreaterThan(size * 0.4);

  server.heal();
  await page.reload(); // a closed tab loses nothing either
  await chat.ready();
  const sentAfter = server.modelBytesSent - sentBefore;
  expect(server.modelRanges.length).toBeGreaterThan(rangesBefore);
  expect(sentAfter).toBeLessThan(size * 0.8);
  await chat.askAndWait(QUESTION);
});
