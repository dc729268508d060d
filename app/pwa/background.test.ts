// @vitest-environment happy-dom
import { waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Download } from '../models/downloads-store.ts';
import { newDatabase } from '../testing/render-page.tsx';
import { closeTabs, openTab } from '../testing/tabs.ts';
import { tellInBackground } from './background-news.ts';
import { notificationsStore } from './notifications.ts';
import { keepAwake } from './wake-lock.ts';

const setAppBadge = vi.fn<(count: number) => Promise<void>>(async () => {});
const clearAppBadge = vi.fn<() => Promise<void>>(async () => {});
const shown: { title: string; options: { data: unknown } }[] = [];
let end: () => void = () => undefined;

beforeEach(() => {
  localStorage.clear();
  shown.length = 0;
  vi.clearAllMocks();
  const registration = {
    showNotification: async (title: string, options: { data: unknown }) => void shown.push({ title, options }),
  };
  const navigatorParts = { setAppBadge, clearAppBadge, serviceWorker: { getRegistration: async () => registration } };
  for (const [name, value] of Object.entries(navigatorParts)) {
    Object.defineProperty(navigator, name, { value, configurable: true });
  }
  notificationsStore.setState({ state: 'on' });
});
afterEach(() => {
  end();
  closeTabs();
  show('visible');
});

function show(state: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}

const download = (kind: 'running' | 'done'): Download => ({
  ...{ id: 'd', name: 'A model', url: 'https://a.example/m.gguf', loadedBytes: 1, totalBytes: 1 },
  status: kind === 'done' ? { kind } : { kind, stage: 'download', bytesPerSecond: null, secondsLeft: null },
});

test('a long answer that ends in the background is told, with the way to it; the number goes when one looks', async () => {
  const tab = await openTab(newDatabase());
  const clock = [0, 60_000];
  end = tellInBackground(tab, () => clock.shift() ?? 60_000);
  show('hidden');
  await tab.chat.getState().send('One');
  expect(setAppBadge).toHaveBeenCalledWith(1);
  const id = tab.chat.getState().current?.id ?? '';
  await waitFor(() => expect(shown).toMatchObject([{ title: 'Answered: One', options: { data: `#/c/${id}` } }]));
  show('visible');
  expect(clearAppBadge).toHaveBeenCalledOnce();
});

test('a short answer, and whatever ends in sight, is not told', async () => {
  const tab = await openTab(newDatabase());
  end = tellInBackground(tab, () => 0);
  show('hidden');
  await tab.chat.getState().send('One');
  show('visible');
  tab.downloads.setState({ downloads: [download('running')] });
  tab.downloads.setState({ downloads: [download('done')] });
  expect(setAppBadge).not.toHaveBeenCalled();
  expect(shown).toEqual([]);
});

test('a download that ends is told by the number alone where notifications are off', async () => {
  const tab = await openTab(newDatabase());
  notificationsStore.setState({ state: 'off' });
  end = tellInBackground(tab);
  show('hidden');
  tab.downloads.setState({ downloads: [download('running')] });
  tab.downloads.setState({ downloads: [download('done')] });
  expect(setAppBadge).toHaveBeenCalledWith(1);
  notificationsStore.setState({ state: 'on' });
  tab.downloads.setState({ downloads: [download('running')] });
  tab.downloads.setState({ downloads: [download('done')] });
  expect(setAppBadge).toHaveBeenLastCalledWith(2);
  await waitFor(() => expect(shown).toMatchObject([{ title: 'A model is downloaded' }]));
});

test('the screen lock is taken while a download runs, released when the page hides, and taken again', async () => {
  const locks: string[] = [];
  const request = async (): Promise<unknown> => {
    locks.push('taken');
    return Object.assign(new EventTarget(), { release: async () => void locks.push('released') });
  };
  Object.defineProperty(navigator, 'wakeLock', { value: { request }, configurable: true });
  const tab = await openTab(newDatabase());
  end = keepAwake(tab);
  expect(locks).toEqual([]);
  tab.downloads.setState({ downloads: [download('running')] });
  await waitFor(() => expect(locks).toEqual(['taken']));
  show('hidden');
  await waitFor(() => expect(locks).toEqual(['taken', 'released']));
  show('visible');
  await waitFor(() => expect(locks).toEqual(['taken', 'released', 'taken']));
  tab.downloads.setState({ downloads: [download('done')] });
  await waitFor(() => expect(locks.at(-1)).toBe('released'));
  expect(locks).toHaveLength(4);
});
