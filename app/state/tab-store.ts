/**
 * Which tab has the GPU. Two tabs with a model each would share its memory and its time, so one owns it: the one that holds
 * a Web Lock. A lock is freed when its tab is closed, whatever way that happens, and a tab that waits in sight then takes it.
 * Tabs that share one engine have the lock together, in its shared mode: they are in nobody's way but of tabs with an engine of
 * their own, such as those of an older version of the page.
 *
 * Taking over is polite first: the owner is asked, stops its answer, frees the GPU's memory, and lets go. One that does not
 * within a few seconds is frozen or gone, and the lock is stolen.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { openChannel } from '../storage/channel.ts';

export const LOCK_NAME = 'mixtab-engine';
/** What the tab that wants the GPU says to the one that has it. */
const RELEASE = 'release';
/** Enough to write an answer down and free the memory of a large model. */
const GRACE_MS = 3000;

export type TabStatus =
  /** It is not known yet. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'owner' }
  /** `wasHere`: another tab took the GPU from this one. */
  | { readonly kind: 'elsewhere'; readonly wasHere: boolean }
  /** This tab has asked for it. */
  | { readonly kind: 'taking' };

export interface TabState {
  readonly status: TabStatus;
  /** Owns the GPU where it is free; else waits for it while the tab is in sight. */
  start(): Promise<void>;
  /** Ends when this tab owns the GPU. */
  takeOver(): Promise<void>;
}

export interface TabStore extends StoreApi<TabState> {
  /** As when the tab is closed. */
  close(): void;
}

export interface TabParts {
  /** Null: a browser without Web Locks, where each tab is on its own. */
  readonly locks: LockManager | null;
  /** Whether this tab shares its engine with others. */
  isShared(): Promise<boolean>;
  /** The GPU is this tab's now. */
  onGained(): void;
  /** Another tab wants it: ends when it is no longer used. */
  onLost(): Promise<void>;
}

export function createTabStore({ locks, isShared, onGained, onLost }: TabParts): TabStore {
  const closed = new AbortController();
  const { signal: onClose } = closed;
  const channel = locks === null ? null : openChannel(LOCK_NAME);
  /** Lets go of the lock that is held; null while none is. */
  let letGo: (() => void) | null = null;
  /** Takes back a request that waits in the queue of the lock. */
  let withdraw: AbortController | null = null;
  let mode: LockMode = 'exclusive';

  const store = createStore<TabState>((_set, get) => ({
    status: { kind: locks === null ? 'owner' : 'starting' },

    start: async () => {
      if (locks === null) {
        onGained();
        return;
      }
      if (await isShared()) mode = 'shared';
      if (!(await request(locks, { mode, ifAvailable: true }))) {
        if (get().status.kind === 'starting') become({ kind: 'elsewhere', wasHere: false });
        wait();
      }
    },

    takeOver: async () => {
      if (locks === null || get().status.kind === 'owner' || get().status.kind === 'taking') return;
      become({ kind: 'taking' });
      withdraw?.abort();
      const polite = new AbortController();
      withdraw = polite;
      const given = request(locks, { mode, signal: polite.signal });
      channel?.postMessage(RELEASE);
      const timer = setTimeout(() => polite.abort(), channel === null ? 0 : GRACE_MS);
      const isGiven = await given;
      clearTimeout(timer);
      if (isGiven || onClose.aborted) return;
      if (mode === 'exclusive') await request(locks, { steal: true });
      else {
        // Nothing can be stolen to be shared: it is taken from whoever has it, and asked for again.
        await locks.request(LOCK_NAME, { steal: true }, () => undefined);
        await request(locks, { mode });
      }
    },
  }));

  function become(status: TabStatus): void {
    if (!onClose.aborted) store.setState({ status });
  }

  /** @returns whether this tab got the lock; it is then held until the tab lets go, is robbed, or is closed. */
  function request(manager: LockManager, options: LockOptions): Promise<boolean> {
    return new Promise((resolve) => {
      manager
        .request(LOCK_NAME, options, async (lock) => {
          if (lock === null || onClose.aborted) {
            resolve(false);
            return;
          }
          const held = new Promise<void>((end) => {
            letGo = end;
          });
          become({ kind: 'owner' });
          onGained();
          resolve(true);
          await held;
        })
        .catch(() => {
          // Withdrawn from the queue; or robbed of it, and then this tab thought that it had it.
          resolve(false);
          if (letGo !== null) void lose();
        });
    });
  }

  async function lose(): Promise<void> {
    const release = letGo;
    letGo = null;
    become({ kind: 'elsewhere', wasHere: true });
    await onLost();
    release?.();
    wait();
  }

  /** In the queue while the tab is in sight: a model is not loaded for a tab that nobody looks at. */
  function wait(): void {
    if (locks === null || onClose.aborted || document.visibilityState === 'hidden') return;
    if (store.getState().status.kind !== 'elsewhere') return;
    withdraw?.abort();
    withdraw = new AbortController();
    void request(locks, { mode, signal: withdraw.signal });
  }

  channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data !== RELEASE) return; // another version of the page may say more

    switch (store.getState().status.kind) {
      case 'owner':
        void lose();
        return;
      case 'elsewhere':
        // The tab that asks goes first.
        withdraw?.abort();
        setTimeout(wait, GRACE_MS);
        return;
      case 'starting':
      case 'taking':
    }
  });
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'hidden' && store.getState().status.kind === 'elsewhere') withdraw?.abort();
      else wait();
    },
    { signal: onClose },
  );

  return {
    ...store,
    close: () => {
      closed.abort();
      withdraw?.abort();
      letGo?.();
      channel?.close();
    },
  };
}
