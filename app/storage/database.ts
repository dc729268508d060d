/**
 * IndexedDB, where the browser lets the page use it. Where it does not (cookies blocked, a frame of another site in a private
 * window), a database in memory takes its place for this visit: all that reads and writes stays the same, and
 * {@link notKeptStore} knows. The engine, in its worker, has the model in memory then (`engine/store/open-model.ts`).
 */
import type { UseStore } from 'idb-keyval';
import { loadPart } from '../layout/load-part.ts';
import { notKeptStore } from './not-kept.ts';

/** A store that is never denied; `store` names `indexedDB` when it opens its database, not before. */
export function orInMemory(store: UseStore): UseStore {
  let isOpen = false;
  let opening: Promise<void> | null = null;

  async function open(): Promise<void> {
    try {
      await store('readonly', () => undefined);
      isOpen = true;
    } catch (error) {
      // Whatever else it is may pass, and what is stored is still there: the caller hears of it.
      if (isDenial(error)) isOpen = await moveToMemory();
    } finally {
      opening = null;
    }
  }

  return async (mode, callback) => {
    if (!isOpen) await (opening ??= open());
    return store(mode, callback);
  };
}

/** Whether what is written lasts no longer than the page. */
export function isInMemory(): boolean {
  return notKeptStore.getState().notKept.includes('conversations');
}

/** Whether the database in memory is there; where its code did not arrive, the next access tries again. */
async function moveToMemory(): Promise<boolean> {
  notKeptStore.getState().lose('conversations', 'model');
  try {
    const { replaceIndexedDb } = await loadPart(() => import('./memory-database.ts'));
    replaceIndexedDb();
    return true;
  } catch {
    return false;
  }
}

/** That there is no IndexedDB, or that it may not be used. */
function isDenial(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  switch (error.name) {
    case 'SecurityError':
    case 'NotAllowedError':
    case 'ReferenceError': // there is no such name
    case 'TypeError': // it is null
      return true;
    case 'UnknownError': // Chromium says this of a broken disk as well
      return /denied|permission/i.test(error.message);
    default:
      return false;
  }
}
