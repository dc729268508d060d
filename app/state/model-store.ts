/** The model: which one, how far it is loaded, on which device. */
import type {
  DeviceReport,
  EngineClient,
  EngineErrorData,
  LoadProgress,
  ModelInfo,
  ModelSource,
} from '../../engine/api.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { bundledSource, type BundledModel, oldVersionsOf } from '../models/bundled.ts';
import { asEngineError } from './engine-failure.ts';
import type { SettingsStore } from './settings-store.ts';

export type ModelStatus =
  /** No model is bundled and none was opened. */
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly source: ModelSource; readonly progress: LoadProgress }
  | { readonly kind: 'ready'; readonly source: ModelSource; readonly info: ModelInfo }
  | { readonly kind: 'failed'; readonly source: ModelSource; readonly error: EngineErrorData };

export interface ModelState {
  readonly status: ModelStatus;
  readonly bundled: BundledModel | null;
  readonly device: DeviceReport | null;
  /** Loads what was used last, or the bundled model. */
  start(): Promise<void>;
  open(source: ModelSource): Promise<void>;
  openBundled(): Promise<void>;
  /** Loads the present source again: after a failure, a lost device, or with another context length. */
  reload(): Promise<void>;
  /** Ends a load under way; what has arrived stays in the store. */
  cancel(): Promise<void>;
  /** The GPU went away while it answered. */
  lost(error: EngineErrorData): void;
}

export type ModelStore = StoreApi<ModelState>;

const NO_PROGRESS: LoadProgress = { stage: 'header', loadedBytes: 0, totalBytes: 0 };

export function createModelStore(
  client: EngineClient,
  settings: SettingsStore,
  bundled: BundledModel | null,
): ModelStore {
  /** Counts loads, so that what an overtaken one still reports is dropped. */
  let latest = 0;

  return createStore<ModelState>((set, get) => {
    async function load(source: ModelSource): Promise<void> {
      const turn = ++latest;
      const isCurrent = (): boolean => turn === latest;
      set({ status: { kind: 'loading', source, progress: NO_PROGRESS } });
      const { contextLength } = settings.getState();
      try {
        const info = await client.load(source, contextLength === null ? {} : { contextLength }, (progress) => {
          if (isCurrent() && get().status.kind === 'loading') set({ status: { kind: 'loading', source, progress } });
        });
        if (!isCurrent()) return;
        set({ status: { kind: 'ready', source, info } });
        settings.getState().setModelUrl(source.kind === 'url' && source.url !== bundled?.url ? source.url : null);
        await Promise.all([readDevice(), deleteOldVersions(source, info)]);
      } catch (error) {
        if (isCurrent()) set({ status: { kind: 'failed', source, error: asEngineError(error) } });
      }
    }

    async function readDevice(): Promise<void> {
      try {
        set({ device: await client.device() });
      } catch {
        set({ device: null }); // The report is a nicety: the model answers without it.
      }
    }

    /** A new version of the page brings a new bundled model; the one before would take its room for ever. */
    async function deleteOldVersions(source: ModelSource, info: ModelInfo): Promise<void> {
      if (bundled === null || source.kind !== 'url' || source.url !== bundled.url) return;
      try {
        const { models } = await client.storage();
        for (const id of oldVersionsOf(bundled, models, info.id)) await client.deleteStoredModel(id);
      } catch (error) {
        console.warn('Mixtab could not delete an older bundled model', error); // It is tried again at the next visit.
      }
    }

    return {
      status: { kind: 'none' },
      bundled,
      device: null,
      start: async () => {
        const { modelUrl } = settings.getState();
        if (modelUrl !== null) await load({ kind: 'url', url: modelUrl });
        else if (bundled !== null) await load(bundledSource(bundled));
      },
      open: load,
      openBundled: async () => {
        if (bundled !== null) await load(bundledSource(bundled));
      },
      reload: async () => {
        const { status } = get();
        if (status.kind !== 'none') await load(status.source);
      },
      cancel: async () => {
        if (get().status.kind === 'loading') await client.abort();
      },
      lost: (error) => {
        const { status } = get();
        if (status.kind === 'ready') set({ status: { kind: 'failed', source: status.source, error } });
      },
    };
  });
}
