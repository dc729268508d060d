import type {
  DownloadOptions,
  DownloadProgress,
  Engine,
  EngineModel,
  GenerateEvent,
  GenerateRequest,
  LoadProgress,
  ModelInfo,
  ModelSource,
  StoredModel,
} from '../api.ts';
import { EngineError, toErrorData } from '../errors.ts';
import { NO_PROGRESS } from '../generate/load-progress.ts';
import { FairQueue, type QueuedTask } from './fair-queue.ts';
import type { ClientServices, HostedEngine, HostNews } from './protocol.ts';
import { isSameRecipe, type Recipe, serves, sourceKey } from './recipe.ts';

/** Of one client: a page has one at a time, a program may have many. */
const MAX_WAITING = 64;
/** Models whose sources are remembered, so that a request for one of them can have it back. */
const MAX_RECIPES = 8;
/** How often at most the others are told how far a load is. */
const NEWS_MS = 100;

/** Answers that were asked for before go first. */
const QUEUED: LoadProgress = { ...NO_PROGRESS, stage: 'queued' };

const STOPPED_WHILE_QUEUED: GenerateEvent = {
  type: 'done',
  finishReason: 'aborted',
  timings: { promptTokens: 0, reusedTokens: 0, prefillMs: 0, outputTokens: 0, decodeMs: 0 },
};

const stopped = (): EngineError => new EngineError('aborted', 'Stopped.');

/** A page that uses the engine. */
export interface HostClient {
  readonly id: string;
  readonly services: ClientServices;
}

interface Connected extends HostClient {
  /** What ends each of its generations, by its name. */
  readonly generations: Map<string, () => void>;
  /** By the client's names of downloads: the names here. */
  readonly downloads: Map<string, string>;
  readonly gone: Promise<void>;
  end(): void;
}

interface LoadWaiter {
  readonly onProgress: (progress: LoadProgress) => void;
  readonly resolve: (info: ModelInfo) => void;
  readonly reject: (error: unknown) => void;
}

interface Load {
  readonly recipe: Recipe;
  readonly task: QueuedTask;
  readonly waiters: Map<Connected, LoadWaiter>;
  isStopped: boolean;
}

interface SharedDownload {
  readonly source: ModelSource;
  readonly listeners: Map<Connected, (progress: DownloadProgress) => void>;
  latest: DownloadProgress | undefined;
  /** Undefined until it has begun. */
  result: Promise<StoredModel> | undefined;
}

/**
 * One engine for several clients. Loads and generations wait in a fair queue, each for itself; a model that one client loads is
 * everybody's, and all are told. A client that is gone takes its requests with it, but not its downloads.
 */
export class EngineHost {
  readonly #engine: Engine;
  readonly #isShared: boolean;
  readonly #queue = new FairQueue();
  /** The one that was heard last comes last. */
  readonly #clients = new Map<string, Connected>();
  /** Who said goodbye. Whose lock alone is free may be a page that was put aside, and comes back. */
  readonly #farewells = new Set<string>();
  #model: EngineModel = { kind: 'none' };
  #toldAt = -Infinity;
  /** How the model that is there was loaded. */
  #loaded: Recipe | undefined;
  /** By the model's id, in the order of loads. */
  readonly #recipes = new Map<string, Recipe>();
  readonly #loads = new Set<Load>();
  readonly #downloads = new Map<string, SharedDownload>();

  constructor(engine: Engine, isShared: boolean) {
    this.#engine = engine;
    this.#isShared = isShared;
  }

  /** The client that was heard last, which is the least likely to be asleep. */
  get liveliest(): { readonly services: ClientServices; readonly gone: Promise<void> } | undefined {
    return [...this.#clients.values()].at(-1);
  }

  /** What a client may ask, as it crosses the worker boundary: errors are plain data. */
  connect({ id, services }: HostClient): HostedEngine {
    let end = (): void => {};
    const gone = new Promise<void>((resolve) => {
      end = resolve;
    });
    const client: Connected = { id, services, generations: new Map(), downloads: new Map(), gone, end };
    this.#clients.set(id, client);
    this.#farewells.delete(id);

    const heard = <Args extends readonly unknown[], T>(method: (...args: Args) => Promise<T>) => {
      return async (...args: Args): Promise<T> => {
        try {
          // Its calls travel on another port than its goodbye, and may come after it.
          if (this.#farewells.has(id)) throw stopped();
          if (this.#clients.delete(id)) this.#clients.set(id, client);
          return await method(...args);
        } catch (error) {
          // Comlink sends an Error's name, message and stack alone; ours have a code.
          // eslint-disable-next-line typescript/only-throw-error -- plain data
          throw toErrorData(error);
        }
      };
    };
    const engine = this.#engine;
    return {
      activity: heard(async () => ({
        isShared: this.#isShared,
        model: this.#model,
        downloads: [...this.#downloads.values()].map(({ source }) => source),
      })),
      load: heard((source, options, onProgress) => this.#load(client, { source, options }, onProgress)),
      generate: heard((request, onEvents, task) => this.#generate(client, request, onEvents, task)),
      abort: heard(async (task) => {
        if (task === undefined) this.#stopAll(client);
        else client.generations.get(task)?.();
      }),
      unload: heard(() => this.#unload()),
      inspect: heard((source, options) => engine.inspect(source, options)),
      download: heard((task, source, options, onProgress) => this.#download(client, task, source, options, onProgress)),
      cancelDownload: heard(async (task) => {
        const name = client.downloads.get(task);
        if (name !== undefined) await engine.cancelDownload(name);
      }),
      countTokens: heard((prompt) => engine.countTokens(prompt)),
      device: heard(() => engine.device()),
      tune: heard((options, onProgress) => engine.tune(options, onProgress)),
      skipTuning: heard(() => engine.skipTuning()),
      memory: heard(() => engine.memory()),
      probe: heard(() => engine.probe()),
      storage: heard(() => engine.storage()),
      deleteStoredModel: heard((id) => engine.deleteStoredModel(id)),
      ping: heard(async () => {}),
    };
  }

  /** This client is gone for good: nothing that it still asks is begun. */
  farewell(id: string): void {
    this.#farewells.add(id);
    this.disconnect(id);
  }

  /** Ends what this client waits for. */
  disconnect(id: string): void {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    this.#clients.delete(id);
    client.end();
    this.#stopAll(client);
    for (const { listeners } of this.#downloads.values()) listeners.delete(client);
  }

  async #generate(
    client: Connected,
    request: GenerateRequest,
    onEvents: (events: readonly GenerateEvent[]) => unknown,
    name: string = crypto.randomUUID(),
  ): Promise<void> {
    if (this.#queue.waitingOf(client.id) >= MAX_WAITING)
      throw new EngineError(
        'busy',
        `${MAX_WAITING} requests of this page wait already. Wait for one of them, or stop it.`,
      );
    // A page that is gone or asleep takes nothing, and holds up nobody.
    let delivered: unknown;
    const deliver = (events: readonly GenerateEvent[]): void => {
      delivered = onEvents(events);
    };
    try {
      await new Promise<void>((resolve, reject) => {
        let isStopped = false;
        const task: QueuedTask = {
          run: () => this.#runGeneration(request, deliver, () => isStopped).then(resolve, reject),
          onPlace: (place) => {
            if (place > 0) deliver([{ type: 'queued', place }]);
          },
        };
        client.generations.set(name, () => {
          isStopped = true;
          if (this.#queue.remove(task)) {
            deliver([STOPPED_WHILE_QUEUED]);
            resolve();
          } else if (this.#queue.isRunning(task)) void this.#engine.abort();
        });
        this.#queue.add(client.id, task);
      });
    } finally {
      client.generations.delete(name);
    }
    // The result travels on a port of its own, and could overtake the last events.
    await Promise.race([delivered, client.gone]);
  }

  async #runGeneration(
    request: GenerateRequest,
    deliver: (events: readonly GenerateEvent[]) => void,
    isStopped: () => boolean,
  ): Promise<void> {
    try {
      await this.#bring(request.model);
    } catch (error) {
      if (!isStopped()) throw error;
    }
    if (isStopped()) deliver([STOPPED_WHILE_QUEUED]);
    else await this.#engine.generate(request, deliver);
  }

  /** Another client may have loaded another model since this one was asked. */
  async #bring(id: string | undefined): Promise<void> {
    if (id === undefined || (this.#model.kind === 'ready' && this.#model.info.id === id)) return;
    const recipe = this.#recipes.get(id);
    if (recipe === undefined)
      throw new EngineError('not-loaded', 'Another model was loaded meanwhile. Load the one that is to answer again.');
    await this.#loadNow(recipe);
  }

  async #load(client: Connected, recipe: Recipe, onProgress: (progress: LoadProgress) => void): Promise<ModelInfo> {
    this.#stopAll(client);
    const there = await this.#isThere(recipe);
    if (this.#farewells.has(client.id)) throw stopped(); // gone meanwhile
    if (there !== null) {
      onProgress({ stage: 'ready', share: 1, loadedBytes: there.fileBytes, totalBytes: there.fileBytes });
      return there;
    }
    const same = [...this.#loads].find((one) => !one.isStopped && isSameRecipe(one.recipe, recipe));
    const load = same ?? this.#newLoad(recipe);
    const isNew = same === undefined;
    if (this.#model.kind === 'loading' && this.#queue.isRunning(load.task)) onProgress(this.#model.progress);
    else if (this.#queue.isWaiting(load.task)) onProgress(QUEUED);
    return new Promise<ModelInfo>((resolve, reject) => {
      load.waiters.set(client, { onProgress, resolve, reject });
      if (isNew) this.#queue.add(client.id, load.task);
    });
  }

  async #isThere(wanted: Recipe): Promise<ModelInfo | null> {
    const is = (): ModelInfo | null =>
      this.#model.kind === 'ready' && this.#loaded !== undefined && serves(this.#loaded, this.#model.info, wanted)
        ? this.#model.info
        : null;
    // A device that was lost took the model with it.
    return is() !== null && (await this.#engine.memory()).weights > 0 ? is() : null;
  }

  #newLoad(recipe: Recipe): Load {
    const load: Load = {
      recipe,
      waiters: new Map(),
      isStopped: false,
      task: {
        run: async () => {
          try {
            // A load that was under way for somebody else may have brought it.
            const info = (await this.#isThere(recipe)) ?? (await this.#loadNow(recipe, load));
            for (const { resolve } of load.waiters.values()) resolve(info);
          } catch (error) {
            for (const { reject } of load.waiters.values()) reject(error);
          } finally {
            this.#loads.delete(load);
          }
        },
        onPlace: (place) => {
          if (place > 0) for (const { onProgress } of load.waiters.values()) onProgress(QUEUED);
        },
      },
    };
    this.#loads.add(load);
    return load;
  }

  async #loadNow(recipe: Recipe, load?: Load): Promise<ModelInfo> {
    if (load?.isStopped === true) throw stopped();
    const { source, options } = recipe;
    this.#loaded = undefined;
    this.#become({ kind: 'loading', source, options, progress: NO_PROGRESS }, load);
    try {
      const info = await this.#engine.load(source, options, (progress) => {
        for (const { onProgress } of load?.waiters.values() ?? []) onProgress(progress);
        this.#become({ kind: 'loading', source, options, progress }, load);
      });
      this.#loaded = recipe;
      this.#remember(info.id, recipe);
      this.#become({ kind: 'ready', source, info }, load);
      return info;
    } catch (error) {
      this.#become({ kind: 'failed', source, error: toErrorData(error) }, load);
      throw error;
    }
  }

  #remember(id: string, recipe: Recipe): void {
    this.#recipes.delete(id);
    this.#recipes.set(id, recipe);
    for (const oldest of this.#recipes.keys()) {
      if (this.#recipes.size <= MAX_RECIPES) return;
      this.#recipes.delete(oldest);
    }
  }

  /** Those who wait for the load hear it as its progress and its result. */
  #become(model: EngineModel, load?: Load): void {
    const isStep = model.kind === 'loading' && this.#model.kind === 'loading';
    this.#model = model;
    const now = performance.now();
    if (isStep && now - this.#toldAt < NEWS_MS) return;
    this.#toldAt = now;
    for (const client of this.#clients.values())
      if (load?.waiters.has(client) !== true) this.#tell(client, { kind: 'model', model });
  }

  #tell({ services }: Connected, news: HostNews): void {
    services.onNews(news);
  }

  #stopAll(client: Connected): void {
    for (const stop of client.generations.values()) stop();
    for (const load of this.#loads) {
      const waiter = load.waiters.get(client);
      if (waiter === undefined) continue;
      if (load.waiters.size > 1) {
        load.waiters.delete(client);
        waiter.reject(stopped());
      } else this.#stopLoad(load);
    }
  }

  /** Whoever waits hears of it as the end of the load. */
  #stopLoad(load: Load): void {
    load.isStopped = true;
    if (this.#queue.isRunning(load.task)) {
      void this.#engine.abort();
      return;
    }
    this.#queue.remove(load.task);
    this.#loads.delete(load);
    for (const { reject } of load.waiters.values()) reject(stopped());
  }

  async #unload(): Promise<void> {
    for (const client of this.#clients.values()) {
      for (const stop of client.generations.values()) stop();
    }
    for (const load of this.#loads) this.#stopLoad(load);
    await this.#engine.unload();
    this.#loaded = undefined;
    this.#become({ kind: 'none' });
  }

  async #download(
    client: Connected,
    task: string,
    source: ModelSource,
    options: DownloadOptions,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<StoredModel> {
    const name = sourceKey(source);
    const download = this.#downloads.get(name) ?? this.#beginDownload(client, name, source, options);
    download.listeners.set(client, onProgress);
    if (download.latest !== undefined) onProgress(download.latest);
    client.downloads.set(task, name);
    try {
      return await (download.result as Promise<StoredModel>);
    } finally {
      client.downloads.delete(task);
    }
  }

  #beginDownload(client: Connected, name: string, source: ModelSource, options: DownloadOptions): SharedDownload {
    const download: SharedDownload = { source, listeners: new Map(), latest: undefined, result: undefined };
    const report = (progress: DownloadProgress): void => {
      // From here on it is in the store, where the others find its name.
      if (progress.stage === 'download' && download.latest?.stage !== 'download') this.#tellOthers(client, source);
      download.latest = progress;
      for (const listener of download.listeners.values()) listener(progress);
    };
    this.#downloads.set(name, download);
    download.result = this.#engine.download(name, source, options, report).finally(() => this.#downloads.delete(name));
    download.result.catch(() => undefined); // all who asked may be gone
    return download;
  }

  #tellOthers(client: Connected, source: ModelSource): void {
    for (const other of this.#clients.values()) if (other !== client) this.#tell(other, { kind: 'download', source });
  }
}
