/** Tabs without a page: stores on fake engines and one database (environment: happy-dom). */
import 'fake-indexeddb/auto';
import '../i18n/i18n.ts';
import type { WriterTimes } from '../state/conversation-writer.ts';
import { createStores, startStores, type Stores } from '../state/stores.tsx';
import { createFakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts';
import { BUNDLED } from './render-page.tsx';

export interface Tab extends Stores {
  readonly engine: FakeEngine;
}

const open = new Set<Tab>();

/** `locks` null: each tab is on its own, and has the bundled model loaded when this ends. */
export async function openTab(
  database: string,
  options: FakeEngineOptions = {},
  locks: LockManager | null = null,
  writerTimes: Partial<WriterTimes> = {},
): Promise<Tab> {
  const engine = createFakeEngine(options);
  const tab: Tab = { ...createStores(engine, BUNDLED, { databaseName: database, locks, writerTimes }), engine };
  open.add(tab);
  void startStores(tab);
  await tab.chat.getState().start();
  if (locks === null) await tab.model.getState().ensure(null);
  return tab;
}

/** As the browser closes it: nothing is said or written any more. */
export function closeTab(tab: Tab): void {
  tab.chat.close();
  tab.tab.close();
  open.delete(tab);
}

export function closeTabs(): void {
  for (const tab of open) closeTab(tab);
}
