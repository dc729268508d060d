import { useSyncExternalStore } from 'react';
import { loadPart } from '../../layout/load-part.ts';

export interface LazyModule<T> {
  /** Begins to load, where that has not happened. Rejects where it fails; the next call tries again. */
  load(): Promise<T>;
  /** What has been loaded, or null; a component that asks is rendered again when it is there. */
  use(): T | null;
}

/** A part of the page that is loaded when it is first needed. Once there, components have it without a frame's delay. */
export function lazyModule<T>(load: () => Promise<T>): LazyModule<T> {
  let loaded: T | null = null;
  let loading: Promise<T> | null = null;
  const listeners = new Set<() => void>();

  async function begin(): Promise<T> {
    try {
      loaded = await loadPart(load);
      for (const listener of listeners) listener();
      return loaded;
    } catch (error) {
      loading = null;
      throw error;
    }
  }

  const lazy = {
    load: () => (loading ??= begin()),
    use: () => useSyncExternalStore(subscribe, () => loaded),
  };

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    // Offline, and never loaded before: what asks makes do without.
    lazy.load().catch(() => undefined);
    return () => listeners.delete(listener);
  }

  return lazy;
}
