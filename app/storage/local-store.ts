/**
 * `localStorage`, where the browser lets the page use it. Where it does not (cookies blocked: even naming it throws; some web
 * views have null there; no room), what is written lives as long as the page, and {@link notKeptStore} knows.
 */
import type { StateStorage } from 'zustand/middleware';
import { notKeptStore } from './not-kept.ts';

interface LocalStore extends StateStorage {
  getItem(name: string): string | null;
  /** @returns whether the browser has it; else it lives as long as the page. */
  setItem(name: string, value: string): boolean;
  removeItem(name: string): boolean;
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
        lose('drafts', 'settings');
        return null;
      }
    },
    setItem: (name, value) => {
      try {
        native().setItem(name, value);
        unwritten.delete(name);
        if (unwritten.size === 0) keep('drafts', 'settings');
        return true;
      } catch {
        unwritten.set(name, value);
        lose('drafts', 'settings');
        return false;
      }
    },
    removeItem: (name) => {
      unwritten.delete(name);
      try {
        native().removeItem(name);
        return true;
      } catch {
        lose('drafts', 'settings');
        return false;
      }
    },
  };
}

/** All of the page that writes into localStorage writes here. */
export const localStore = createLocalStore(() => localStorage);
