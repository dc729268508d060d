/**
 * IndexedDB through idb-keyval, where the browser lets the page use it. Where it does not (cookies blocked, a frame of another
 * site in a private window), a database in memory takes its place for this visit: all that reads and writes stays the same,
 * and {@link notKeptStore} knows. The engine, in its worker, has the model in memory then (`engine/store/open-model.ts`).
 */
import { promisifyRequest, type UseStore } from 'idb-keyval';
import { notKeptStore } from './not-kept.ts';

const PROBE = 'mixtab-probe';

/** A store that is never denied; `store` names `indexedDB` when it is first used, not before. */
export function orInMemory(store: UseStore): UseStore {
  let isReady = false;
  let opening: Promise<void> | null = null;

  async function open(): Promise<void> {
    try {
      await ensureIndexedDb();
      isReady = true;
    } finally {
      opening = null;
    }
  }

  return async (mode, callback) => {
    if (!isReady) await (opening ??= open());
    return store(mode, callback);
  };
}

/** Rejects where the code for a database in memory does not arrive; the next access tries again. */
async function ensureIndexedDb(): Promise<void> {
  if (await canOpenDatabases()) return;
  notKeptStore.getState().lose('conversations', 'model');
  const { replaceIndexedDb } = await import('./memory-database.ts');
  // Another store may have done it meanwhile.
  if (!(await canOpenDatabases())) replaceIndexedDb();
}

async function canOpenDatabases(): Promise<boolean> {
  try {
    const database = await promisifyRequest(indexedDB.open(PROBE));
    database.close();
    indexedDB.deleteDatabase(PROBE);
    return true;
  } catch {
    return false; // denied, or there is none
  }
}
