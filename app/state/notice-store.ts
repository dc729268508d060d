/** Short messages about something that was done, shown by `Toasts` for a while. */
import { createStore } from 'zustand/vanilla';

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  /** In the language of the page. */
  readonly text: string;
}

interface NoticeState {
  readonly notices: readonly Notice[];
  say(kind: Notice['kind'], text: string): void;
  dismiss(id: number): void;
}

let count = 0;

export const noticeStore = createStore<NoticeState>()((set) => ({
  notices: [],
  say: (kind, text) => set(({ notices }) => ({ notices: [...notices, { id: ++count, kind, text }] })),
  dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
}));
