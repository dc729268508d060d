// The list of conversations, several tabs, and the model of a conversation: the built page with the real engine.
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { ChatPage, expect, test, withoutSharedEngine } from './chat-page.ts';
import { endlessModel } from './endless-model.ts';
import { conversationWith, importConversation } from './sample-conversations.ts';

const QUESTION = 'What is the capital of Japan?';

function list(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Conversations' });
}

function entry(page: Page, title: string): Locator {
  return list(page).getByRole('button', { name: title, exact: true });
}

async function choose(page: Page, title: string, option: string): Promise<void> {
  await list(page)
    .getByRole('button', { name: `Options for “${title}”` })
    .click();
  await page.getByRole('menuitem', { name: option }).click();
}

test('a conversation is renamed, pinned, deleted and brought back, and all of it outlives a reload', async ({
  page,
}) => {
  await page.goto('/');
  await importConversation(page, conversationWith('First.', 'Sums'));
  await choose(page, 'Sums', 'Rename');
  await page.getByRole('textbox', { name: 'New title' }).fill('Adding up');
  await page.keyboard.press('Enter');
  await expect(entry(page, 'Adding up')).toBeVisible();
  await choose(page, 'Adding up', 'Pin');
  await expect(list(page).getByRole('heading', { name: 'Pinned' })).toBeVisible();

  await choose(page, 'Adding up', 'Delete');
  await expect(entry(page, 'Adding up')).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(entry(page, 'Adding up')).toBeVisible();

  await page.reload();
  await expect(list(page).getByRole('heading', { name: 'Pinned' })).toBeVisible();
  await choose(page, 'Adding up', 'Delete');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await page.reload();
  await expect(page.getByText('Your conversations will be listed here.')).toBeVisible();
});

test('a search finds words in answers and leads to them; what is found can be exported as Markdown', async ({
  page,
}) => {
  await page.goto('/');
  await importConversation(page, conversationWith('The quokka lives on an island.', 'Animals'));
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await expect(page.getByRole('article', { name: 'Mixtab' })).toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Search conversations' }).fill('quoka'); // a typo
  const results = page.getByRole('list', { name: 'Search results' });
  await expect(results.locator('mark').first()).toHaveText('quokka');
  await results.getByRole('button').first().click();
  const answer = page.getByRole('article', { name: 'Mixtab' });
  await expect(answer).toContainText('The quokka lives on an island.');
  await page.getByRole('button', { name: 'Clear search' }).click();

  const saved = page.waitForEvent('download');
  await choose(page, 'Animals', 'Export as Markdown');
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/\.md$/);
  const markdown = readFileSync(await file.path(), 'utf8');
  expect(markdown).toMatch(/^# Animals\n/);
  expect(markdown).toContain('The quokka lives on an island.');
});

test('where tabs share no engine, the second leaves the model to the first, can take it over, and both keep what is written', async ({
  chat,
  context,
  page,
}) => {
  await withoutSharedEngine(context);
  await chat.open();
  await chat.askAndWait(QUESTION);

  const other = await context.newPage();
  const second = new ChatPage(other);
  await other.goto('/');
  await expect(other.getByText('Mixtab is open in another tab')).toBeVisible();
  // It reads what the first one wrote, and renames it there too.
  await entry(other, QUESTION).click();
  await expect(second.answers).toHaveCount(1);
  await choose(other, QUESTION, 'Rename');
  await other.getByRole('textbox', { name: 'New title' }).fill('Japan');
  await other.keyboard.press('Enter');
  await expect(entry(page, 'Japan')).toBeVisible();

  await other.getByRole('button', { name: 'Use it here' }).click();
  await second.ready();
  await second.askAndWait('And of Italy?');
  await expect(page.getByText('Another tab took over the model.')).toBeVisible();
  await expect(chat.answers).toHaveCount(2);

  // A closed tab gives the model back.
  await other.close();
  await chat.ready();
  await chat.askAndWait('And of Peru?');
  await expect(chat.answers).toHaveCount(3);
});

test('a conversation keeps its model: it is loaded again for its next message', async ({ chat, page }) => {
  await chat.open();
  const bundled = await chat.model.locator('strong').innerText();
  await chat.askAndWait(QUESTION);
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await chat.openFile(endlessModel());
  const babble = await chat.ask('Talk.');
  await expect(babble).toHaveText(/\w+ \w+/);

  // The answer goes on meanwhile: nothing can be asked before it ends or is stopped.
  await entry(page, QUESTION).click();
  await expect(page.getByText('Answering in “Talk.”…')).toBeVisible();
  await chat.stop.click();
  await expect(chat.model).toContainText(bundled);
  const answer = await chat.askAndWait('What is the capital of Italy?');
  await expect(answer).toContainText('Rome');
});
