/**
 * The storage bucket in which models lie, where the browser has buckets: what the browser removes to make room, it removes bucket by
 * bucket, so that gigabytes that can be fetched again do not take the conversations with them.
 */

/** What is used of the Storage Buckets API, which TypeScript does not know. */
export interface StorageBucket {
  readonly indexedDB: IDBFactory;
  /** Pages alone have it. */
  persist?(): Promise<boolean>;
  persisted(): Promise<boolean>;
}

export interface StorageBuckets {
  open(name: string): Promise<StorageBucket>;
}

export const MODEL_BUCKET = 'mixtab-models';

/** Undefined where the browser has no buckets, in Node, and on pages that are not secure. */
export function storageBuckets(): StorageBuckets | undefined {
  const { navigator } = globalThis as { readonly navigator?: { readonly storageBuckets?: StorageBuckets } };
  return navigator?.storageBuckets;
}

/** Null where there are none, or the browser denies them. */
export async function openModelBucket(buckets = storageBuckets()): Promise<StorageBucket | null> {
  try {
    return (await buckets?.open(MODEL_BUCKET)) ?? null;
  } catch {
    return null;
  }
}

/** Asks the browser to keep all that the page stores, models and the rest. @returns whether it promises to keep the models */
export async function persistAll(storage: { persist?(): Promise<boolean> } | undefined): Promise<boolean> {
  const [rest, models] = await Promise.all([
    storage?.persist?.().catch(() => false) ?? false,
    openModelBucket().then((bucket) => bucket?.persist?.().catch(() => false)),
  ]);
  return models ?? rest;
}
