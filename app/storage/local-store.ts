/**
 * `localStorage`, where the browser lets the page use it. Where it does not (cookies blocked: even naming it throws; some web
 * views have null there; no room), what is written lives as long as the page, and {@link notKeptStore} knows.
 */
import type { StateStorage } from 'zustand/middleware';
import { notKeptStore } from './not-kept.ts';

interface LocalStore extends StateStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export function createLocalStore(native: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): LocalStore {
  /** What the browser did not take. */
  const unwritten = new Map<string, string>();
  const { lose, keep } = notKeptStore.getState();

  return {
    getItem: (name) => {
      const waiting = unwritten.get(name);
      if (waiting !== undefined) return waiting;
      try {
        return native().getItem(name);
      } catch {
        lose('settings');
        return null;
      }
    },
    setItem: (name, value) => {
      try {
        native().setItem(name, value);
        unwritten.delete(name);
        if (unwritten.size === 0) keep('settings');
      } catch {
        unwritten.set(name, value);
        lose('settings');
      }
    },
    removeItem: (name) => {
      unwritten.delete(name);
      try {
        native().removeItem(name);
      } catch {
        lose('settings');
      }
    },
  };
}

/** All of the page that writes into localStorage writes here. */
export const localStore = createLocalStore(() => localStorage);
