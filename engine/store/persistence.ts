import { openModelBucket, storageBuckets } from '../../idb/model-bucket.ts';

/** The part of `navigator.storage` that is used. Workers have no `persist`: the page must call it. */
export interface StoragePersistence {
  estimate?(): Promise<StorageEstimate>;
  persist?(): Promise<boolean>;
  persisted?(): Promise<boolean>;
}

/** As the browser says it of the models: where they have a bucket, that is asked whether it is to stay. */
export function modelStorage(storage: StoragePersistence | undefined): StoragePersistence | undefined {
  if (storage === undefined || storageBuckets() === undefined) return storage;
  return {
    ...(storage.estimate !== undefined && { estimate: storage.estimate.bind(storage) }), // of all buckets together
    ...(storage.persist !== undefined && { persist: storage.persist.bind(storage) }),
    persisted: async () => (await openModelBucket())?.persisted() ?? (await storage.persisted?.()) ?? false,
  };
}

/**
 * Asks the browser not to evict what is stored; nothing depends on the answer. Does nothing where it has promised
 * already, and in workers, which have no `persist`: call it from the page as well.
 */
export async function requestPersistence(storage: StoragePersistence | undefined): Promise<boolean> {
  try {
    const bucket = await openModelBucket();
    if (bucket !== null && !(await bucket.persisted())) await bucket.persist?.();
    if (await storage?.persisted?.()) return true;
    return (await storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}
