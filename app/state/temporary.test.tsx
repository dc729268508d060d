// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newDatabase, renderPage, send } from '../testing/render-page.tsx';
import { openConversationsDb } from './conversations-db.ts';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

async function beginTemporary(database = newDatabase()) {
  const page = renderPage({ answer: () => 'An answer' }, { database });
  await page.user.click(screen.getByRole('button', { name: 'Temporary chat' }));
  return page;
}

test('nothing of a temporary chat is stored, listed or found, and its draft neither', async () => {
  const database = newDatabase();
  const page = await beginTemporary(database);
  expect(screen.getByText(/It is not stored/)).toBeTruthy();
  await send(page, 'A secret question');
  await screen.findByRole('button', { name: 'More about this answer' });
  await page.user.type(screen.getByRole('textbox', { name: 'Message' }), 'A secret draft');

  expect(page.stores.chat.getState().path).toHaveLength(2);
  expect(page.stores.chat.getState().heads).toEqual([]);
  expect(await page.stores.chat.getState().search('secret')).toEqual([]);
  await page.stores.chat.getState().saveAgain();
  expect(page.stores.chat.getState().unsaved.size).toBe(0);
  expect(location.hash).not.toContain('temporary');
  expect(JSON.stringify({ ...localStorage })).not.toContain('secret');
  const db = openConversationsDb(database);
  expect(await db.heads()).toEqual([]);
  expect(await db.allMessages()).toEqual([]);
});

test('answers are made again and questions edited in it as in any other', async () => {
  const page = await beginTemporary();
  await send(page, 'One');
  await screen.findByRole('button', { name: 'More about this answer' });
  const { edit, path } = page.stores.chat.getState();
  await act(() => edit(path[0]?.message.id ?? '', 'Two'));
  await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
  expect(page.stores.chat.getState().path.map(({ message }) => message.content)).toEqual(['Two', 'An answer']);
});

test('it ends when it is left, with the answer that is under way', async () => {
  const page = renderPage({ answer: () => 'one two three four', pace: () => new Promise((go) => setTimeout(go, 20)) });
  await page.user.click(screen.getByRole('button', { name: 'Temporary chat' }));
  await send(page, 'Count');
  const banner = within(screen.getByRole('banner'));
  expect(banner.queryByRole('button', { name: 'Temporary chat' })).toBeNull();
  await page.user.click(screen.getByRole('button', { name: 'New chat' }));
  await waitFor(() => expect(page.stores.chat.getState().answeringIn).toBeNull());
  expect(page.stores.chat.getState()).toMatchObject({ current: null, heads: [], path: [] });
  expect(screen.queryByText(/It is not stored/)).toBeNull();
});
