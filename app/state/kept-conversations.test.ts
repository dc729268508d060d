// @vitest-environment happy-dom
import { waitFor } from '@testing-library/react';
import { clear, createStore } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noticeStore } from './notice-store.ts';
import { newDatabase } from '../testing/render-page.tsx';
import {
  clearDatabase,
  installStorageFaults,
  type Refusal,
  REFUSALS,
  type StorageFault,
  type StorageFaults,
} from '../testing/storage-faults.ts';
import { closeTab, closeTabs, openTab, type Tab } from '../testing/tabs.ts';
import type { ChatState } from './chat-state.ts';

let faults: StorageFaults;
beforeEach(() => {
  localStorage.clear();
  noticeStore.setState(noticeStore.getInitialState(), true);
  faults = installStorageFaults();
});
afterEach(() => {
  faults.uninstall();
  closeTabs();
});

/** Nothing is tried again by itself. */
const PATIENT = { retryMs: 1e9, longestRetryMs: 1e9 };
const FAST = { retryMs: 1, longestRetryMs: 5, wordMs: 50 };

const chat = (tab: Tab): ChatState => tab.chat.getState();
const texts = (tab: Tab): string[] => chat(tab).path.map(({ message }) => message.content);
const isChain = (tab: Tab): boolean => chat(tab).path.every(({ siblings }) => siblings.length === 1);
const unsaved = (tab: Tab) => [...chat(tab).unsaved.values()];

/** What a tab that is opened now finds of the only conversation. */
async function reopened(database: string): Promise<{ texts: string[]; isChain: boolean; hasRouting: boolean }> {
  const tab = await openTab(database);
  const { heads, select } = chat(tab);
  expect(heads).toHaveLength(1);
  await select(heads[0]?.id ?? '');
  const answered = chat(tab).path.filter(({ message }) => message.role === 'assistant');
  await waitFor(() => expect(answered.length).toBeGreaterThan(0));
  const routed = await chat(tab).pastAnswers(heads[0]?.id ?? '');
  const found = { texts: texts(tab), isChain: isChain(tab), hasRouting: routed.length === answered.length };
  closeTab(tab);
  return found;
}

const ALL = ['One', 'You said: One', 'Two', 'You said: Two', 'Three', 'You said: Three'];

const manners: { readonly manner: string; fault(name: Refusal): StorageFault }[] = [
  { manner: 'thrown', fault: (name) => ({ kind: 'refuse', name }) },
  { manner: 'by which the transaction is aborted', fault: (name) => ({ kind: 'abort', name }) },
];
const kinds = manners.flatMap(({ manner, fault }) => REFUSALS.map((name) => ({ manner, name, fault: fault(name) })));

describe('a refused write', () => {
  test.each(kinds)('$name, $manner: what is missing is written with the next change', async ({ name, fault }) => {
    const database = newDatabase();
    const tab = await openTab(database, {}, null, PATIENT);
    await chat(tab).send('One');
    expect(unsaved(tab)).toEqual([]);
    faults.choose(() => fault);
    await chat(tab).send('Two');
    const reason = name === 'QuotaExceededError' ? 'full' : name === 'SecurityError' ? 'denied' : 'refused';
    expect(unsaved(tab)).toEqual([{ reason, messages: 2, deletions: 0 }]);
    faults.choose(() => null);
    await chat(tab).send('Three');
    expect(unsaved(tab)).toEqual([]);
    closeTab(tab);
    expect(await reopened(database)).toEqual({ texts: ALL, isChain: true, hasRouting: true });
  });

  test('of the creation, too; the first exchange comes with the second', async () => {
    const database = newDatabase();
    const tab = await openTab(database, {}, null, PATIENT);
    faults.choose(() => ({ kind: 'abort', name: 'QuotaExceededError' }));
    await chat(tab).send('One');
    expect(unsaved(tab)).toEqual([{ reason: 'full', messages: 2, deletions: 0 }]);
    faults.choose(() => null);
    await chat(tab).send('Two');
    await chat(tab).send('Three');
    expect(unsaved(tab)).toEqual([]);
    closeTab(tab);
    expect(await reopened(database)).toEqual({ texts: ALL, isChain: true, hasRouting: true });
  });

  test('is tried again by itself', async () => {
    const database = newDatabase();
    const tab = await openTab(database, {}, null, FAST);
    const since = faults.writes;
    faults.choose((write) => (write - since < 20 ? { kind: 'refuse', name: 'UnknownError' } : null));
    for (const text of ['One', 'Two', 'Three']) await chat(tab).send(text);
    await waitFor(() => expect(unsaved(tab)).toEqual([]));
    closeTab(tab);
    expect(await reopened(database)).toEqual({ texts: ALL, isChain: true, hasRouting: true });
  });

  test('is tried again when the tab hides', async () => {
    const database = newDatabase();
    const tab = await openTab(database, {}, null, PATIENT);
    faults.choose(() => ({ kind: 'refuse', name: 'QuotaExceededError' }));
    for (const text of ['One', 'Two', 'Three']) await chat(tab).send(text);
    faults.choose(() => null);
    window.dispatchEvent(new Event('pagehide'));
    await waitFor(() => expect(unsaved(tab)).toEqual([]));
    closeTab(tab);
    expect(await reopened(database)).toEqual({ texts: ALL, isChain: true, hasRouting: true });
  });

  test('is still there after another conversation was open, and counts as something to lose', async () => {
    const database = newDatabase();
    const tab = await openTab(database, {}, null, PATIENT);
    await chat(tab).send('One');
    const id = chat(tab).current?.id ?? '';
    faults.choose(() => ({ kind: 'refuse', name: 'QuotaExceededError' }));
    await chat(tab).send('Two');
    await chat(tab).newChat();
    await chat(tab).select(id);
    expect(texts(tab)).toEqual(ALL.slice(0, 4));
    const leaving = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(true);
    // Where there is room again for one, there is for the others.
    await chat(tab).newChat();
    faults.choose(() => null);
    await chat(tab).send('Another conversation');
    await waitFor(() => expect(unsaved(tab)).toEqual([]));
    await chat(tab).remove(chat(tab).current?.id ?? '');
    closeTab(tab);
    expect((await reopened(database)).texts).toEqual(ALL.slice(0, 4));
  });

  test('of a deletion leaves all as it was, and says so', async () => {
    const tab = await openTab(newDatabase(), {}, null, PATIENT);
    await chat(tab).send('One');
    faults.choose(() => ({ kind: 'abort', name: 'UnknownError' }));
    await chat(tab).remove(chat(tab).current?.id ?? '');
    expect(chat(tab).heads).toHaveLength(1);
    expect(noticeStore.getState().notices).toMatchObject([{ kind: 'failed' }]);
  });

  test('what was never stored can be deleted, and comes back whole', async () => {
    const database = newDatabase();
    const tab = await openTab(database, {}, null, PATIENT);
    faults.choose(() => ({ kind: 'refuse', name: 'SecurityError' }));
    await chat(tab).send('One');
    expect(unsaved(tab)).toMatchObject([{ reason: 'denied' }]);
    await chat(tab).remove(chat(tab).current?.id ?? '');
    expect(chat(tab)).toMatchObject({ heads: [], unsaved: new Map() });
    faults.choose(() => null);
    await chat(tab).undoDelete();
    expect(texts(tab)).toEqual(ALL.slice(0, 2));
    closeTab(tab);
    expect((await reopened(database)).texts).toEqual(ALL.slice(0, 2));
  });

  test('a store that does not answer holds nothing up', async () => {
    const tab = await openTab(newDatabase(), {}, null, { ...PATIENT, patienceMs: 20 });
    const since = faults.writes;
    faults.choose((write) => (write === since ? { kind: 'delay', turns: 500 } : null));
    await chat(tab).send('One');
    expect(chat(tab).answeringIn).toBeNull();
    await waitFor(() => expect(unsaved(tab)).toEqual([]));
  });
});

describe('site data that is cleared under the open page', () => {
  const ways = [
    { way: 'the database is deleted', clearAll: (name: string) => clearDatabase(name) },
    { way: 'its records are', clearAll: (name: string) => clear(createStore(name, 'conversations')) },
  ];
  test.each(ways)('$way: the open conversation is written again as a whole', async ({ clearAll }) => {
    const database = newDatabase();
    const tab = await openTab(database, {}, null, FAST);
    await chat(tab).send('One');
    await chat(tab).send('Two');
    await clearAll(database);
    await chat(tab).send('Three');
    await waitFor(async () => {
      const other = await openTab(database);
      expect(chat(other).heads).toHaveLength(1);
      closeTab(other);
    });
    closeTab(tab);
    expect(await reopened(database)).toEqual({ texts: ALL, isChain: true, hasRouting: true });
  });

  test('what another tab deleted does not come back', async () => {
    const database = newDatabase();
    const [one, other] = [await openTab(database, {}, null, FAST), await openTab(database, {}, null, FAST)];
    await chat(one).send('One');
    const id = chat(one).current?.id ?? '';
    await waitFor(() => expect(chat(other).heads).toHaveLength(1));
    await Promise.all([chat(other).remove(id), chat(one).send('Two'), chat(one).rename(id, 'Renamed')]);
    await waitFor(() => expect(chat(one).heads).toEqual([]));
    await chat(one).send('Another conversation');
    const third = await openTab(database);
    expect(chat(third).heads.map(({ title }) => title)).toEqual(['Another conversation']);
  });

  test('a conversation of which nothing is left says so', async () => {
    const database = newDatabase();
    const tab = await openTab(database, {}, null, FAST);
    await chat(tab).send('One');
    const id = chat(tab).current?.id ?? '';
    await chat(tab).newChat();
    await clearDatabase(database);
    await chat(tab).select(id);
    expect(noticeStore.getState().notices).toMatchObject([{ kind: 'failed' }]);
  });
});

test('a list that cannot be read is read again by itself', async () => {
  const database = newDatabase();
  const first = await openTab(database);
  await chat(first).send('One');
  closeTab(first);
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...asked) {
    if (this.name === database) throw new DOMException('Injected', 'UnknownError');
    return transaction.apply(this, asked);
  };
  const tab = await openTab(database);
  expect(chat(tab)).toMatchObject({ readFailed: true, heads: [] });
  IDBDatabase.prototype.transaction = transaction;
  await waitFor(() => expect(chat(tab)).toMatchObject({ readFailed: false, heads: [{ title: 'One' }] }));
});
