// @vitest-environment happy-dom
// Tabs that share one engine: what the page makes of what the others do.
import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineModel, ModelInfo } from '../../engine/api.ts';
import { createFakeLocks } from '../testing/fake-locks.ts';
import { createFakeEngine } from '../testing/fake-engine.ts';
import { newDatabase, renderPage } from '../testing/render-page.tsx';
import { storedModel } from '../testing/model-panel.ts';
import { closeTab, closeTabs, openTab, type Tab } from '../testing/tabs.ts';
import { LOCK_NAME } from './tab-store.ts';

beforeEach(() => localStorage.clear());
afterEach(() => {
  closeTabs();
  cleanup();
});

const kind = (tab: Tab): string => tab.tab.getState().status.kind;
const OTHER = { kind: 'url', url: 'https://example.org/other.gguf' } as const;

/** Of the fake engine, under another name. */
async function otherModel(): Promise<ModelInfo> {
  return { ...(await createFakeEngine().load(OTHER)), id: OTHER.url, name: 'Other' };
}

const ready = async (): Promise<EngineModel> => ({ kind: 'ready', source: OTHER, info: await otherModel() });
const LOADING: EngineModel = {
  kind: 'loading',
  source: OTHER,
  options: { contextLength: 512 },
  progress: { stage: 'download', share: 0.5, loadedBytes: 1, totalBytes: 4 },
};

describe('the model', () => {
  test('that is there is this tab’s at once, whatever it would have loaded', async () => {
    const activity = { isShared: true, model: await ready() };
    const tab = await openTab(newDatabase(), { activity }, createFakeLocks());
    await waitFor(() => expect(tab.model.getState().status).toMatchObject({ kind: 'ready', info: { name: 'Other' } }));
    expect(tab.engine.loads).toEqual([]);
    await tab.chat.getState().send('Hello');
    expect(tab.engine.requests[0]?.model).toBe(OTHER.url);
  });

  test('that is being loaded is waited for together, with the same options', async () => {
    const tab = await openTab(newDatabase(), { activity: { isShared: true, model: LOADING } }, createFakeLocks());
    await waitFor(() => expect(tab.model.getState().status.kind).toBe('ready'));
    expect(tab.engine.loads).toEqual([OTHER]);
    expect(tab.engine.loadOptions).toEqual([{ contextLength: 512 }]);
  });

  test('that another tab loads is shown as its own; a question waits for it, and only there it can be cancelled', async () => {
    const page = renderPage({ activity: { isShared: true } }, { locks: createFakeLocks() });
    await screen.findByText(/parameters, .* active/);
    page.engine.tell({ kind: 'model', model: LOADING });
    expect((await screen.findByRole('progressbar', { name: 'Loading model' })).getAttribute('aria-valuenow')).toBe(
      '50',
    );
    expect(screen.queryByRole('button', { name: 'Cancel' })).toBeNull();
    const sent = page.stores.chat.getState().send('Hello');
    page.engine.tell({ kind: 'model', model: await ready() });
    await sent;
    expect(page.stores.model.getState().status).toMatchObject({ kind: 'ready', info: { name: 'Other' } });
    expect(page.engine.loads).toHaveLength(1); // its own, at the start
    page.engine.tell({ kind: 'model', model: { kind: 'failed', source: OTHER, error: GONE } });
    expect(await screen.findByText(GONE.message)).toBeTruthy();
    page.stores.chat.close();
    page.stores.tab.close();
  });

  test('a load of this tab counts for more than news of others', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const options = {
      activity: { isShared: true },
      loadPace: (step: number) => (step === 3 ? opened : Promise.resolve()),
    };
    const tab = await openTab(newDatabase(), options, createFakeLocks());
    await waitFor(() => expect(tab.model.getState().status.kind).toBe('loading'));
    tab.engine.tell({ kind: 'model', model: LOADING });
    expect(tab.model.getState().status).not.toMatchObject({ source: OTHER });
    open();
    await waitFor(() => expect(tab.model.getState().status).toMatchObject({ kind: 'ready', info: { id: 'fake' } }));
  });
});

const GONE = { code: 'network', message: 'The host of the other model does not answer.' } as const;

describe('the GPU', () => {
  test('is everybody’s; a tab with an engine of its own waits, and can take it over and lose it again', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const [one, two] = [
      await openTab(database, { activity: { isShared: true } }, locks),
      await openTab(database, { activity: { isShared: true } }, locks),
    ];
    await waitFor(() => expect([kind(one), kind(two)]).toEqual(['owner', 'owner']));
    const older = await openTab(database, {}, locks);
    await waitFor(() => expect(kind(older)).toBe('elsewhere'));
    await older.tab.getState().takeOver();
    await waitFor(() => expect([kind(one), kind(two), kind(older)]).toEqual(['elsewhere', 'elsewhere', 'owner']));
    await one.tab.getState().takeOver();
    await waitFor(() => expect([kind(one), kind(older)]).toEqual(['owner', 'elsewhere']));
    await two.tab.getState().takeOver();
    await waitFor(() => expect([kind(one), kind(two)]).toEqual(['owner', 'owner']));
    closeTab(one);
    closeTab(two);
    await waitFor(() => expect(kind(older)).toBe('owner'));
  });

  test('is taken from a tab that does not answer, and shared again', async () => {
    const [locks, database] = [createFakeLocks(), newDatabase()];
    const frozen = locks.request(LOCK_NAME, {}, () => new Promise<never>(() => undefined)).catch(() => 'robbed');
    const one = await openTab(database, { activity: { isShared: true } }, locks);
    await waitFor(() => expect(kind(one)).toBe('elsewhere'));
    await one.tab.getState().takeOver();
    expect(await frozen).toBe('robbed');
    const two = await openTab(database, { activity: { isShared: true } }, locks);
    await waitFor(() => expect([kind(one), kind(two)]).toEqual(['owner', 'owner']));
  });
});

test('a download of another tab is listed here, and joined', async () => {
  const begun = storedModel({ id: OTHER.url, url: OTHER.url, name: 'other', complete: false, storedBytes: 1 });
  const tab = await openTab(
    newDatabase(),
    { activity: { isShared: true }, stored: [begun], downloadPace: () => new Promise(() => undefined) },
    createFakeLocks(),
  );
  await waitFor(() => expect(tab.downloads.getState().downloads).toMatchObject([{ status: { kind: 'paused' } }]));
  tab.engine.tell({ kind: 'download', source: OTHER });
  await waitFor(() => expect(tab.engine.downloads).toEqual([OTHER]));
  expect(tab.downloads.getState().downloads).toMatchObject([{ name: 'other', status: { kind: 'running' } }]);
});
