// What was written stays, on a browser that refuses: the stores below it have tests of their own (app/state/kept-conversations.test.ts).
import type { Page } from '@playwright/test';
import { type ChatPage, expect, test } from './chat-page.ts';
import { endlessModel } from './endless-model.ts';

declare global {
  interface Window {
    /** How writes are refused now; null: they are not. */
    refusal: 'thrown' | 'aborted' | 'closed' | null;
  }
}

/** Before the page's own scripts: every write goes through here. */
async function withRefusals(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.refusal = null;
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...parameters) {
      if (window.refusal === 'thrown') throw new DOMException('Full', 'QuotaExceededError');
      const request = put.apply(this, parameters);
      if (window.refusal === 'aborted') this.transaction.abort();
      if (window.refusal === 'closed') {
        this.transaction.abort();
        this.transaction.db.close();
      }
      return request;
    };
  });
}

/** The conversation as a later visit shows it: each question once, in order, and none of them a version of another. */
async function expectKept(chat: ChatPage, title: string, questions: readonly string[]): Promise<void> {
  const { page, conversation } = chat;
  await page.reload();
  await page.getByRole('navigation').getByRole('button', { name: title, exact: true }).click();
  await expect(conversation.getByRole('article', { name: 'You' })).toHaveText(questions);
  await expect(chat.answers).toHaveCount(questions.length);
  await expect(page.getByText(/\d+ of \d+$/)).toHaveCount(0);
}

test('what a full disk or a broken store refused is named, and written when it can be', async ({ chat, page }) => {
  await withRefusals(page);
  await chat.open();
  await chat.askAndWait('First question');
  const notice = page.getByRole('alert').filter({ hasText: 'This conversation is not saved' });
  const refusals = [
    { refusal: 'thrown', words: 'out of space' },
    { refusal: 'aborted', words: 'refused to store it' },
    { refusal: 'closed', words: 'refused to store it' },
  ] as const;
  const questions = ['First question'];
  for (const { refusal, words } of refusals) {
    await page.evaluate((how) => void (window.refusal = how), refusal);
    questions.push(`While it is ${refusal}`);
    await chat.askAndWait(`While it is ${refusal}`);
    await expect(notice).toContainText(words);
    await page.evaluate(() => void (window.refusal = null));
    questions.push(`After it was ${refusal}`);
    await chat.askAndWait(`After it was ${refusal}`);
    await expect(notice).toBeHidden();
  }
  await expectKept(chat, 'First question', questions);
});

test('site data that is cleared under the open page costs nothing of what is open', async ({ chat, page, baseURL }) => {
  await chat.open();
  await chat.askAndWait('First question');
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: new URL(baseURL ?? '').origin, storageTypes: 'all' });
  await chat.askAndWait('Second question');
  await expect
    .poll(() =>
      page.evaluate(
        () =>
          new Promise<number>((resolve, reject) => {
            const opening = indexedDB.open('mixtab-conversations');
            opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')));
            opening.addEventListener('success', () => {
              const db = opening.result;
              const counting = db.transaction('conversations').objectStore('conversations').count();
              counting.addEventListener('success', () => {
                db.close();
                resolve(counting.result);
              });
            });
          }),
      ),
    )
    .toBeGreaterThan(4); // the head, two questions, two answers, and their traces
  await expectKept(chat, 'First question', ['First question', 'Second question']);
});

test('files and long pastes that were not sent outlive a reload', async ({ chat, page }) => {
  await chat.open();
  await page
    .locator('input[type=file][aria-label="Attach text files"]')
    .setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Some notes') });
  const files = page.getByRole('list', { name: 'Attached files' });
  await expect(files.getByRole('listitem')).toHaveCount(1);
  await expect
    .poll(async () => {
      await page.reload();
      return await files.getByRole('button', { name: 'Show notes.txt' }).count();
    })
    .toBe(1);
  await files.getByRole('button', { name: 'Show notes.txt' }).click();
  await expect(page.getByRole('dialog', { name: 'notes.txt' })).toContainText('Some notes');
});

test('a panel whose code is gone says so in its place, and comes when it can be had', async ({ browser, baseURL }) => {
  // A service worker would answer in place of the server.
  const context = await browser.newContext({ serviceWorkers: 'block', ...(baseURL !== undefined && { baseURL }) });
  const page = await context.newPage();
  await page.route(/\/assets\/PanelBody/, (route) => route.fulfill({ status: 404 }));
  await page.goto('/');
  await page.keyboard.press('Alt+Shift+M');
  const panel = page.getByRole('dialog', { name: 'Models' });
  await expect(panel.getByRole('alert')).toContainText('could not be loaded');
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeAttached();
  await expect(panel.getByRole('button', { name: 'Reload' })).toBeVisible();
  await page.unroute(/\/assets\/PanelBody/);
  await panel.getByRole('button', { name: 'Try again' }).click();
  await expect(panel.getByRole('tab').first()).toBeVisible();
  await context.close();
});

test('a new version that one tab asks for leaves the answer of another in peace', async ({ chat, server, page }) => {
  // Long enough that it is still under way when the other tab reloads.
  await page.addInitScript(() => {
    localStorage['mixtab-settings'] ??= JSON.stringify({ state: { sampling: { maxTokens: 1500 } }, version: 1 });
  });
  await chat.open(server.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await chat.openFile(endlessModel());
  const answer = await chat.ask('Who are you?');
  await expect(answer).toHaveText(/\w+ \w+/);
  await page.evaluate(() => void Reflect.set(window, 'isSamePage', true));
  const isSamePage = (): Promise<boolean> => page.evaluate(() => Reflect.has(window, 'isSamePage'));
  server.replace('sw.js', (script) => `${script}\n// the next version`);
  const other = await page.context().newPage();
  await other.goto(server.url);
  await other.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
  const reloaded = other.waitForEvent('load');
  await other.getByRole('button', { name: 'Reload' }).click();
  await reloaded;
  // The tab that answers is the new version's too, and goes on to the end of its answer; then it offers to reload.
  await expect(answer).toHaveAttribute('aria-busy', 'false', { timeout: 120_000 });
  await expect(answer).toHaveText(/\w+ \w+/);
  const reload = page.getByRole('button', { name: 'Reload', exact: true });
  await expect(reload).toBeVisible();
  expect(await isSamePage()).toBe(true);
  await reload.click();
  await expect.poll(isSamePage).toBe(false);
});
