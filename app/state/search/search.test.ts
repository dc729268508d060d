// @vitest-environment happy-dom
import { waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newDatabase } from '../../testing/render-page.tsx';
import { closeTab, closeTabs, openTab, type Tab } from '../../testing/tabs.ts';

beforeEach(() => localStorage.clear());
afterEach(closeTabs);

async function ask(tab: Tab, ...questions: string[]): Promise<void> {
  for (const question of questions) {
    await tab.chat.getState().newChat();
    await tab.chat.getState().send(question);
  }
}

const titles = async (tab: Tab, query: string): Promise<string[]> => {
  const hits = await tab.chat.getState().search(query);
  return [...new Set(hits.map(({ conversation }) => conversation.title))];
};

test('finds words in titles, questions and answers, also by their beginning and with a slip', async () => {
  const tab = await openTab(newDatabase(), { answer: () => 'It sleeps in a volcano.' });
  await ask(tab, 'Where does the dragon live?', 'What is a bicycle?');
  expect(await titles(tab, 'drag')).toEqual(['Where does the dragon live?']);
  expect(await titles(tab, 'bicicle')).toEqual(['What is a bicycle?']);
  expect(await titles(tab, 'DRAGON volcano')).toEqual([]); // no single message has both
  expect((await titles(tab, 'volcano')).toSorted((a, b) => a.localeCompare(b))).toHaveLength(2);
  expect(await titles(tab, '  ')).toEqual([]);
  expect(await titles(tab, 'unrelated')).toEqual([]);
});

test('a hit leads to the message, on the branch where it stands', async () => {
  const tab = await openTab(newDatabase());
  await ask(tab, 'First wording about turtles');
  const { path, edit } = tab.chat.getState();
  await edit(path[0]?.message.id ?? '', 'Second wording');
  await tab.chat.getState().rename(tab.chat.getState().current?.id ?? '', 'Animals');
  await tab.chat.getState().newChat();
  const hits = await tab.chat.getState().search('turtles');
  expect(hits.length).toBeGreaterThan(0);
  const hit = hits.find(({ messageId }) => messageId === path[0]?.message.id);
  expect(hit?.excerpt.slice(hit.marks[0]?.start, (hit.marks[0]?.start ?? 0) + (hit.marks[0]?.length ?? 0))).toBe(
    'turtles',
  );
  await tab.chat.getState().select(hit?.conversation.id ?? '', hit?.messageId ?? undefined);
  expect(tab.chat.getState().path.map(({ message }) => message.content)).toEqual([
    'First wording about turtles',
    'You said: First wording about turtles',
  ]);
  expect(tab.chat.getState().focusMessageId).toBe(hit?.messageId);
  tab.chat.getState().focusShown();
  expect(tab.chat.getState().focusMessageId).toBeNull();
});

test('stays current: new messages, renamed, deleted and brought back, also in another tab', async () => {
  const database = newDatabase();
  const [one, two] = [await openTab(database), await openTab(database)];
  await ask(one, 'About otters');
  await waitFor(() => expect(two.chat.getState().heads).toHaveLength(1));
  expect(await titles(two, 'otters')).toHaveLength(1);
  await one.chat.getState().send('And what of walruses?');
  await waitFor(async () => expect(await titles(two, 'walruses')).toHaveLength(1));
  const id = one.chat.getState().current?.id ?? '';
  await one.chat.getState().rename(id, 'Mammals');
  await waitFor(async () => expect(await titles(two, 'mammals')).toEqual(['Mammals']));
  await one.chat.getState().remove(id);
  await waitFor(async () => expect(await titles(two, 'otters')).toEqual([]));
  expect(await titles(one, 'otters')).toEqual([]);
  await one.chat.getState().undoDelete();
  expect(await titles(one, 'otters')).toEqual(['Mammals']);
});

test('finds what was written before this visit', async () => {
  const database = newDatabase();
  const tab = await openTab(database);
  await ask(tab, 'About herons');
  closeTab(tab);
  expect(await titles(await openTab(database), 'heron')).toEqual(['About herons']);
});

test('searches that follow each other at every key all come back', async () => {
  const tab = await openTab(newDatabase());
  await ask(tab, 'About penguins');
  const found = await Promise.all(['p', 'pe', 'pen', 'peng'].map((query) => titles(tab, query)));
  expect(found).toEqual(Array.from({ length: 4 }, () => ['About penguins']));
});
