/**
 * Downloads of models, and what the browser's storage holds of them. One runs at a time, so that the first is usable soonest;
 * the engine fetches its chunks in parallel and tries again by itself. What was begun and not ended, in this visit or an
 * earlier one, is listed as paused.
 */
import type {
  DownloadOptions,
  DownloadProgress,
  EngineClient,
  EngineErrorData,
  ModelSource,
  StorageReport,
  StoredModel,
} from '../../engine/api.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { persistAll } from '../../idb/model-bucket.ts';
import { t } from '../i18n/i18n.ts';
import { asEngineError } from '../state/engine-failure.ts';
import { type Hub, hubDigests } from './hub.ts';
import { SpeedMeter } from './speed-meter.ts';

export type DownloadStatus =
  | { readonly kind: 'queued' }
  | {
      readonly kind: 'running';
      readonly stage: 'header' | 'download' | 'verify';
      /** Null while it is not known. */
      readonly bytesPerSecond: number | null;
      readonly secondsLeft: number | null;
    }
  | { readonly kind: 'paused' }
  | { readonly kind: 'failed'; readonly error: EngineErrorData }
  | { readonly kind: 'done' };

export interface Download {
  /** Key of the stored copy. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Of the stage: what is there, or what was checked of it. */
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly status: DownloadStatus;
}

/** What a download is begun with; a preview tells all of it. */
export type DownloadRequest = Omit<Download, 'status'>;

export type StorageState =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly report: StorageReport }
  | { readonly kind: 'failed'; readonly error: EngineErrorData };

/** Whether the browser promises to keep what is stored; `refused`: it was asked, and did not. */
export type Persistence = 'unknown' | 'granted' | 'not-asked' | 'refused';

export interface DownloadsState {
  /** In the order in which they were begun. */
  readonly downloads: readonly Download[];
  readonly storage: StorageState;
  readonly persistence: Persistence;
  /** Lists what an earlier visit began, and goes on by itself when a lost connection is back. */
  start(): Promise<void>;
  /** Reads anew what is stored. */
  refresh(): Promise<void>;
  add(request: DownloadRequest): void;
  pause(id: string): void;
  /** Also after a failure. */
  resume(id: string): void;
  /** Deletes what arrived, and begins anew: after wrong content. */
  startOver(id: string): Promise<void>;
  /** Takes one that is done off the list. */
  dismiss(id: string): void;
  /** Deletes a model from the store, its download with it. */
  deleteModel(id: string): Promise<void>;
  askPersistence(): Promise<void>;
}

export type DownloadsStore = StoreApi<DownloadsState>;

export interface DownloadsSurroundings {
  /** Null: as on pages that are not secure, which have neither. */
  readonly storage?: Pick<StorageManager, 'persist'> | null;
  readonly locks?: Pick<LockManager, 'request'> | null;
  /** Whether other tabs share the engine: then they see each other's downloads, which go on as long as one of them is there. */
  readonly isShared?: () => Promise<boolean>;
  /** Milliseconds on any clock. */
  readonly now?: () => number;
  /** Addresses that are no downloads though some of them may be missing: the bundled model is loaded by itself. */
  readonly isOwn?: (url: string) => boolean;
  /** The person wants this address. */
  readonly onAdded?: (url: string) => void;
}

/** The hub is asked for a digest, but not waited for longer than this. */
const HUB_PATIENCE_MS = 8000;
/** A line that stands still brings no news: the speed is seen to fall all the same. */
const STALL_MS = 2000;
/** How often at most a running download is drawn anew. */
const REPORT_EVERY_MS = 200;

export function createDownloadsStore(
  client: EngineClient,
  hub: Hub,
  {
    storage = navigator.storage === undefined ? null : { persist: () => persistAll(navigator.storage) },
    locks = navigator.locks,
    isShared = async () => false,
    now = () => performance.now(),
    isOwn = () => false,
    onAdded = () => undefined,
  }: DownloadsSurroundings = {},
): DownloadsStore {
  /** The one under way. */
  let running: { readonly id: string; readonly controller: AbortController; readonly ended: Promise<void> } | null =
    null;

  return createStore<DownloadsState>((set, get) => {
    const find = (id: string): Download | undefined => get().downloads.find((one) => one.id === id);

    function change(id: string, update: Partial<Download>): void {
      set({ downloads: get().downloads.map((one) => (one.id === id ? { ...one, ...update } : one)) });
    }

    function take(id: string): void {
      set({ downloads: get().downloads.filter((one) => one.id !== id) });
    }

    /** Begins the next one in line, where none is under way. */
    function pump(): void {
      if (running !== null) return;
      const next = get().downloads.find(({ status }) => status.kind === 'queued');
      if (next === undefined) return;
      const controller = new AbortController();
      running = { id: next.id, controller, ended: run(next, controller.signal) };
    }

    async function run(download: Download, signal: AbortSignal): Promise<void> {
      const { id } = download;
      const progress = progressReport(now, (update) => change(id, update));
      progress.report({ stage: 'header', loadedBytes: download.loadedBytes, totalBytes: download.totalBytes });
      try {
        await inOneEngine(locks, (await isShared()) ? 'shared' : 'exclusive', id, async () => {
          const source: ModelSource = { kind: 'url', url: download.url };
          const options = await digestsOf(hub, download.url, signal);
          signal.throwIfAborted();
          await client.download(source, options, progress.report, signal);
        }).finally(progress.end);
        const { totalBytes } = find(id) ?? download;
        change(id, { loadedBytes: totalBytes, status: { kind: 'done' } });
      } catch (error) {
        const failure = asEngineError(error);
        const isPaused = signal.aborted || failure.code === 'aborted';
        change(id, { status: isPaused ? { kind: 'paused' } : { kind: 'failed', error: failure } });
      }
      running = null;
      await get().refresh();
      pump();
    }

    /** Ends one that is under way, and waits for it. */
    async function stop(id: string): Promise<void> {
      if (running?.id !== id) return;
      const { controller, ended } = running;
      controller.abort();
      await ended;
    }

    /** Those that an earlier visit began come into the list; counts of those that rest are brought up to date. */
    function reconcile(models: readonly StoredModel[]): void {
      const listed = get().downloads.map((download) => {
        if (running?.id === download.id || download.status.kind === 'done') return download;
        const loadedBytes = models.find(({ id }) => id === download.id)?.storedBytes ?? 0;
        return loadedBytes === download.loadedBytes ? download : { ...download, loadedBytes };
      });
      const begun = models.filter(
        ({ id, complete, url, lostBytes = 0 }) =>
          // What the browser removed of a complete model comes back when that is opened.
          !complete && lostBytes === 0 && url !== null && !isOwn(url) && !listed.some((download) => download.id === id),
      );
      set({
        downloads: [
          ...listed,
          ...begun.map(({ id, name, url, storedBytes, totalBytes }) => ({
            id,
            name,
            url: url ?? id,
            loadedBytes: storedBytes,
            totalBytes,
            status: { kind: 'paused' } as const,
          })),
        ],
      });
    }

    function queue(id: string): void {
      change(id, { status: { kind: 'queued' } });
      pump();
    }

    /** Of another tab that shares the engine: here it is shown, and goes on when that tab is closed. */
    async function follow(source: ModelSource): Promise<void> {
      if (source.kind !== 'url' || isOwn(source.url)) return;
      await get().refresh(); // which lists it
      const download = get().downloads.find(({ url }) => url === source.url);
      if (download?.status.kind === 'paused') queue(download.id);
    }

    client.watch((news) => {
      if (news.kind === 'download') void follow(news.source);
    });

    /** A connection that is back: go on with what it broke. */
    function goOn(): void {
      for (const { id, status } of get().downloads) {
        if (status.kind === 'failed' && status.error.code === 'network') queue(id);
      }
    }

    return {
      downloads: [],
      storage: { kind: 'reading' },
      persistence: 'unknown',

      start: async () => {
        addEventListener('online', goOn);
        await get().refresh();
        const { downloads } = await client.activity().catch(() => ({ downloads: [] }));
        for (const source of downloads) await follow(source);
      },

      refresh: async () => {
        try {
          const report = await client.storage();
          reconcile(report.models);
          const { persistence } = get();
          set({
            storage: { kind: 'read', report },
            persistence: report.persisted ? 'granted' : persistence === 'refused' ? 'refused' : 'not-asked',
          });
        } catch (error) {
          set({ storage: { kind: 'failed', error: asEngineError(error) } });
        }
      },

      add: (request) => {
        onAdded(request.url);
        const before = find(request.id);
        if (before?.status.kind === 'running' || before?.status.kind === 'queued') return;
        if (before !== undefined) take(request.id);
        set({ downloads: [...get().downloads, { ...request, status: { kind: 'queued' } }] });
        pump();
      },

      pause: (id) => {
        if (running?.id === id) running.controller.abort();
        else if (find(id)?.status.kind === 'queued') change(id, { status: { kind: 'paused' } });
      },

      resume: (id) => {
        const kind = find(id)?.status.kind;
        if (kind === 'paused' || kind === 'failed') queue(id);
      },

      startOver: async (id) => {
        await stop(id);
        try {
          await client.deleteStoredModel(id);
        } catch (error) {
          change(id, { status: { kind: 'failed', error: asEngineError(error) } });
          return;
        }
        change(id, { loadedBytes: 0 });
        queue(id);
      },

      dismiss: (id) => {
        if (find(id)?.status.kind === 'done') take(id);
      },

      deleteModel: async (id) => {
        await stop(id);
        try {
          await client.deleteStoredModel(id);
          take(id);
          await get().refresh();
        } catch (error) {
          set({ storage: { kind: 'failed', error: asEngineError(error) } });
        }
      },

      askPersistence: async () => {
        const granted = (await storage?.persist?.().catch(() => false)) ?? false;
        set({ persistence: granted ? 'granted' : 'refused' });
        await get().refresh();
      },
    };
  });
}

/** Turns the engine's progress into changes of a download, with speed and time left, and not too many of them. */
function progressReport(
  now: () => number,
  change: (update: Partial<Download>) => void,
): { readonly report: (progress: DownloadProgress) => void; readonly end: () => void } {
  const meter = new SpeedMeter();
  let drawn = { stage: '', at: -Infinity };
  let latest: DownloadProgress | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function draw(): void {
    clearTimeout(timer);
    timer = undefined;
    if (latest === null || latest.stage === 'done') return; // that it is done is said when the engine has ended
    const { stage, loadedBytes, totalBytes } = latest;
    const { bytesPerSecond } = meter;
    const secondsLeft =
      bytesPerSecond !== null && bytesPerSecond > 0 ? (totalBytes - loadedBytes) / bytesPerSecond : null;
    change({
      ...(stage !== 'header' && { loadedBytes, totalBytes }),
      status: { kind: 'running', stage, bytesPerSecond, secondsLeft },
    });
  }

  const stall = setInterval(() => {
    if (latest === null || latest.stage === 'header') return;
    meter.add(latest.loadedBytes, now());
    draw();
  }, STALL_MS);

  return {
    report: (progress) => {
      const at = now();
      // All of it has come: what comes next is of another speed.
      if (drawn.stage === 'download' && progress.stage !== 'download') void noteRate(meter.bytesPerSecond);
      latest = progress;
      if (progress.stage !== 'header') meter.add(progress.loadedBytes, at);
      if (progress.stage === drawn.stage && at - drawn.at < REPORT_EVERY_MS) {
        timer ??= setTimeout(draw, REPORT_EVERY_MS);
        return;
      }
      drawn = { stage: progress.stage, at };
      draw();
    },
    end: () => {
      clearTimeout(timer);
      clearInterval(stall);
    },
  };
}

/** So that the next download's time can be told. A nicety: without it the page only foretells less. */
async function noteRate(bytesPerSecond: number | null): Promise<void> {
  if (bytesPerSecond === null) return;
  const time = await import('./for-device/download-time.ts').catch(() => null);
  time?.keepRate(bytesPerSecond);
}

/** What the hub publishes of these files, or else the catalogue. */
async function digestsOf(hub: Hub, url: string, signal: AbortSignal): Promise<DownloadOptions> {
  const asking = new AbortController();
  const stop = (): void => asking.abort();
  const timer = setTimeout(stop, HUB_PATIENCE_MS);
  signal.addEventListener('abort', stop);
  const asked = await hubDigests(hub, url, asking.signal);
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  const sha256 = asked.some((digest) => digest !== null) ? asked : [await ofCatalogue(url)];
  return sha256.some((digest) => digest !== null) ? { sha256 } : {};
}

/** The catalogue is no part of the first load. Where it cannot be had, nothing is known of the file. */
async function ofCatalogue(url: string): Promise<string | null> {
  const catalogue = await import('./catalogue.ts').catch(() => null);
  return catalogue?.publishedSha256(url) ?? null;
}

/** Two engines that download one model would write the same chunks. */
async function inOneEngine(
  locks: DownloadsSurroundings['locks'],
  mode: LockMode,
  id: string,
  task: () => Promise<void>,
): Promise<void> {
  if (!locks) return task();
  await locks.request(`mixtab-download ${id}`, { mode, ifAvailable: true }, async (lock) => {
    if (lock !== null) return task();
    const failure: EngineErrorData = { code: 'busy', message: t('models:downloads.otherTab') };
    // eslint-disable-next-line typescript/only-throw-error -- the shape that all failures of a download have
    throw failure;
  });
}
