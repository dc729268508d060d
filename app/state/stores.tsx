/** The stores of the page, and the hooks by which components select from them. */
import type { EngineClient } from '../../engine/api.ts';
import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import { createDraftStore, type DraftState, type DraftStore } from '../chat/draft-store.ts';
import type { BundledModel } from '../models/bundled.ts';
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
}

export function createStores(client: EngineClient, bundled: BundledModel | null, databaseName?: string): Stores {
  const settings = createSettingsStore();
  const model = createModelStore(client, settings, bundled);
  const chat = createChatStore({ client, model, settings, db: openConversationsDb(databaseName) });
  return { client, settings, model, chat, drafts: createDraftStore() };
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
