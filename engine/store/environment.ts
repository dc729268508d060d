import { createBucketStore } from './bucket-store.ts';
import type { ChunkStore } from './chunk-store.ts';
import { modelStorage, type StoragePersistence } from './persistence.ts';

/** What the store needs from the world around it; a browser worker has all of it, Node and tests give what they like. */
export interface StoreEnvironment {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Absent outside secure contexts: chunks are then stored without a hash. */
  readonly subtle: Pick<SubtleCrypto, 'digest'> | undefined;
  readonly storage: StoragePersistence | undefined;
  /** Where models are kept. */
  readonly chunks: ChunkStore;
  /** False only where the browser knows that it is offline. */
  readonly isOnline: () => boolean;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Rejects with the signal's reason when it aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly chunkBytes: number;
  /** A server that sends nothing for so many milliseconds will send nothing more: the connection is given up. */
  readonly patienceMs: number;
  /** A chunk that has arrived waits no longer than so many milliseconds for its neighbours, to be stored with them. */
  readonly holdMs: number;
}

/**
 * 4 MiB: one request takes a fraction of a second on most lines, so that little is lost when it breaks; a 10 GB model is 2,500
 * records; a few of them in memory are nothing beside the model.
 */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Long enough for a phone that changes cells; TCP alone would wait for many minutes. */
const PATIENCE_MS = 30_000;

/**
 * What a tab has received that is closed without a word is lost to the next visit until it is stored; but a reader that waits for the
 * GPU asks for a block's chunks over seconds.
 */
const HOLD_MS = 3000;

/** Node has neither storage nor connection state, old browsers and insecure pages no `subtle`. */
interface Surroundings {
  readonly navigator: { readonly onLine?: boolean; readonly storage?: StoragePersistence };
  readonly crypto: { readonly subtle?: SubtleCrypto };
}

/** One for all: its connection stays open. */
let ownChunks: ChunkStore | undefined;

export function defaultEnvironment(): StoreEnvironment {
  const { navigator, crypto } = globalThis as Partial<Surroundings>;
  return {
    fetch: (url, init) => fetch(url, init),
    subtle: crypto?.subtle,
    storage: modelStorage(navigator?.storage),
    chunks: (ownChunks ??= createBucketStore()),
    isOnline: () => navigator?.onLine !== false,
    now: () => Date.now(),
    random: () => Math.random(),
    sleep,
    chunkBytes: CHUNK_BYTES,
    patienceMs: PATIENCE_MS,
    holdMs: HOLD_MS,
  };
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
