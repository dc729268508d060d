// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeLocks } from '../testing/fake-locks.ts';
import { createGate, newDatabase, renderPage } from '../testing/render-page.tsx';
import { closeTab, closeTabs, openTab, type Tab } from '../testing/tabs.ts';
import { LOCK_NAME } from './tab-store.ts';

beforeEach(() => localStorage.clear());
afterEach(() => {
  vi.restoreAllMocks();
  closeTabs();
  cleanup();
});

const kind = (tab: Tab): string => tab.tab.getState().status.kind;
const modelKind = (tab: Tab): string => tab.model.getState().status.kind;
const ready = (tab: Tab): Promise<void> => waitFor(() => expect(modelKind(tab)).toBe('ready'));

describe('several tabs', () => {
  test('one owns the GPU; the others load nothing, and read all the same', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const one = await openTab(database, {}, locks);
    await ready(one);
    await one.chat.getState().send('Hello');
    const two = await openTab(database, {}, locks);
    await waitFor(() => expect(kind(two)).toBe('elsewhere'));
    await two.chat.getState().select(two.chat.getState().heads[0]?.id ?? '');
    expect(two.chat.getState().path).toHaveLength(2);
    await two.chat.getState().rename(two.chat.getState().heads[0]?.id ?? '', 'Renamed');
    await waitFor(() => expect(one.chat.getState().heads[0]?.title).toBe('Renamed'));
    await two.chat.getState().send('Not here');
    expect(two.chat.getState().path).toHaveLength(2);
    expect(two.engine.loads).toHaveLength(0);
  });

  test('taking over stops the answer of the other tab, which keeps it, and moves the model', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const one = await openTab(database, { answer: () => 'one two three', pace: createGate(2).pace }, locks);
    await ready(one);
    const unload = vi.spyOn(one.client, 'unload');
    void one.chat.getState().send('Count');
    await waitFor(() => expect(one.chat.getState().path.at(-1)?.message.content).toBe('one two'));
    const two = await openTab(database, {}, locks);
    await waitFor(() => expect(kind(two)).toBe('elsewhere'));
    await two.tab.getState().takeOver();
    await ready(two);
    expect(one.tab.getState().status).toEqual({ kind: 'elsewhere', wasHere: true });
    expect(modelKind(one)).toBe('none');
    expect(unload).toHaveBeenCalled();
    await two.chat.getState().select(two.chat.getState().heads[0]?.id ?? '');
    expect(two.chat.getState().path.at(-1)?.message).toMatchObject({
      content: 'one two',
      status: { kind: 'done', finishReason: 'aborted' },
    });
    await two.chat.getState().send('More');
    expect(two.chat.getState().path).toHaveLength(4);
    // And back again.
    await one.tab.getState().takeOver();
    await ready(one);
    expect(kind(two)).toBe('elsewhere');
    expect(one.engine.loads).toHaveLength(2);
  });

  test('a closed tab frees the GPU, and one in sight takes it by itself', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const one = await openTab(database, {}, locks);
    await ready(one);
    const two = await openTab(database, {}, locks);
    await waitFor(() => expect(kind(two)).toBe('elsewhere'));
    closeTab(one);
    await ready(two);
    expect(kind(two)).toBe('owner');
  });

  test('one out of sight waits until it is looked at', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const one = await openTab(database, {}, locks);
    await ready(one);
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    const two = await openTab(database, {}, locks);
    await waitFor(() => expect(kind(two)).toBe('elsewhere'));
    closeTab(one);
    await waitFor(async () =>
      expect(await locks.request(LOCK_NAME, { ifAvailable: true }, (lock) => lock)).not.toBeNull(),
    );
    expect(kind(two)).toBe('elsewhere');
    visibility.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    await ready(two);
  });

  test('a tab that does not answer is robbed', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const two = await openTab(database, {}, null);
    closeTab(two);
    // Holds the lock and hears nothing, as a frozen tab does.
    const robbed = locks.request(LOCK_NAME, {}, () => new Promise<never>(() => undefined)).catch(() => 'robbed');
    const three = await openTab(database, {}, locks);
    await waitFor(() => expect(kind(three)).toBe('elsewhere'));
    await three.tab.getState().takeOver();
    await ready(three);
    expect(await robbed).toBe('robbed');
  });

  test('a tab that is robbed stops, and frees the GPU', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const one = await openTab(database, {}, locks);
    await ready(one);
    void locks.request(LOCK_NAME, { steal: true }, () => new Promise<never>(() => undefined));
    await waitFor(() => expect(one.tab.getState().status).toEqual({ kind: 'elsewhere', wasHere: true }));
    await waitFor(() => expect(modelKind(one)).toBe('none'));
  });

  test('opening a model takes the GPU: that is what the person wants', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const one = await openTab(database, {}, locks);
    await ready(one);
    const two = await openTab(database, {}, locks);
    await waitFor(() => expect(kind(two)).toBe('elsewhere'));
    const source = { kind: 'url', url: 'https://example.org/other.gguf' } as const;
    await two.model.getState().open(source);
    expect(two.engine.loads).toEqual([source]);
    expect(two.model.getState().opened?.source).toEqual(source);
    expect(kind(one)).toBe('elsewhere');
  });
});

describe('the notice', () => {
  test('says where the model runs, and takes it over', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const one = await openTab(database, {}, locks);
    await ready(one);
    const page = renderPage({}, { database, locks });
    expect(await screen.findByText('Mixtab is open in another tab, and the model runs there.')).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Use it here' }));
    await waitFor(() => expect(kind(one)).toBe('elsewhere'));
    await waitFor(() => expect(page.stores.model.getState().status.kind).toBe('ready'));
    expect(screen.queryByRole('button', { name: 'Use it here' })).toBeNull();
    await one.tab.getState().takeOver();
    expect(await screen.findByText('Another tab took over the model.')).toBeTruthy();
    page.stores.chat.close();
    page.stores.tab.close();
  });
});
