/** The stores of the page, and the hooks by which components select from them. */
import type { EngineClient } from '../../engine/api.ts';
import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import { createDraftStore, type DraftState, type DraftStore } from '../chat/draft-store.ts';
import { type BundledModel, isBundledUrl } from '../models/bundled.ts';
import { createDownloadsStore, type DownloadsStore } from '../models/downloads-store.ts';
import { createHub, type Hub } from '../models/hub.ts';
import { createPanelStore, type PanelStore } from '../models/panel-store.ts';
import { contextLengthOf, createPreferencesStore, type PreferencesStore } from '../models/preferences-store.ts';
import type { ChatState } from './chat-state.ts';
import { type ChatStore, createChatStore } from './chat-store.ts';
import { openConversationsDb } from './conversations-db.ts';
import { createModelStore, type ModelState, type ModelStore } from './model-store.ts';
import { createSettingsStore, type SettingsState, type SettingsStore } from './settings-store.ts';

export interface Stores {
  readonly client: EngineClient;
  readonly settings: SettingsStore;
  readonly model: ModelStore;
  readonly chat: ChatStore;
  readonly drafts: DraftStore;
  readonly hub: Hub;
  readonly downloads: DownloadsStore;
  readonly preferences: PreferencesStore;
  readonly panel: PanelStore;
}

export function createStores(
  client: EngineClient,
  bundled: BundledModel | null,
  databaseName?: string,
  hub = createHub(),
): Stores {
  const settings = createSettingsStore();
  const preferences = createPreferencesStore();
  const model = createModelStore(client, settings, bundled, (source) => contextLengthOf(preferences, source));
  const chat = createChatStore({ client, model, settings, db: openConversationsDb(databaseName) });
  const downloads = createDownloadsStore(client, hub, { isOwn: (url) => isBundledUrl(bundled, url) });
  const drafts = createDraftStore();
  return { client, settings, model, chat, drafts, hub, downloads, preferences, panel: createPanelStore() };
}

const StoresContext = createContext<Stores | null>(null);

export function StoresProvider({ stores, children }: { readonly stores: Stores; readonly children: ReactNode }) {
  return <StoresContext value={stores}>{children}</StoresContext>;
}

export function useStores(): Stores {
  const stores = useContext(StoresContext);
  if (stores === null) throw new Error('useStores must be used inside StoresProvider');
  return stores;
}

export function useChat<T>(select: (state: ChatState) => T): T {
  return useStore(useStores().chat, select);
}

export function useDrafts<T>(select: (state: DraftState) => T): T {
  return useStore(useStores().drafts, select);
}

export function useModel<T>(select: (state: ModelState) => T): T {
  return useStore(useStores().model, select);
}

export function useSettings<T>(select: (state: SettingsState) => T): T {
  return useStore(useStores().settings, select);
}
