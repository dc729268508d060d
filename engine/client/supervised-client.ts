import { proxy } from 'comlink';
import type {
  DownloadOptions,
  EngineClient,
  EngineErrorData,
  InspectOptions,
  LoadOptions,
  ModelSource,
  TuneOptions,
} from '../api.ts';
import { requestPersistence } from '../store/persistence.ts';
import type { EngineStarter } from './connect.ts';
import { EventStreams } from './event-stream.ts';
import { type EngineWorker, Supervisor, WATCH_LIMITS, type WatchLimits, type WorkerListener } from './supervisor.ts';

/** The page's engine, whatever worker it is in. */
export function superviseEngine(
  start: (listener: WorkerListener) => EngineWorker,
  limits: WatchLimits = WATCH_LIMITS,
): EngineClient {
  const supervisor = new Supervisor(start, limits);
  const streams = new EventStreams(supervisor, limits.stopMs);
  return {
    activity: () => supervisor.call((engine) => engine.activity()),
    load: async (source, options = {}, onProgress = () => {}) => {
      // Only pages may ask that what is stored is kept; nothing depends on the answer.
      void requestPersistence(navigator.storage);
      const report = proxy(onProgress);
      return supervisor.call((engine) => engine.load(absolute(source), options satisfies LoadOptions, report), true);
    },
    generate: (request, signal) => streams.stream(request, signal),
    abort: () => supervisor.stop(),
    unload: () => supervisor.call((engine) => engine.unload()),
    inspect: (source, options = {}) =>
      supervisor.call((engine) => engine.inspect(absolute(source), options satisfies InspectOptions)),
    download: async (source, options = {}, onProgress = () => {}, signal) => {
      signal?.throwIfAborted();
      void requestPersistence(navigator.storage);
      for (;;) {
        const task = crypto.randomUUID();
        const cancel = (): void => {
          supervisor.call((engine) => engine.cancelDownload(task)).catch(() => undefined); // it ended with its engine
        };
        signal?.addEventListener('abort', cancel);
        try {
          return await supervisor.call((engine) =>
            engine.download(task, absolute(source), options satisfies DownloadOptions, proxy(onProgress)),
          );
        } catch (error) {
          // A new engine goes on from what has arrived.
          if (!wasEnded(error) || signal?.aborted === true) throw error;
        } finally {
          signal?.removeEventListener('abort', cancel);
        }
      }
    },
    countTokens: (prompt) => supervisor.call((engine) => engine.countTokens(prompt)),
    device: () => supervisor.call((engine) => engine.device()),
    tune: (options = {}, onProgress = () => {}) =>
      supervisor.call((engine) => engine.tune(options satisfies TuneOptions, proxy(onProgress))),
    skipTuning: () => supervisor.call((engine) => engine.skipTuning()),
    memory: () => supervisor.call((engine) => engine.memory()),
    probe: () => supervisor.call((engine) => engine.probe()),
    storage: () => supervisor.call((engine) => engine.storage()),
    deleteStoredModel: (id) => supervisor.call((engine) => engine.deleteStoredModel(id)),
    watch: (listener) => supervisor.watch(listener),
    restart: () => supervisor.restart(),
    dispose: () => supervisor.dispose(),
  };
}

/** Addresses are relative to the page, which the worker is not. */
function absolute(source: ModelSource): ModelSource {
  return source.kind === 'url' ? { kind: 'url', url: new URL(source.url, document.baseURI).href } : source;
}

function wasEnded(error: unknown): boolean {
  const { code } = error as Partial<EngineErrorData>;
  return code === 'engine-ended';
}

/** The same, with what starts its workers: that ends with the client. */
export function superviseStarter(starter: EngineStarter): EngineClient {
  const client = superviseEngine((listener) => starter.start(listener));
  return {
    ...client,
    dispose: () => {
      client.dispose();
      starter.dispose();
    },
  };
}
