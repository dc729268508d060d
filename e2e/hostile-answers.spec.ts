// Answers that took the page with them, in the real browser: its layout recurses, and its translation changes the document.
import type { Page } from '@playwright/test';
import { HOSTILE_MARKDOWN } from '../app/testing/hostile-markdown.ts';
import { busyClock } from '../tools/busy-time.ts';
import { expect, test } from './chat-page.ts';
import { conversationWith, importConversation } from './sample-conversations.ts';

/** The kinds of which one member each crashed or whitened the page, or held it for longest. */
const NAMES = [
  'percent signs in a mail address',
  'percent signs in a mail address by itself',
  'a thousand lists on a line',
  'four thousand quotes',
  'emphasis on both sides',
  'quotes of lists of numbers',
  'roots',
  'lines over lines',
  'powers',
  'a macro that nests',
  'matrices in matrices',
  'a word of 100,000 letters',
  'something like a mail address',
  'escapes',
  'backticks',
  'five thousand links',
  'three thousand footnotes',
  'a wide and long table',
  'a million lines',
  'fifty thousand items',
  'Markdown in a Markdown code block',
  'five thousand formulas',
];

/**
 * Processor time of the main thread until an answer is open; the least of those that held the page took 15 s. Generous, because
 * another machine may be slower and what comes in portions counts too: the longest single task is what `npm run bench:hostile` tells.
 */
const MOST_BUSY_MS = 10_000;

test('no answer takes the page with it, and each of them shows something', async ({ page }) => {
  test.setTimeout(420_000);
  const busyMs = await busyClock(page);
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('crash', () => failures.push('crashed'));
  await page.route('**/models/**', (route) => route.abort());
  await page.goto('/');
  for (const [index, name] of NAMES.entries()) {
    const title = `Answer ${index}`;
    const busyBefore = await busyMs();
    const { head, messages } = conversationWith(HOSTILE_MARKDOWN[name]?.() ?? '', title);
    const answer = await importConversation(page, { head: { ...head, id: `hostile-${index}` }, messages });
    await expect(page, name).toHaveTitle(new RegExp(title));
    await expect(answer.locator('.markdown'), name).not.toBeEmpty();
    await expect(answer.getByText('could not be shown'), name).toHaveCount(0);
    // The page still answers.
    const field = page.getByRole('textbox', { name: 'Message' });
    await field.fill(name);
    await expect(field).toHaveValue(name);
    expect((await busyMs()) - busyBefore, name).toBeLessThan(MOST_BUSY_MS);
    expect(failures, name).toEqual([]);
  }
});

test('formulas and lists as deep as people write them are drawn', async ({ page }) => {
  await page.route('**/models/**', (route) => route.abort());
  await page.goto('/');
  const deepest = `${'- '.repeat(45)}$${'\\sqrt{'.repeat(48)}x${'}'.repeat(48)}$\n\n$$${'\\frac{1}{1+'.repeat(48)}x${'}'.repeat(48)}$$`;
  const answer = await importConversation(page, conversationWith(deepest));
  await expect(answer.locator('.sqrt')).toHaveCount(48);
  await expect(answer.locator('.katex-display')).toBeVisible();
});

test('a reference to nowhere leads nowhere', async ({ page }) => {
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  await page.route('**/models/**', (route) => route.abort());
  await page.goto('/');
  const answer = await importConversation(page, conversationWith('[a place](#%E0%A4%A)'));
  await answer.getByRole('link', { name: 'a place' }).click();
  await expect(answer).toBeVisible();
  expect(failures).toEqual([]);
});

/** Puts each text into two `<font>` elements, as a browser's translation does. */
const translate = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      if (text.data.trim() === '' || text.parentElement?.closest('font,script,style,textarea,[translate=no]') !== null)
        continue;
      const outer = document.createElement('font');
      outer.appendChild(document.createElement('font')).append(`«${text.data}»`);
      text.replaceWith(outer);
    }
  });

test('a page that the browser translates goes on: a message is sent, answered and shown', async ({ chat, page }) => {
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  await chat.open();
  await translate(page);
  const answer = await chat.askAndWait('What is the capital of France?');
  await expect(answer).toContainText(/\w+/);
  await translate(page);
  const second = await chat.askAndWait('And of Italy?');
  await expect(second).toContainText(/\w+/);
  await page
    .getByRole('button', { name: /New chat/ })
    .first()
    .click();
  await expect(chat.answers).toHaveCount(0);
  await expect(page.getByText('stopped working')).toHaveCount(0);
  expect(failures).toEqual([]);
});
