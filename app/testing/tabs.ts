/** Tabs without a page: stores on fake engines and one database (environment: happy-dom). */
import 'fake-indexeddb/auto';
import '../i18n/i18n.ts';
import { createStores, type Stores } from '../state/stores.tsx';
import { createFakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts';
import { BUNDLED } from './render-page.tsx';

export interface Tab extends Stores {
  readonly engine: FakeEngine;
}

const open = new Set<Tab>();

/** A tab with the bundled model loaded. */
export async function openTab(database: string, options: FakeEngineOptions = {}): Promise<Tab> {
  const engine = createFakeEngine(options);
  const tab: Tab = { ...createStores(engine, BUNDLED, database), engine };
  open.add(tab);
  await tab.chat.getState().start();
  await tab.model.getState().start();
  return tab;
}

/** As the browser closes it: nothing is said or written any more. */
export function closeTab(tab: Tab): void {
  tab.chat.close();
  open.delete(tab);
}

export function closeTabs(): void {
  for (const tab of open) closeTab(tab);
}
