// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from '@testing-library/react';
import { createStore } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { renderPage, send } from '../testing/render-page.tsx';
import { createFakeLocks } from '../testing/fake-locks.ts';
import { orInMemory } from './database.ts';
import { createLocalStore } from './local-store.ts';
import { grantedIfDenied } from './locks.ts';
import { notKeptStore } from './not-kept.ts';

function denied(): never {
  throw new DOMException('Access is denied for this document.', 'SecurityError');
}

/** Chromium's, where cookies are blocked: each request is refused. */
const DENIED_LOCKS = { request: async () => denied(), query: async () => denied() } as unknown as LockManager;

/** Chromium says no by an event, a sandbox throws, and some browsers have null there. */
function refuseByEvent(): IDBFactory {
  const open = (): IDBOpenDBRequest => {
    const request = { error: new DOMException('The user denied permission', 'UnknownError') } as IDBOpenDBRequest;
    queueMicrotask(() => request.onerror?.(new Event('error')));
    return request;
  };
  return { open } as unknown as IDBFactory;
}

const REFUSALS: readonly (readonly [string, unknown])[] = [
  ['an error event', refuseByEvent()],
  ['an exception', { open: denied }],
  ['null', null],
  ['nothing', undefined],
];

beforeEach(() => {
  localStorage.clear();
  notKeptStore.setState({ notKept: [] });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('everything denied', () => {
  test.each(REFUSALS)('it loads, answers and says what is not kept: IndexedDB gives %s', async (_what, factory) => {
    vi.stubGlobal('indexedDB', factory);
    vi.stubGlobal('BroadcastChannel', denied);
    vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(denied);
    const page = renderPage({ answer: () => 'Paris.' }, { locks: DENIED_LOCKS });
    await send(page, 'What is the capital of France?');
    expect(await screen.findByText('Paris.')).toBeTruthy();
    expect(
      await screen.findByText(/Kept only until this page is closed: conversations, drafts, settings, and the model\./),
    ).toBeTruthy();
    expect(screen.queryByText(/another tab/)).toBeNull();
    expect(page.stores.tab.getState().status.kind).toBe('owner');
    // Conversations work as ever, from memory.
    const { chat } = page.stores;
    await waitFor(() => expect(chat.getState().answeringIn).toBeNull());
    expect(chat.getState().unsaved.size).toBe(0);
    expect(chat.getState().readFailed).toBe(false);
    const [first] = chat.getState().heads;
    await chat.getState().newChat();
    await chat.getState().select(first?.id ?? '');
    expect(chat.getState().path.map(({ message }) => message.content)).toEqual([
      'What is the capital of France?',
      'Paris.',
    ]);
    // And what is chosen holds.
    page.stores.settings.getState().setTheme('dark');
    expect(page.stores.settings.getState().theme).toBe('dark');
    chat.close();
    page.stores.tab.close();
  });
});

test('what is not kept is said once, also of the model and of files that were not sent', async () => {
  vi.stubGlobal('indexedDB', { open: denied });
  vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(denied);
  const page = renderPage({ hasRoom: false }, { locks: DENIED_LOCKS });
  expect(await screen.findByText(/Kept only until this page is closed/)).toBeTruthy();
  await screen.findByText(/parameters, .* active/);
  const { drafts } = page.stores;
  await drafts.getState().addFiles('new', [new File(['text'], 'notes.txt', { type: 'text/plain' })]);
  await waitFor(() => expect([...drafts.getState().unkept]).toEqual(['new']));
  await screen.findByRole('button', { name: 'Show notes.txt' });
  expect(screen.getAllByText(/kept|keep /i)).toHaveLength(1);
  page.stores.chat.close();
  page.stores.tab.close();
});

test('where only the database is denied, files that were not sent are the ones that are not kept of a draft', async () => {
  vi.stubGlobal('indexedDB', { open: denied });
  const page = renderPage({}, { locks: createFakeLocks() });
  expect(await screen.findByText(/Kept only until this page is closed: conversations and the model\./)).toBeTruthy();
  await page.stores.drafts.getState().addFiles('new', [new File(['text'], 'notes.txt', { type: 'text/plain' })]);
  expect(await screen.findByText(/could not store what you attached/)).toBeTruthy();
  page.stores.chat.close();
  page.stores.tab.close();
});

test('where all is allowed, nothing is said', async () => {
  const page = renderPage({ answer: () => 'Paris.' }, { locks: createFakeLocks() });
  await send(page, 'What is the capital of France?');
  expect(await screen.findByText('Paris.')).toBeTruthy();
  expect(notKeptStore.getState().notKept).toEqual([]);
  expect(screen.queryByText(/Kept only until/)).toBeNull();
  page.stores.chat.close();
  page.stores.tab.close();
});

describe('each by itself', () => {
  test('a database in memory keeps and lists as the browser’s would', async () => {
    vi.stubGlobal('indexedDB', { open: denied });
    const store = orInMemory(createStore('denied', 'records'));
    await store('readwrite', (objects) => objects.put('one', 'a:1'));
    const keys = await store(
      'readonly',
      (objects) =>
        new Promise((resolve) => {
          const request = objects.getAllKeys(IDBKeyRange.bound('a:', 'a:\uffff'));
          request.onsuccess = () => resolve(request.result);
        }),
    );
    expect(keys).toEqual(['a:1']);
    expect(notKeptStore.getState().notKept).toEqual(['conversations', 'model']);
  });

  test('settings that found no room are kept when there is room again', () => {
    const written = new Map<string, string>();
    let isFull = true;
    const store = createLocalStore(() => ({
      getItem: (name) => written.get(name) ?? null,
      setItem: (name, value) => {
        if (isFull) throw new DOMException('Full', 'QuotaExceededError');
        written.set(name, value);
      },
      removeItem: (name) => void written.delete(name),
    }));
    store.setItem('a', '1');
    expect(store.getItem('a')).toBe('1');
    expect(notKeptStore.getState().notKept).toEqual(['drafts', 'settings']);
    isFull = false;
    store.setItem('a', '2');
    expect(written.get('a')).toBe('2');
    expect(notKeptStore.getState().notKept).toEqual([]);
    store.removeItem('a');
    expect(store.getItem('a')).toBeNull();
  });

  test('localStorage may be null', () => {
    const store = createLocalStore(() => null as unknown as Storage);
    expect(store.getItem('a')).toBeNull();
    store.setItem('a', '1');
    expect(store.getItem('a')).toBe('1');
  });

  test('a denied lock is granted; a lock that another tab holds is not, and one that was stolen is lost', async () => {
    const name = (lock: Lock | null): string | null => lock?.name ?? null;
    expect(await grantedIfDenied(DENIED_LOCKS)?.request('gpu', { ifAvailable: true }, name)).toBe('gpu');
    expect(grantedIfDenied(null)).toBeNull();

    const locks = createFakeLocks();
    const safe = grantedIfDenied(locks) as LockManager;
    const held = safe.request('gpu', {}, () => new Promise<never>(() => undefined)).catch((error: Error) => error.name);
    expect(await safe.request('gpu', { ifAvailable: true }, name)).toBeNull();
    void locks.request('gpu', { steal: true }, () => new Promise<never>(() => undefined));
    expect(await held).toBe('AbortError');

    const withdrawn = new AbortController();
    const waiting = safe.request('gpu', { signal: withdrawn.signal }, name).catch((error: Error) => error.name);
    await Promise.resolve();
    withdrawn.abort();
    expect(await waiting).toBe('AbortError');
    // What is thrown under the lock is not taken for a denial, and done twice.
    const task = vi.fn<() => never>(denied);
    await expect(safe.request('download', {}, task)).rejects.toThrow('Access is denied');
    expect(task).toHaveBeenCalledTimes(1);
  });
});
