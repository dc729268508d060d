/** What of the page is open. Outside React, so that any part of the page can open a panel. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

export type Panel = 'none' | 'models' | 'settings' | 'shortcuts' | 'embed';

export const SETTINGS_SECTIONS = ['generation', 'appearance', 'data', 'device', 'about'] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

export interface ViewState {
  readonly panel: Panel;
  /** Null: the first section on wide screens, the list of sections on phones. */
  readonly settingsSection: SettingsSection | null;
  /** The list of conversations over the page, on narrow screens. */
  readonly drawer: 'open' | 'closed';
  /** Set where no model can run here, and the person goes on with a server. */
  readonly goesOnWithServer: boolean;
  openPanel(panel: Exclude<Panel, 'none'>): void;
  openSettings(section: SettingsSection | null): void;
  closePanel(): void;
  setDrawer(drawer: 'open' | 'closed'): void;
}

export const viewStore = createStore<ViewState>()((set) => ({
  panel: 'none',
  settingsSection: null,
  drawer: 'closed',
  goesOnWithServer: false,
  openPanel: (panel) => set({ panel, settingsSection: null }),
  openSettings: (settingsSection) => set({ panel: 'settings', settingsSection }),
  closePanel: () => set({ panel: 'none' }),
  setDrawer: (drawer) => set({ drawer }),
}));

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(viewStore, select);
}
