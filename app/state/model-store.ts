/** The model: which one, how far it is loaded, on which device. */
import type {
  DeviceReport,
  EngineClient,
  EngineErrorData,
  EngineModel,
  LoadOptions,
  LoadProgress,
  ModelInfo,
  ModelSource,
} from '../../engine/api.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { bundledSource, type BundledModel, oldVersionsOf } from '../models/bundled.ts';
import { modelKey } from '../models/model-key.ts';
import type { ModelChoice } from './conversation.ts';
import { asEngineError } from './engine-failure.ts';
import { createLoadMark } from './load-mark.ts';
import { noticeStore } from './notice-store.ts';
import { choiceOf, type DiskSources, isSameChoice, isSource, NO_DISK, notAgreed, sourceOf } from './model-choice.ts';
import type { SettingsStore } from './settings-store.ts';

export type ModelStatus =
  /** No model is bundled and none was opened. */
  | { readonly kind: 'none' }
  /** `isOthers`: another tab that shares the engine asked for it, and may end it. */
  | {
      readonly kind: 'loading';
      readonly source: ModelSource;
      readonly progress: LoadProgress;
      readonly isOthers?: true;
    }
  | { readonly kind: 'ready'; readonly source: ModelSource; readonly info: ModelInfo }
  | { readonly kind: 'failed'; readonly source: ModelSource; readonly error: EngineErrorData };

export interface ModelState {
  readonly status: ModelStatus;
  readonly bundled: BundledModel | null;
  readonly device: DeviceReport | null;
  /** The model that the person opened last, once it is loaded; null before that (what the start loads is no choice). */
  readonly opened: ModelChoice | null;
  /** Set while the engine does not answer: what is known of why. */
  readonly silence: string | null;
  /** What the start would have loaded, where the last visit ended in the middle of that very load. */
  readonly held: ModelSource | null;
  /** What the start would have loaded, where the browser wants the person asked before its files are read. */
  readonly waiting: ModelChoice | null;
  /** Has what a shared engine has; else loads what was used last in this tab or at the last visit, or the bundled model; or holds it, see `held`. */
  start(): Promise<void>;
  open(source: ModelSource): Promise<void>;
  openBundled(): Promise<void>;
  /**
   * Brings about that the model of a conversation is ready, or (null) whichever the page has: waits for a load under way,
   * loads where it must.
   * @returns the error with which the model could not be loaded, or null when it is ready.
   */
  ensure(choice: ModelChoice | null): Promise<EngineErrorData | null>;
  /** As `open`, wherever the model is. */
  openChoice(choice: ModelChoice): Promise<void>;
  /** Loads the present source again: after a failure, a lost device, or with another context length. */
  reload(): Promise<void>;
  /** As `reload`, where there is no room to keep the model: for this visit only. */
  loadUnkept(): Promise<void>;
  /** Ends a load under way; what has arrived stays in the store. */
  cancel(): Promise<void>;
  /** Frees the GPU for another tab; `start` loads the same model again. */
  release(): Promise<void>;
  /** Ends an engine that does not answer, and loads the model in a new one. */
  restart(): Promise<void>;
  /** Goes on without a model. */
  dismissHeld(): void;
  /** The GPU went away while it answered. */
  lost(error: EngineErrorData): void;
}

export type ModelStore = StoreApi<ModelState>;

/** Whether this tab may use the GPU (see `tab-store.ts`). */
export interface GpuOwnership {
  isHere(): boolean;
  /** Ends when it is. */
  take(): Promise<void>;
}

/** Whether an address may be fetched (see `models/hosts-store.ts`). */
export interface HostConsent {
  /** The person themselves named or chose it. */
  agree(url: string): void;
  ask(url: string, model: string): Promise<boolean>;
}

const NO_MODEL: EngineErrorData = { code: 'not-loaded', message: 'No model is loaded. Open one first.' };
const ELSEWHERE: EngineErrorData = {
  code: 'busy',
  message: 'Another tab of Mixtab is using the graphics processor. Take it over to go on here.',
};
const NO_PROGRESS: LoadProgress = { stage: 'header', share: 0, loadedBytes: 0, totalBytes: 0 };

export function createModelStore(
  client: EngineClient,
  settings: SettingsStore,
  bundled: BundledModel | null,
  gpu: GpuOwnership,
  /** The context that was chosen for a model; null: as the settings say. */
  contextLengthOf: (source: ModelSource) => number | null = () => null,
  hosts: HostConsent = { agree: () => undefined, ask: async () => true },
  disk: DiskSources = NO_DISK,
): ModelStore {
  /** What was loaded when another tab took the GPU. */
  let released: ModelSource | null = null;
  /** Counts loads, so that what an overtaken one still reports is dropped. */
  let latest = 0;

  /** Models that the person wants without keeping them, by their keys. */
  const unkept = new Set<string>();

  const mark = createLoadMark();
  /** Whether the load that an earlier visit did not survive is still to be asked about. */
  let isMarkOpen = true;

  /** Ends with the load under way. */
  let loading: Promise<void> = Promise.resolve();
  /** Ends the wait for a load of another tab. */
  let endOthers = (): void => undefined;
  /** Whether a load of this tab is under way. */
  let isLoadingOwn = false;
  /** Ends when it is known what the engine has, once that was asked. */
  let starting: Promise<void> = Promise.resolve();

  return createStore<ModelState>((set, get) => {
    client.watch((news) => {
      switch (news.kind) {
        case 'silent':
          return set({ silence: news.detail });
        case 'well':
          return set({ silence: null });
        case 'restarted': {
          set({ silence: null });
          const { status } = get();
          // Whoever was loading hears of it as the end of that load.
          if (status.kind === 'ready' || isOthersLoad(status)) void load(status.source);
          return;
        }
        case 'model':
          // What this tab waits for itself comes after that, and it hears of it by itself.
          if (!isLoadingOwn && gpu.isHere()) adopt(news.model);
          return;
        case 'download':
          return; // for downloads-store.ts
        default:
          news satisfies never;
      }
    });

    /** A shared engine has, or is about to have, another model: that is this tab's too. */
    function adopt(model: EngineModel): void {
      switch (model.kind) {
        case 'none':
          return; // the next question brings it back
        case 'loading': {
          const { source, progress } = model;
          if (!isOthersLoad(get().status))
            loading = new Promise((resolve) => {
              endOthers = resolve;
            });
          set({ status: { kind: 'loading', source, progress, isOthers: true }, held: null });
          return;
        }
        case 'ready': {
          const { source, info } = model;
          if (!info.stored) unkept.add(modelKey(source));
          set({ status: { kind: 'ready', source, info }, held: null });
          endOthers();
          void readDevice();
          return;
        }
        case 'failed':
          set({ status: { kind: 'failed', source: model.source, error: model.error } });
          endOthers();
          return;
        default:
          model satisfies never;
      }
    }

    function load(source: ModelSource, options?: LoadOptions): Promise<void> {
      const own = loadNow(source, options);
      // Whoever waits for a load that is overtaken wants the end of the one that overtook it.
      loading = own;
      return own;
    }

    /** By the person, who wants it here: this tab takes the GPU where another has it. */
    async function open(source: ModelSource): Promise<void> {
      if (source.kind === 'url') hosts.agree(source.url);
      if (!gpu.isHere()) {
        released = source; // which is what the tab loads when it gets the GPU
        await gpu.take();
        await starting;
        await settled();
      } else {
        await load(source);
      }
      const { status } = get();
      if (status.kind === 'ready' && status.source === source) set({ opened: loadedChoice() });
    }

    /** Of the last visit, as far as it can be had without asking. */
    async function startSource(): Promise<ModelSource | null> {
      const { modelUrl, modelDisk } = settings.getState();
      if (released !== null) return released;
      if (modelDisk !== null) {
        const found = await disk.peek(modelDisk);
        if (found !== null) return found;
        const name = await disk.nameOf(modelDisk);
        if (name !== null) {
          set({ waiting: { name, source: { kind: 'disk', id: modelDisk } } });
          return null;
        }
      }
      if (modelUrl !== null) return { kind: 'url', url: modelUrl };
      return bundled === null ? null : bundledSource(bundled);
    }

    function loadedChoice(): ModelChoice | null {
      const { status } = get();
      return status.kind === 'ready' ? choiceOf(status.source, status.info, bundled) : null;
    }

    /** Waits for a load under way, also for one that overtakes it meanwhile. */
    async function settled(): Promise<void> {
      while (get().status.kind === 'loading') await loading;
    }

    function loadOptions(source: ModelSource): LoadOptions {
      const contextLength = contextLengthOf(source) ?? settings.getState().contextLength;
      return {
        ...(contextLength !== null && { contextLength }),
        ...(unkept.has(modelKey(source)) && { storing: 'optional' }),
      };
    }

    /** The bundled model answers in any case: nobody needs to be asked before it is used without being kept. */
    async function orUnkept(source: ModelSource, error: EngineErrorData): Promise<boolean> {
      const key = modelKey(source);
      if (error.code !== 'quota' || key !== bundled?.url || unkept.has(key)) return false;
      unkept.add(key);
      // What has arrived of it is of no use to a later visit: conversations have use for its room.
      await client.deleteStoredModel(key).catch(() => undefined);
      return true;
    }

    async function loadNow(source: ModelSource, options = loadOptions(source)): Promise<void> {
      const turn = ++latest;
      const isCurrent = (): boolean => turn === latest;
      isMarkOpen = false;
      isLoadingOwn = true;
      endOthers();
      set({ status: { kind: 'loading', source, progress: NO_PROGRESS }, held: null, waiting: null });
      mark.set(modelKey(source));
      try {
        const info = await client.load(source, options, (progress) => {
          if (isCurrent() && get().status.kind === 'loading') set({ status: { kind: 'loading', source, progress } });
        });
        if (!isCurrent()) return;
        mark.clear();
        isLoadingOwn = false;
        set({ status: { kind: 'ready', source, info } });
        settings.getState().setModelDisk(source.kind === 'file' ? (source.disk ?? null) : null);
        settings.getState().setModelUrl(source.kind === 'url' && source.url !== bundled?.url ? source.url : null);
        await Promise.all([readDevice(), deleteOldVersions(source, info)]);
      } catch (error) {
        if (!isCurrent()) return;
        mark.clear();
        const failure = asEngineError(error);
        if (await orUnkept(source, failure)) {
          if (isCurrent()) await loadNow(source);
          return;
        }
        isLoadingOwn = false;
        set({ status: { kind: 'failed', source, error: failure } });
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
      opened: null,
      silence: null,
      held: null,
      waiting: null,
      start: () => {
        starting = (async () => {
          const model = await modelOf(client);
          // Another tab has the GPU meanwhile, or the person has chosen.
          if (!gpu.isHere() || get().status.kind !== 'none') return;
          const isWanted = released === null;
          if (model.kind === 'ready' && isWanted) return adopt(model);
          if (model.kind === 'loading' && isWanted) {
            void load(model.source, model.options);
            return;
          }
          const source = await startSource();
          released = null;
          if (source === null || get().status.kind !== 'none') return;
          if (isMarkOpen && mark.left() === modelKey(source)) set({ held: source });
          else void load(source);
        })();
        return starting.then(() => loading);
      },
      open,
      openBundled: async () => {
        if (bundled !== null) await open(bundledSource(bundled));
      },
      ensure: async (choice) => {
        if (!gpu.isHere()) return ELSEWHERE;
        await starting;
        const wasLoading = get().status.kind === 'loading';
        await settled();
        const loaded = loadedChoice();
        if (choice !== null && (loaded === null || !isSameChoice(loaded, choice))) {
          const source = await sourceOf(choice, bundled, disk, false);
          if (!isSource(source)) return source;
          // The address may have come in with a file.
          if (choice.source.kind === 'url' && !(await hosts.ask(choice.source.url, choice.name))) {
            return notAgreed(choice.source.url);
          }
          await load(source);
        } else if (loaded === null && !(wasLoading && get().status.kind === 'failed')) {
          // What failed or was cancelled just now, while the question waited for it, is tried again only when that is asked for.
          await get().reload();
        }
        await settled();
        const { status } = get();
        switch (status.kind) {
          case 'ready':
            return null;
          case 'failed':
            return status.error;
          case 'none':
          case 'loading':
            return NO_MODEL;
          default:
            return status satisfies never;
        }
      },
      openChoice: async (choice) => {
        const source = await sourceOf(choice, bundled, disk, true);
        if (isSource(source)) await open(source);
        else if (get().status.kind !== 'loading') noticeStore.getState().say('failed', source.message);
      },
      reload: async () => {
        const { status, waiting } = get();
        if (status.kind === 'none') {
          if (waiting !== null) await get().openChoice(waiting);
          return;
        }
        const { source } = status;
        // The file may have changed, or have to be asked for again.
        const again =
          source.kind === 'file' && source.disk !== undefined
            ? await disk.find(source.disk, source.files[0]?.name ?? '', true)
            : source;
        if (isSource(again)) await load(again);
        else set({ status: { kind: 'failed', source, error: again } });
      },
      loadUnkept: async () => {
        const { status } = get();
        if (status.kind === 'none') return;
        unkept.add(modelKey(status.source));
        await load(status.source);
      },
      cancel: async () => {
        const { status } = get();
        if (status.kind === 'loading' && !isOthersLoad(status)) await client.abort();
      },
      release: async () => {
        const { status } = get();
        latest++; // what a load under way still says no longer counts
        isLoadingOwn = false;
        endOthers();
        if (status.kind === 'loading') mark.clear();
        if (status.kind !== 'none') released = status.source;
        set({ status: { kind: 'none' } });
        try {
          // One that does not answer would free nothing.
          if (get().silence !== null) client.restart();
          if (status.kind === 'loading') await client.abort();
          await client.unload();
        } catch (error) {
          console.warn('Mixtab could not free the GPU for another tab', error); // the other tab says what it lacks
        }
      },
      restart: async () => {
        const { status } = get();
        client.restart();
        if (status.kind === 'loading' || status.kind === 'failed') await load(status.source);
        else await settled();
      },
      dismissHeld: () => {
        isMarkOpen = false;
        set({ held: null });
      },
      lost: (error) => {
        const { status } = get();
        if (status.kind === 'ready') set({ status: { kind: 'failed', source: status.source, error } });
      },
    };
  });
}

function isOthersLoad(status: ModelStatus): status is Extract<ModelStatus, { kind: 'loading' }> {
  return status.kind === 'loading' && status.isOthers === true;
}

/** What the engine has, before this tab asks for anything. One that was restarted before it could tell has nothing. */
async function modelOf(client: EngineClient): Promise<EngineModel> {
  try {
    return (await client.activity()).model;
  } catch {
    return { kind: 'none' };
  }
}
