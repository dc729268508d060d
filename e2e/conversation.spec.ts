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
  await answer.getByRole('button', { name: 'Colour by experts' }).click();
  await expect(answer.getByText(/expert/i).first()).toBeVisible();
});

test('an edited question is another version: back and forth between both', async ({ chat }) => {
  await chat.open();
  const first = await chat.askAndWait('What is the capital of France?');
  const question = chat.conversation.getByRole('article', { name: 'You' });
  await question.hover();
  await question.getByRole('button', { name: 'Edit question' }).click();
  const editor = chat.conversation.getByRole('textbox', { name: 'Edit your question' });
  await expect(editor).toBeFocused();
  await editor.fill(QUESTION);
  await editor.press('Control+Enter');
  await finished(first);
  await expect(chat.answers).toHaveCount(1);
  await expect(question).toContainText(QUESTION);
  await expect(question).toContainText('2 / 2');
  await question.getByRole('button', { name: 'Previous version' }).click();
  await expect(question).toContainText('capital of France');
  await expect(question).toContainText('1 / 2');
  await question.getByRole('button', { name: 'Next version' }).click();
  await expect(question).toContainText(QUESTION);
});

test('an answer can be asked for again, and its versions outlive a reload', async ({ chat, page }) => {
  await chat.open();
  const answer = await chat.askAndWait(QUESTION);
  await answer.getByRole('button', { name: 'Answer again' }).click();
  await expect(answer).toContainText('2 / 2');
  await finished(answer);
  await page.reload();
  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('button', { name: QUESTION, exact: true })
    .click();
  await expect(answer).toContainText('2 / 2');
  await answer.getByRole('button', { name: 'Previous version' }).click();
  await expect(answer).toContainText('1 / 2');
});

test('Continue goes on where an answer was stopped', async ({ chat, context }) => {
  await chat.open();
  await chat.openFile(endlessModel());
  const answer = await chat.ask(QUESTION);
  await expect(answer).toHaveText(/\w+ \w+/);
  await chat.stop.click();
  await finished(answer);
  const before = await textOf(answer, context);
  await answer.getByRole('button', { name: 'Continue' }).click();
  await expect(answer).toHaveAttribute('aria-busy', 'true');
  // To the limit of tokens: there is no end that this model would find by itself.
  await finished(answer);
  const after = await textOf(answer, context);
  expect(after.startsWith(before)).toBe(true);
  expect(after.length).toBeGreaterThan(before.length);
});

test('a message is deleted with what follows, and brought back', async ({ chat, page }) => {
  await chat.open();
  await chat.askAndWait(QUESTION);
  const question = chat.conversation.getByRole('article', { name: 'You' });
  await question.hover();
  await question.getByRole('button', { name: 'Delete question and what follows' }).click();
  await expect(chat.answers).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(chat.answers).toHaveCount(1);
  await expect(question).toContainText(QUESTION);
});

test('what was written when the tab was closed is there, marked, and can go on', async ({ chat, page, context }) => {
  await chat.open();
  await chat.openFile(endlessModel());
  const answer = await chat.ask(QUESTION);
  await expect.poll(async () => (await answer.innerText()).length).toBeGreaterThan(30);
  await page.close({ runBeforeUnload: true });
  const again = await context.newPage();
  await again.goto('/');
  await again
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('button', { name: QUESTION, exact: true })
    .click();
  const kept = again.getByRole('log', { name: 'Conversation' }).getByRole('article', { name: 'Mixtab' });
  await expect(kept.getByText(/^(Interrupted|Stopped)/)).toBeVisible();
  await expect(kept).toHaveText(/\w+ \w+/);
});

test('the context meter says how full the context is', async ({ chat, page }) => {
  await chat.open();
  const { total } = await promptTokens(await chat.askAndWait(QUESTION));
  const meter = page.getByRole('button', { name: /^Context: [\d,]+ of [\d,]+ tokens$/ });
  await expect
    .poll(async () => {
      const [used] = ((await meter.getAttribute('aria-label')) ?? '').match(/[\d,]+/g) ?? [];
      return Number(used?.replaceAll(',', ''));
    })
    .toBeGreaterThan(total); // counted again when the answer has ended
  await meter.click();
  await expect(page.getByRole('region', { name: 'Context' })).toContainText(
    'the model no longer sees the oldest messages',
  );
});

test('text files go with a question: by picker, by drop, and by a long paste', async ({ chat, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await chat.open();
  const files = page.getByRole('list', { name: 'Attached files' });
  await page
    .getByLabel('Attach text files')
    .last()
    .setInputFiles([
      { name: 'picked.txt', mimeType: 'text/plain', buffer: Buffer.from('one') },
      { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]) },
    ]);
  await expect(files).toContainText('picked.txt');
  await expect(page.getByText('“picture.png” is not a text file.')).toBeVisible();
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['two'], 'dropped.txt', { type: 'text/plain' }));
    return transfer;
  });
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  await expect(files).toContainText('dropped.txt');
  await page.evaluate(() => navigator.clipboard.writeText('pasted words '.repeat(400)));
  await chat.message.focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(files).toContainText('Pasted text.txt');
  await page.getByRole('button', { name: 'Paste as text' }).click();
  await expect(chat.message).toHaveValue(/^pasted words /);
  await expect(files).not.toContainText('Pasted text.txt');
  await chat.message.fill('What is in the files?');
  await chat.message.press('Enter');
  const question = chat.conversation.getByRole('article', { name: 'You' });
  await expect(question.getByRole('button', { name: 'Show picked.txt' })).toBeVisible();
  await expect(question.getByRole('button', { name: 'Show dropped.txt' })).toBeVisible();
  await finished(chat.answers.first());
});
