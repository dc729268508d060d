// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { noticeStore } from '../state/notice-store.ts';
import type { ConversationHead } from '../state/conversation.ts';
import { answer, head, question } from '../testing/messages.ts';
import { openConversationsDb } from '../state/conversations-db.ts';
import { newDatabase, renderPage, type RenderedPage } from '../testing/render-page.tsx';
import { conversationGroups } from './conversation-groups.ts';
import { fileNameOf } from './save-file.ts';

const DAY = 86_400_000;
const NOW = new Date(2026, 10, 24, 12).getTime();

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  noticeStore.setState({ notices: [] });
  vi.restoreAllMocks();
});

/** A page with conversations of these titles, the first the newest. */
async function pageWith(titles: readonly string[], change: Partial<ConversationHead> = {}): Promise<RenderedPage> {
  const database = newDatabase();
  const db = openConversationsDb(database);
  for (const [index, title] of titles.entries()) {
    const id = `c${index}`;
    await db.write(id, {
      create: head(id, { title, updatedAt: Date.now() - index * 1000, leafId: `${id}-a`, ...change }),
      messages: [question(`${id}-q`, null, 1, `Ask of ${title}`), answer(`${id}-a`, `${id}-q`, 2, `Say of ${title}`)],
    });
  }
  const page = renderPage({}, { database });
  await screen.findByRole('button', { name: titles[0] ?? '' });
  return page;
}

const list = (): HTMLElement => screen.getByRole('navigation', { name: 'Conversations' });
const item = (name: string): HTMLElement => within(list()).getByRole('button', { name });
const shown = (): string[] => [...list().querySelectorAll('[data-conversation]')].map((one) => one.textContent ?? '');
const openMenu = async (page: RenderedPage, title: string): Promise<HTMLElement> => {
  await page.user.click(item(`Options for “${title}”`));
  return screen.findByRole('menu');
};

describe('the list', () => {
  test('is sorted by date under headings, pinned ones first', () => {
    const heads = [
      head('p', { isPinned: true, updatedAt: NOW - 400 * DAY }),
      head('a', { updatedAt: NOW }),
      head('b', { updatedAt: NOW - DAY }),
      head('c', { updatedAt: NOW - 3 * DAY }),
      head('d', { updatedAt: NOW - 100 * DAY }),
    ];
    const groups = conversationGroups(heads, 'Pinned', NOW);
    expect(groups.map(({ label, heads: members }) => [label, members.map(({ id }) => id).join()])).toEqual([
      ['Pinned', 'p'],
      ['Today', 'a'],
      ['Yesterday', 'b'],
      ['Last 7 days', 'c'],
      ['August 2026', 'd'],
    ]);
  });

  test('arrow keys, Home and End go through it; Tab stops once', async () => {
    const page = await pageWith(['One', 'Two', 'Three']);
    item('One').focus();
    await page.user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(item('Two'));
    await page.user.keyboard('{End}');
    expect(document.activeElement).toBe(item('Three'));
    await page.user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(item('Three'));
    await page.user.keyboard('{Home}');
    expect(document.activeElement).toBe(item('One'));
    const stops = [...list().querySelectorAll('[data-conversation]')].filter(
      (one) => one.getAttribute('tabindex') === '0',
    );
    expect(stops).toHaveLength(1);
    await page.user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(item('Two').getAttribute('aria-current')).toBe('page'));
  });

  test('a thousand conversations have one menu', async () => {
    const page = await pageWith(['One', 'Two']);
    expect(screen.queryByRole('menu')).toBeNull();
    await openMenu(page, 'Two');
    await page.user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(item('Two')));
  });
});

describe('a conversation', () => {
  test('is renamed in its place by F2, and Escape leaves it as it was', async () => {
    const page = await pageWith(['One', 'Two']);
    item('One').focus();
    await page.user.keyboard('{F2}');
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'New title' });
    expect(document.activeElement).toBe(field);
    await page.user.keyboard('Renamed{Enter}');
    await waitFor(() => expect(document.activeElement).toBe(item('Renamed')));
    await page.user.keyboard('{F2}Never mind{Escape}');
    await waitFor(() => expect(document.activeElement).toBe(item('Renamed')));
    await page.user.keyboard('{F2}{Control>}a{/Control}{Backspace}{Enter}');
    await waitFor(() => expect(item('Renamed')).toBeTruthy()); // an empty title is none
  });

  test('is renamed from its menu', async () => {
    const page = await pageWith(['One']);
    const menu = await openMenu(page, 'One');
    await page.user.click(within(menu).getByRole('menuitem', { name: 'Rename' }));
    const field = await screen.findByRole('textbox', { name: 'New title' });
    await page.user.clear(field);
    await page.user.type(field, 'From the menu{Enter}');
    await waitFor(() => expect(item('From the menu')).toBeTruthy());
  });

  test('is pinned to the top, and let go again', async () => {
    const page = await pageWith(['One', 'Two']);
    await page.user.click(within(await openMenu(page, 'Two')).getByRole('menuitem', { name: 'Pin' }));
    await waitFor(() => expect(shown()).toEqual(['Two', 'One']));
    expect(within(list()).getByRole('heading', { name: 'Pinned' })).toBeTruthy();
    await page.user.click(within(await openMenu(page, 'Two')).getByRole('menuitem', { name: 'Unpin' }));
    await waitFor(() => expect(shown()).toEqual(['One', 'Two']));
  });

  test('is deleted by its menu or by Delete, the focus stays in the list, and Undo brings it back', async () => {
    const page = await pageWith(['One', 'Two', 'Three']);
    await page.user.click(within(await openMenu(page, 'Two')).getByRole('menuitem', { name: 'Delete' }));
    await waitFor(() => expect(shown()).toEqual(['One', 'Three']));
    await waitFor(() => expect(document.activeElement).toBe(item('Three')));
    await page.user.keyboard('{Delete}');
    await waitFor(() => expect(shown()).toEqual(['One']));
    expect(screen.getByText('“Three” deleted')).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(shown()).toEqual(['One', 'Three']));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });
});

describe('the search', () => {
  test('shows where the words are, and opens the conversation there', async () => {
    const page = await pageWith(['Dragons', 'Bicycles']);
    await page.user.type(screen.getByRole('searchbox', { name: 'Search conversations' }), 'bicyc');
    const results = await screen.findByRole('list', { name: 'Search results' });
    await waitFor(() => expect(within(results).getAllByRole('button')).toHaveLength(3));
    expect(screen.getByText('3 results')).toBeTruthy();
    const marks = [...results.querySelectorAll('mark')].map((mark) => mark.textContent);
    expect(new Set(marks)).toEqual(new Set(['Bicycles']));
    await page.user.keyboard('{ArrowDown}');
    expect(results.contains(document.activeElement)).toBe(true);
    await page.user.click(within(results).getByRole('button', { name: /Say of Bicycles/ }));
    await waitFor(() => expect(page.stores.chat.getState().current?.title).toBe('Bicycles'));
    await page.user.click(screen.getByRole('button', { name: 'Clear search' }));
    expect(shown()).toEqual(['Dragons', 'Bicycles']);
  });

  test('says when nothing was found, and Escape leads back to the list', async () => {
    const page = await pageWith(['Dragons']);
    const field = screen.getByRole<HTMLInputElement>('searchbox', { name: 'Search conversations' });
    await page.user.type(field, 'walrus');
    expect(await screen.findByText('No results')).toBeTruthy();
    await page.user.type(field, '{Escape}');
    expect(field.value).toBe('');
    expect(shown()).toEqual(['Dragons']);
  });
});

describe('files', () => {
  /** Names and contents of what was handed to the browser's downloads. */
  function watchDownloads(): { name: string; content: Blob }[] {
    const saved: { name: string; content: Blob }[] = [];
    let latest = new Blob();
    vi.spyOn(URL, 'createObjectURL').mockImplementation((content) => {
      latest = content as Blob;
      return 'blob:x';
    });
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
      saved.push({ name: this.download, content: latest });
    });
    return saved;
  }

  test('one is exported as Markdown, all as JSON, and imported again', async () => {
    const saved = watchDownloads();
    const page = await pageWith(['Über: Dragons?', 'Two']);
    const menu = await openMenu(page, 'Über: Dragons?');
    await page.user.click(within(menu).getByRole('menuitem', { name: 'Export as Markdown' }));
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]?.name).toBe('Über-Dragons.md');
    expect(await saved[0]?.content.text()).toContain('Say of Über: Dragons?');

    await page.user.click(screen.getByRole('button', { name: 'All conversations' }));
    await page.user.click(await screen.findByRole('menuitem', { name: 'Export all conversations' }));
    await waitFor(() => expect(saved).toHaveLength(2));
    const file = new File([saved[1]?.content ?? ''], 'all.json', { type: 'application/json' });

    const other = renderPage();
    await other.user.upload(screen.getByLabelText('Import conversations'), file);
    expect(await screen.findByText('2 conversations imported (4 messages).')).toBeTruthy();
    expect(shown()).toEqual(['Über: Dragons?', 'Two']);
    await other.user.upload(screen.getByLabelText('Import conversations'), file);
    expect(await screen.findByText('Nothing new to import. 2 were already there.')).toBeTruthy();
  });

  test('a file that is none says so, until it is dismissed', async () => {
    const page = await pageWith(['One']);
    const file = new File(['nonsense'], 'x.json', { type: 'application/json' });
    await page.user.upload(screen.getByLabelText('Import conversations'), file);
    expect(await screen.findByText(/not a file of conversations from Mixtab/)).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText(/not a file of conversations/)).toBeNull();
  });

  test('names of files have only what every system takes', () => {
    expect(fileNameOf('  a/b\\c: "d"?  ', 'x')).toBe('a-b-c-d');
    expect(fileNameOf('???', 'conversation')).toBe('conversation');
    expect(fileNameOf('学生', 'x')).toBe('学生');
  });
});
