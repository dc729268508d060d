/** Whether a newer version of the page waits to be used. The service worker says so (`app/pwa/service-worker.ts`). */
import { createStore } from 'zustand/vanilla';

interface UpdateState {
  /** Reloads into the new version; null while there is none. */
  readonly apply: (() => void) | null;
}

export const updateStore = createStore<UpdateState>(() => ({ apply: null }));
