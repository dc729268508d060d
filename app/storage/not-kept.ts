/** What this visit cannot keep, because the browser gives the page no storage for it. `DockNote` says so. */
import { createStore } from 'zustand/vanilla';

export const KEEPABLE = ['conversations', 'drafts', 'settings', 'model'] as const;

export type Keepable = (typeof KEEPABLE)[number];

interface NotKeptState {
  /** In the order of {@link KEEPABLE}. */
  readonly notKept: readonly Keepable[];
  /** Says that these last for this visit only; what was said of others stays. */
  lose(...what: readonly Keepable[]): void;
  /** Says that these are kept after all: the next try found room. */
  keep(...what: readonly Keepable[]): void;
}

export const notKeptStore = createStore<NotKeptState>()((set, get) => {
  const become = (isLost: (one: Keepable) => boolean): void => {
    const notKept = KEEPABLE.filter(isLost);
    if (notKept.join() !== get().notKept.join()) set({ notKept });
  };
  return {
    notKept: [],
    lose: (...what) => become((one) => what.includes(one) || get().notKept.includes(one)),
    keep: (...what) => become((one) => !what.includes(one) && get().notKept.includes(one)),
  };
});
