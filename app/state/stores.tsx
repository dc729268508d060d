/** The stores of the page, and the hooks by which components select from them. */
import type { EngineClient, ModelSource } from '../../engine/api.ts';
import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import { createDraftStore, type DraftState, type DraftStore } from '../chat/draft-store.ts';
import { type BundledModel, isBundledUrl } from '../models/bundled.ts';
import { createDiskStore, type DiskStore } from '../models/disk/disk-store.ts';
import { openDiskFiles } from '../models/disk/disk-files.ts';
import { createDownloadsStore, type DownloadsStore } from '../models/downloads-store.ts';
import { createHostsStore, type HostsStore } from '../models/hosts-store.ts';
import { createHub, type Hub } from '../models/hub.ts';
import { createPanelStore, type PanelStore } from '../models/panel-store.ts';
import { contextLengthOf, createPreferencesStore, type PreferencesStore } from '../models/preferences-store.ts';
import { createServersStore, lazyKeyVault, type ServersStore } from '../server/servers-store.ts';
import { grantedIfDenied, webLocks } from '../storage/locks.ts';
import type { ChatState } from './chat-state.ts';
import { isServerAnswering } from './chosen-server.ts';
import { type ChatStore, createChatStore } from './chat-store.ts';
import type { WriterTimes } from './conversation-writer.ts';
import { openConversationsDb } from './conversations-db.ts';
import { asEngineError } from './engine-failure.ts';
import { createModelStore, type GpuOwnership, type ModelState, type ModelStore } from './model-store.ts';
import { createSettingsStore, type SettingsState, type SettingsStore } from './settings-store.ts';
import { createTabStore, type TabState, type TabStore } from './tab-store.ts';

export interface Stores {
  readonly client: EngineClient;
  readonly settings: SettingsStore;
  readonly model: ModelStore;
  readonly chat: ChatStore;
  readonly drafts: DraftStore;
  readonly tab: TabStore;
  readonly hub: Hub;
  readonly downloads: DownloadsStore;
  readonly preferences: PreferencesStore;
  readonly hosts: HostsStore;
  readonly panel: PanelStore;
  readonly servers: ServersStore;
  readonly disk: DiskStore;
}

export interface StoreOptions {
  /** Another one than the page's own, for tests. */
  readonly databaseName?: string;
  /** Web Locks, or what stands in for them in a test. */
  readonly locks?: LockManager | null;
  /** Another hub, for tests. */
  readonly hub?: Hub;
  /** Other times than the page's own, for tests. */
  readonly writerTimes?: Partial<WriterTimes>;
}

export function createStores(
  client: EngineClient,
  bundled: BundledModel | null,
  { databaseName, locks: given = webLocks(), hub = createHub(), writerTimes = {} }: StoreOptions = {},
): Stores {
  const locks = grantedIfDenied(given);
  const settings = createSettingsStore();
  const gpu: GpuOwnership = {
    isHere: () => tab.getState().status.kind === 'owner',
    take: () => tab.getState().takeOver(),
  };
  const preferences = createPreferencesStore();
  const hosts = createHostsStore(client);
  const chosenLength = (source: ModelSource): number | null => contextLengthOf(preferences, source);
  const disk = createDiskStore(openDiskFiles(databaseName === undefined ? undefined : `${databaseName}-disk`));
  const model = createModelStore(client, settings, bundled, gpu, chosenLength, hosts.getState(), disk.getState());
  const servers = createServersStore(databaseName === undefined ? undefined : lazyKeyVault(`${databaseName}-keys`));
  const db = openConversationsDb(databaseName);
  const chat = createChatStore({ client, model, settings, gpu, db, servers: servers.answering, writerTimes });
  const isShared = (): Promise<boolean> => sharesEngine(client);
  const tab = createTabStore({
    locks,
    isShared,
    onGained: () => void model.getState().start(),
    onLost: async () => {
      if (!isServerAnswering(chat.getState())) await chat.getState().stop();
      await model.getState().release();
    },
  });
  const downloads = createDownloadsStore(client, hub, {
    locks,
    isShared,
    isOwn: (url) => isBundledUrl(bundled, url),
    onAdded: (url) => hosts.getState().agree(url),
  });
  return {
    ...{
      client,
      settings,
      model,
      chat,
      tab,
      drafts: createDraftStore(databaseName === undefined ? undefined : `${databaseName}-drafts`),
    },
    ...{ hub, downloads, preferences, hosts, servers, panel: createPanelStore(), disk },
  };
}

/**
 * Reads the conversations, and loads a model where this tab has the GPU.
 * @returns when the list of conversations was read, or could not be
 */
export function startStores({ chat, tab, downloads, drafts, servers }: Stores): Promise<void> {
  void tab.getState().start();
  void downloads.getState().start();
  void drafts.getState().start();
  void servers.getState().start();
  return chat.getState().start();
}

/** As long as the engine is restarted before it can tell, it is asked again. */
async function sharesEngine(client: EngineClient): Promise<boolean> {
  for (;;) {
    try {
      return (await client.activity()).isShared;
    } catch (error) {
      if (asEngineError(error).code !== 'engine-ended') return false;
    }
  }
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

export function useTab<T>(select: (state: TabState) => T): T {
  return useStore(useStores().tab, select);
}

export function useSettings<T>(select: (state: SettingsState) => T): T {
  return useStore(useStores().settings, select);
}
