/**
 * Where the weights of a frame come from, in this order:
 *
 * 1. the site's own database and engine, which the visitor's own Mixtab uses: a frame in another site's page is given them by the
 *    Storage Access API, in browsers that give more than cookies
 * 2. Cross-Origin Storage, by the SHA-256 of the file, where a browser or an extension has it
 * 3. the database that browsers keep for this site within that other site
 * 4. memory, where there is none
 *
 * Of the first nothing is ever asked but models: no code of a frame knows the visitor's conversations.
 */
import type { EngineClient } from '../../engine/api.ts';
import { createEngineClient } from '../../engine/client.ts';
import type { Storage } from './frame-state.ts';

/** An engine, and where it keeps the weights. */
export interface OpenedEngine {
  readonly client: EngineClient;
  readonly storage: Storage;
}

/** What the Storage Access API hands over; TypeScript's own DOM does not know it yet. */
interface StorageAccessHandle {
  readonly indexedDB?: IDBFactory;
  readonly locks?: LockManager;
  readonly SharedWorker?: (url: string, options?: WorkerOptions) => SharedWorker;
  readonly BroadcastChannel?: (name: string) => BroadcastChannel;
}

type Access = Readonly<Record<'indexedDB' | 'locks' | 'SharedWorker' | 'BroadcastChannel', true>>;

interface AccessDocument {
  hasStorageAccess?(): Promise<boolean>;
  requestStorageAccess?(types?: Access): Promise<StorageAccessHandle | undefined>;
}

/** Everything that the engine's clients need to find the one that other pages have. */
const ACCESS: Access = { indexedDB: true, locks: true, SharedWorker: true, BroadcastChannel: true };

/** @param mayAsk the visitor has just asked for it: the browser may ask them in turn */
export async function openEngine(mayAsk: boolean): Promise<OpenedEngine> {
  if (isWithinOwnSite()) return { client: createEngineClient(), storage: 'shared' };
  const client = await clientOfSite(mayAsk);
  return client === null ? { client: createEngineClient(), storage: 'own' } : { client, storage: 'shared' };
}

/** Whether all pages around this one are of this very origin: then nothing is partitioned. */
export function isWithinOwnSite(): boolean {
  try {
    for (let page: Window = window; ; page = page.parent) {
      if (page.location.origin !== location.origin) return false;
      if (page === page.parent) return true;
    }
  } catch {
    return false; // of another origin: it does not tell
  }
}

/** Null where the browser does not give it, or would have to ask the visitor for it. */
async function clientOfSite(mayAsk: boolean): Promise<EngineClient | null> {
  try {
    const page = document as AccessDocument;
    if (!mayAsk && !(await isGranted(page))) return null;
    const handle = await page.requestStorageAccess?.(ACCESS);
    const { indexedDB: database, locks, SharedWorker: Shared, BroadcastChannel: Channel } = handle ?? {};
    // A browser that knows only cookies gives nothing, though it says yes.
    if (database === undefined) return null;
    return createEngineClient({
      openShared: Shared === undefined ? null : (url, options) => Shared.call(handle, url, options),
      locks: locks ?? null,
      openChannel: (name) => Channel?.call(handle, name) ?? null,
      database: () => database,
    });
  } catch {
    return null; // denied
  }
}

async function isGranted(page: AccessDocument): Promise<boolean> {
  if ((await page.hasStorageAccess?.()) === true) return true;
  const { state } = await navigator.permissions.query({ name: 'storage-access' });
  return state === 'granted';
}

interface CrossOriginStorage {
  requestFileHandle?(hash: { readonly algorithm: 'SHA-256'; readonly value: string }): Promise<FileSystemFileHandle>;
}

function crossOriginStorage(): CrossOriginStorage | undefined {
  return (navigator as { readonly crossOriginStorage?: CrossOriginStorage }).crossOriginStorage;
}

/** Whether it makes sense to find out the digest of a file. */
export function hasCrossOriginStorage(): boolean {
  return typeof crossOriginStorage()?.requestFileHandle === 'function';
}

/** A file that another site has left on this device; null where there is none, or the browser does not tell. */
export async function crossOriginFile(sha256: string, name: string): Promise<File | null> {
  try {
    const handle = await crossOriginStorage()?.requestFileHandle?.({ algorithm: 'SHA-256', value: sha256 });
    const file = await handle?.getFile();
    return file === undefined ? null : new File([file], name);
  } catch {
    return null;
  }
}
