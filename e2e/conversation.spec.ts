import { commandLineAnswer } from './bundled-model.ts';
import { endlessModel } from './endless-model.ts';
import { expect, finished, promptTokens, test, textOf } from './chat-page.ts';

const QUESTION = 'Who are you?';

/** The page's own limit of an answer, unless Settings raise it. */
const MAX_TOKENS = 512;

test('a first visit shows the model loading, then takes a message', async ({ chat, page }) => {
  await page.goto('/');
  await expect(chat.loading).toBeVisible();
  await chat.ready();
  await chat.message.fill('Hello');
  await expect(chat.send).toBeEnabled();
});

test('answers as the command line does', async ({ chat, context }) => {
  const expected = await commandLineAnswer(QUESTION, MAX_TOKENS);
  await chat.open();
  const answer = await chat.askAndWait(QUESTION);
  await expect(chat.conversation.getByRole('article', { name: 'You' })).toHaveText(QUESTION);
  expect(expected.text.trim()).not.toBe('');
  expect((await textOf(answer, context)).trim()).toBe(expected.text.trim());
});

test('Stop ends an answer at once and keeps what was written', async ({ chat, page, context }) => {
  await chat.open();
  await chat.openFile(endlessModel());
  const answer = await chat.ask(QUESTION);
  await expect(answer).toHaveText(/\w+ \w+/);
  await chat.stop.click();
  await finished(answer);
  await expect(answer.getByText('Stopped.')).toBeVisible();
  const text = await textOf(answer, context);
  expect(text).toMatch(/\w/);
  await page.waitForTimeout(1000); // nothing more may arrive
  expect(await textOf(answer, context)).toBe(text);
  // The engine is free again.
  await chat.ask('And now?');
  await chat.stop.click();
  await finished(chat.answers.last());
});

test('a second turn computes only what is new', async ({ chat }) => {
  await chat.open();
  const first = await promptTokens(await chat.askAndWait(QUESTION));
  expect(first.reused).toBe(0);
  const second = await promptTokens(await chat.askAndWait('Why?'));
  // The first question is reused, and the first answer with it but for the last token, which was never computed.
  expect(second.reused).toBeGreaterThan(first.total);
  expect(second.total - second.reused).toBeLessThan(20);
});

test('New chat starts over', async ({ chat, page }) => {
  await chat.open();
  await chat.askAndWait(QUESTION);
  await page.getByRole('button', { name: 'New chat' }).click();
  await expect(chat.answers).toHaveCount(0);
});

test('Shift+Enter breaks the line, Enter sends', async ({ chat }) => {
  await chat.open();
  await chat.message.fill('one');
  await chat.message.press('Shift+Enter');
  await chat.message.pressSequentially('two');
  await expect(chat.message).toHaveValue('one\ntwo');
  await chat.message.press('Enter');
  await expect(chat.message).toHaveValue('');
  await expect(chat.conversation.getByRole('article', { name: 'You' })).toHaveText('one\ntwo');
});

test('shows the experts that fired for an answer', async ({ chat }) => {
  await chat.open();
  const answer = await chat.askAndWait(QUESTION);
  await answer.getByRole('button', { name: 'Routing' }).click();
  await expect(answer.getByText(/expert/i).first()).toBeVisible();
});
