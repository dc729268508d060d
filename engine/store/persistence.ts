import type { StoragePersistence } from './environment.ts';

/**
 * Asks the browser not to evict what is stored; nothing depends on the answer. Does nothing where it has promised
 * already, and in workers, which have no `persist`: call it from the page as well.
 */
export async function requestPersistence(storage: StoragePersistence | undefined): Promise<boolean> {
  try {
    if (await storage?.persisted?.()) return true;
    return (await storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}
