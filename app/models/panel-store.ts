/** Which part of the model panel is shown, and what it was opened for. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export const PANEL_TABS = ['catalogue', 'open', 'server', 'storage', 'current'] as const;
export type PanelTab = (typeof PANEL_TABS)[number];

export interface PanelState {
  readonly tab: PanelTab;
  /** What stands in the address field of the tab `open`. */
  readonly address: string;
  show(tab: PanelTab): void;
  /** Opens the tab `open` with an address, which is looked up at once. */
  lookUp(address: string): void;
  setAddress(address: string): void;
  /** Counts what `lookUp` asked for. */
  readonly lookUps: number;
}

export type PanelStore = StoreApi<PanelState>;

export function createPanelStore(): PanelStore {
  return createStore<PanelState>((set) => ({
    tab: 'catalogue',
    address: '',
    lookUps: 0,
    show: (tab) => set({ tab }),
    lookUp: (address) => set(({ lookUps }) => ({ tab: 'open', address, lookUps: lookUps + 1 })),
    setAddress: (address) => set({ address }),
  }));
}
