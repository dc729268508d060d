/** Short messages about something that was done, shown by `Toasts` for a while. */
import { createStore } from 'zustand/vanilla';

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  /** In the language of the page. */
  readonly text: string;
  readonly action?: NoticeAction;
}

/** What can be done about it, by a button. */
export interface NoticeAction {
  readonly label: string;
  run(): void;
}

interface NoticeState {
  readonly notices: readonly Notice[];
  say(kind: Notice['kind'], text: string, action?: NoticeAction): void;
  dismiss(id: number): void;
}

let count = 0;

export const noticeStore = createStore<NoticeState>()((set) => ({
  notices: [],
  say: (kind, text, action) =>
    set(({ notices }) => ({ notices: [...notices, { id: ++count, kind, text, ...(action && { action }) }] })),
  dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
}));
