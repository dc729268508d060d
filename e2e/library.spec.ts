// What a browser keeps, and what a file brings: hostile records, and very many conversations, in the built page.
import type { Locator, Page } from '@playwright/test';
import { writeConversations } from '../app/state/files/conversation-file.ts';
import { answer, head, question } from '../app/testing/messages.ts';
import { ChatPage, expect, test } from './chat-page.ts';

const MANY = 1600;

function list(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Conversations' });
}

/** `count` short conversations, the first the newest. */
async function backup(count: number): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const filed = Array.from({ length: count }, (_, at) => ({
    head: head(`k${at}`, { title: `Talk number ${at}`, updatedAt: 1_767_600_000_000 - at * 3_600_000, leafId: 'a' }),
    messages: [question('q', null, 1, 'Q?'), answer('a', 'q', 2, `Answer ${at}`)],
  }));
  const text = await writeConversations(filed, new Date(0)).text();
  return { name: 'backup.json', mimeType: 'application/json', buffer: Buffer.from(text) };
}

test('settings that are not ours, in any place, leave the page as it is, and are set aside', async ({ page }) => {
  await page.addInitScript(() => {
    if (sessionStorage.getItem('spoiled') !== null) return; // once, not again at a reload
    sessionStorage.setItem('spoiled', 'yes');
    const state = { language: '../../evil', presets: 'abc', sampling: { topK: 'many' }, theme: 'dark' };
    localStorage.setItem('mixtab-settings', JSON.stringify({ state, version: 1 }));
    localStorage.setItem('mixtab-drafts', '{"new":{"text":5},"__proto__":7}');
    localStorage.setItem('mixtab-models', '[');
  });
  await page.goto('/');
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  const settings = page.getByRole('dialog', { name: 'Settings' });
  await expect(settings.getByText(/3 records could not be read/)).toBeVisible();
  await settings.getByRole('tab', { name: 'Generation' }).click();
  await expect(settings.getByRole('spinbutton', { name: 'Temperature' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  await expect(page.getByText(/could not be read/)).toHaveCount(0);
});

test('a backup of 1,600 conversations is imported at once, and the list is windowed', async ({ page }) => {
  await page.goto('/');
  await new ChatPage(page).ready();
  const file = await backup(MANY);
  const began = Date.now();
  await page.getByLabel('Import conversations').setInputFiles(file);
  await expect(page.getByText('1,600 conversations imported (3,200 messages).')).toBeVisible({ timeout: 60_000 });
  console.log(`1,600 conversations were imported in ${Date.now() - began} ms`);
  const first = list(page).getByRole('button', { name: 'Talk number 0', exact: true });
  await expect(first).toBeVisible();
  expect(await list(page).locator('[data-conversation]').count()).toBeLessThan(60);

  await first.focus();
  await page.keyboard.press('End');
  const last = list(page).getByRole('button', { name: `Talk number ${MANY - 1}`, exact: true });
  await expect(last).toBeFocused();
  await expect(last).toBeInViewport();
  await page.keyboard.press('ArrowUp');
  const before = list(page).getByRole('button', { name: `Talk number ${MANY - 2}`, exact: true });
  await expect(before).toBeFocused();
  // What an item has is looked for within it.
  const items = list(page).getByRole('listitem');
  const item = items.filter({ has: page.getByRole('button', { name: `Talk number ${MANY - 2}`, exact: true }) });
  await expect(item).toHaveAttribute('aria-setsize', /^16\d\d$/);

  const scrolled = await list(page).evaluate((scroller) => scroller.scrollTop);
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'New title' }).fill('Renamed');
  await page.keyboard.press('Enter');
  await expect(list(page).getByRole('button', { name: 'Renamed', exact: true })).toBeFocused();
  expect(await list(page).evaluate((scroller) => scroller.scrollTop)).toBe(scrolled);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article', { name: 'Mixtab' })).toContainText(`Answer ${MANY - 2}`);

  await list(page).getByRole('button', { name: 'Renamed', exact: true }).focus();
  await page.keyboard.press('Home');
  await expect(first).toBeFocused();
  await expect(first).toBeInViewport();
  await page.keyboard.press('Delete');
  await expect(list(page).getByRole('button', { name: 'Talk number 1', exact: true })).toBeFocused();
  await expect(first).toHaveCount(0);
});
