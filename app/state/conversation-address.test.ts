// @vitest-environment happy-dom
import { waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newDatabase } from '../testing/render-page.tsx';
import { closeTabs, openTab, type Tab } from '../testing/tabs.ts';
import { addressOf, keepAddress, placeOf } from './conversation-address.ts';
import { noticeStore } from './notice-store.ts';

let end: () => void = () => undefined;
beforeEach(() => {
  localStorage.clear();
  noticeStore.setState({ notices: [] });
  history.replaceState(null, '', '/');
});
afterEach(() => {
  end();
  closeTabs();
});

const openId = (tab: Tab): string | null => tab.chat.getState().current?.id ?? null;

/** As the browser does it: the address changes, then the page hears of it. */
function go(hash: string): void {
  history.replaceState(null, '', hash);
  window.dispatchEvent(new PopStateEvent('popstate'));
}

function follow(tab: Tab): void {
  end();
  end = keepAddress(tab.chat, Promise.resolve());
}

async function openWith(database: string, ...questions: string[]): Promise<{ tab: Tab; ids: string[] }> {
  const tab = await openTab(database);
  const ids: string[] = [];
  for (const question of questions) {
    await tab.chat.getState().newChat();
    await tab.chat.getState().send(question);
    ids.push(openId(tab) ?? '');
  }
  await tab.chat.getState().newChat();
  return { tab, ids };
}

test('addresses are read as they are written, and nothing else is one', () => {
  for (const hash of ['', '#', '#/', '#/new', addressOf(null)]) expect(placeOf(hash)).toEqual({ kind: 'new' });
  expect(placeOf(addressOf('a-b_1'))).toEqual({ kind: 'conversation', id: 'a-b_1' });
  for (const hash of ['#/c/', '#/c/a/b', '#/c/a%20b', `#/c/${'a'.repeat(65)}`, '#/c/__proto__ ', '#news', '#/c/<b>'])
    expect(placeOf(hash), hash).toEqual({ kind: 'unknown' });
});

test('what is begun takes the place of the new chat; what is opened adds an entry', async () => {
  const { tab, ids } = await openWith(newDatabase(), 'One');
  follow(tab);
  const entries = history.length;
  await tab.chat.getState().send('Two');
  expect(location.hash).toBe(addressOf(openId(tab)));
  expect(history.length).toBe(entries);
  await tab.chat.getState().select(ids[0] ?? '');
  expect(location.hash).toBe(addressOf(ids[0] ?? ''));
  expect(history.length).toBe(entries + 1);
  await tab.chat.getState().newChat();
  expect(location.hash).toBe('#/new');
});

test('Back opens what the address names, without another entry', async () => {
  const { tab, ids } = await openWith(newDatabase(), 'One', 'Two');
  follow(tab);
  const entries = history.length;
  for (const id of ids) {
    go(addressOf(id));
    await waitFor(() => expect(openId(tab)).toBe(id));
  }
  go('#/new');
  expect(openId(tab)).toBeNull();
  expect(history.length).toBe(entries);
  expect(noticeStore.getState().notices).toEqual([]);
});

test('a reload opens the conversation once the list is there', async () => {
  const database = newDatabase();
  const { ids } = await openWith(database, 'One');
  history.replaceState(null, '', addressOf(ids[0] ?? ''));
  const again = await openTab(database);
  follow(again);
  await waitFor(() => expect(openId(again)).toBe(ids[0]));
  expect(location.hash).toBe(addressOf(ids[0] ?? ''));
});

test('an address of nothing says so, and is a new chat', async () => {
  const { tab } = await openWith(newDatabase(), 'One');
  for (const hash of ['#/c/nobody', '#/elsewhere']) {
    noticeStore.setState({ notices: [] });
    history.replaceState(null, '', hash);
    follow(tab);
    await waitFor(() => expect(location.hash).toBe('#/new'));
    expect(noticeStore.getState().notices).toHaveLength(1);
    expect(openId(tab)).toBeNull();
  }
});

test('a deleted conversation leaves no entry behind, and comes back to its own', async () => {
  const { tab, ids } = await openWith(newDatabase(), 'One', 'Two');
  follow(tab);
  await tab.chat.getState().select(ids[1] ?? '');
  const entries = history.length;
  await tab.chat.getState().remove(ids[1] ?? '');
  expect(location.hash).toBe('#/new');
  await tab.chat.getState().undoDelete();
  expect(location.hash).toBe(addressOf(ids[1] ?? ''));
  expect(history.length).toBe(entries);
});

test('what another tab deletes under this one is told', async () => {
  const database = newDatabase();
  const { tab: other, ids } = await openWith(database, 'One');
  const here = await openTab(database);
  follow(here);
  await here.chat.getState().select(ids[0] ?? '');
  await other.chat.getState().remove(ids[0] ?? '');
  await waitFor(() => expect(location.hash).toBe('#/new'));
  expect(noticeStore.getState().notices.at(-1)?.text).toBe('This conversation was deleted in another tab.');
});

test('whoever writes before the list was read stays where they are', async () => {
  const { tab, ids } = await openWith(newDatabase(), 'One');
  history.replaceState(null, '', '#/c/nobody');
  let listed = (): void => undefined;
  end = keepAddress(tab.chat, new Promise<void>((resolve) => (listed = resolve)));
  await tab.chat.getState().send('Two');
  const mine = openId(tab);
  expect(mine).not.toBe(ids[0]);
  listed();
  await Promise.resolve();
  expect(openId(tab)).toBe(mine);
  expect(location.hash).toBe(addressOf(mine));
  expect(noticeStore.getState().notices).toEqual([]);
});
