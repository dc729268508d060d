/** An IndexedDB in memory. A chunk of its own: few visits need it. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';

/** Puts it in the place of the browser's own. Key ranges too: each implementation knows only its own. */
export function replaceIndexedDb(): void {
  if (globalThis.indexedDB instanceof IDBFactory) return; // another store was denied first
  for (const [name, value] of Object.entries({ indexedDB: new IDBFactory(), IDBKeyRange })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: true, writable: true });
  }
}
