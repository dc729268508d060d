/**
 * One object store of one database, for idb-keyval's functions, over a connection that may be lost at any time: closed by the
 * browser, cleared or deleted under the open page, replaced by a newer version. Whatever is asked next opens a new one.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval';

/** The same connection will do: nothing is wrong with it. */
const KEEPS_CONNECTION: ReadonlySet<string> = new Set(['QuotaExceededError', 'DataCloneError']);

/** @param factory another one than the page's own, such as a storage bucket's; asked whenever a connection is opened */
export function keyvalStore(
  database: string,
  objectStore: string,
  factory: () => IDBFactory | Promise<IDBFactory> = () => indexedDB,
): UseStore {
  let connection: Promise<IDBDatabase> | null = null;

  function connect(): Promise<IDBDatabase> {
    if (connection !== null) return connection;
    const opening = open(factory, database, objectStore);
    const forget = (): void => {
      if (connection === opening) connection = null;
    };
    connection = opening;
    opening.then((db) => {
      db.addEventListener('close', forget);
      // Another tab deletes or replaces the database, and waits until nobody has it open.
      db.addEventListener('versionchange', () => {
        forget();
        db.close();
      });
    }, forget);
    return opening;
  }

  /** What is under way over the connection still ends. */
  async function disconnect(): Promise<void> {
    const before = connection;
    connection = null;
    const db = await before?.catch(() => undefined);
    db?.close();
  }

  return async (mode, callback) => {
    let objects: IDBObjectStore;
    try {
      objects = (await connect()).transaction(objectStore, mode).objectStore(objectStore);
    } catch {
      // Safari closes connections without saying so; one that is new tells whether the database itself can be had.
      await disconnect();
      objects = (await connect()).transaction(objectStore, mode).objectStore(objectStore);
    }
    try {
      return await callback(objects);
    } catch (error) {
      if (!(error instanceof Error && KEEPS_CONNECTION.has(error.name))) void disconnect();
      throw error;
    }
  };
}

async function open(
  factory: () => IDBFactory | Promise<IDBFactory>,
  database: string,
  objectStore: string,
): Promise<IDBDatabase> {
  const indexedDb = await factory();
  const db = await openAt(indexedDb, database, objectStore, undefined);
  if (db.objectStoreNames.contains(objectStore)) return db;
  // Somebody opened a database of this name without our store in it.
  const { version } = db;
  db.close();
  return openAt(indexedDb, database, objectStore, version + 1);
}

function openAt(
  indexedDb: IDBFactory,
  database: string,
  objectStore: string,
  version: number | undefined,
): Promise<IDBDatabase> {
  const request = indexedDb.open(database, version);
  request.addEventListener('upgradeneeded', () => {
    if (!request.result.objectStoreNames.contains(objectStore)) request.result.createObjectStore(objectStore);
  });
  return promisifyRequest(request);
}

/**
 * Runs `work` in a transaction that may write, and resolves when it is complete. Where `work` fails, nothing of it is written.
 */
export function inTransaction<T>(store: UseStore, work: (objects: IDBObjectStore) => Promise<T>): Promise<T> {
  return store('readwrite', async (objects) => {
    const complete = promisifyRequest(objects.transaction);
    let result: T;
    try {
      result = await work(objects);
    } catch (error) {
      complete.catch(() => undefined);
      // Where the browser has aborted the transaction, its reason says more than what the next request was told.
      const cause = objects.transaction.error;
      abort(objects.transaction);
      throw cause ?? error;
    }
    await complete;
    return result;
  });
}

/** Without this, what was asked before the failure would be written by itself. */
function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}
