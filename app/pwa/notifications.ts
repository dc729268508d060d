/**
 * Whether the person wants to be told, by the system, that a download or a long answer has ended while they looked elsewhere. The
 * browser is asked by a click on the control alone, never by itself.
 */
import { createStore } from 'zustand/vanilla';
import { localStore } from '../storage/local-store.ts';

/** `unsupported`: the browser has none (iOS has them for installed apps alone). `denied`: it was told no, and asks no more. */
export type NotifyState = 'unsupported' | 'off' | 'on' | 'denied';

interface NotificationsState {
  readonly state: NotifyState;
  /** In answer to a click. */
  turnOn(): Promise<void>;
  turnOff(): void;
  /** Reads anew what the browser's own settings allow: they may have changed. */
  refresh(): void;
}

const KEY = 'mixtab-notify';

function present(): NotifyState {
  if (!('Notification' in globalThis)) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && localStore.getItem(KEY) === 'on' ? 'on' : 'off';
}

export const notificationsStore = createStore<NotificationsState>((set) => ({
  state: present(),
  turnOn: async () => {
    try {
      await Notification.requestPermission();
      localStore.setItem(KEY, 'on');
    } catch {
      // Frames of other sites may not ask.
    }
    set({ state: present() });
  },
  turnOff: () => {
    localStore.removeItem(KEY);
    set({ state: present() });
  },
  refresh: () => set({ state: present() }),
}));
