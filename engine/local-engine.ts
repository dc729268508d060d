import type {
  DeviceReport,
  DownloadOptions,
  DownloadProgress,
  Engine,
  GenerateEvent,
  GenerateRequest,
  InspectOptions,
  LoadOptions,
  LoadProgress,
  MemoryReport,
  ModelInfo,
  ModelPreview,
  ModelSource,
  Prompt,
  SpeedProbe,
  StorageReport,
  StoredModel,
  TuneOptions,
  TuningEnd,
  TuningProgress,
} from './api.ts';
import { probeSpeed } from './cost/probe.ts';
import { EngineError, toErrorData } from './errors.ts';
import { readGguf } from './formats/gguf.ts';
import { generate } from './generate/generate.ts';
import { LoadProgressMeter } from './generate/load-progress.ts';
import { loadTextModel, type LoadedModel } from './generate/load-model.ts';
import type { LoadWatch } from './generate/prepare.ts';
import { type Gpu, openGpu } from './gpu/device.ts';
import { inspectModel } from './inspect.ts';
import { mark } from './marks.ts';
import { Downloads } from './store/downloads.ts';
import { type OpenedModel, openModel } from './store/open-model.ts';
import type { StoreEnvironment } from './store/environment.ts';
import { deleteStoredModel, storageReport } from './store/report.ts';
import { promptTokens } from './tokenizer/prompt.ts';
import { Tuner } from './tuner/tuner.ts';
import { memoryTuningStore } from './tuner/tuning-store.ts';
import { inlineTemplateRunner, type TemplateRunner } from './tokenizer/template-runner.ts';

/** Events are handed over together at most this often: about a frame of the page. */
const BATCH_MS = 16;

const NO_MEMORY: MemoryReport = { weights: 0, experts: 0, kvCache: 0, activations: 0 };

/** The engine itself: one device, at most one model, one thing at a time. The worker exposes it as it is. */
export class LocalEngine implements Engine {
  readonly #webgpu: GPU | undefined;
  readonly #templates: TemplateRunner;
  #gpu: Promise<Gpu> | undefined;
  #loaded: LoadedModel | undefined;
  /** How the device went with which a loaded model went, until another is loaded. */
  #lost: GPUDeviceLostInfo | undefined;
  #running: AbortController | undefined;
  /** Loads and generations so far. */
  #begun = 0;
  readonly #environment: Partial<StoreEnvironment>;
  readonly #downloads: Downloads;
  readonly #tuner: Tuner;
  #tuning: TuningRun | undefined;
  /** Ends when the load or generation before this one has let go of the GPU. */
  #idle: Promise<unknown> = Promise.resolve();

  /**
   * @param environment where models are kept, and what else the store may use; default: what the thread has
   * @param tuner what it measures is remembered there; default: as long as this engine lives
   */
  constructor(
    webgpu: GPU | undefined,
    templates: TemplateRunner = inlineTemplateRunner,
    environment: Partial<StoreEnvironment> = {},
    tuner: Tuner = new Tuner(memoryTuningStore(), ''),
  ) {
    this.#tuner = tuner;
    this.#webgpu = webgpu;
    this.#templates = templates;
    this.#environment = environment;
    this.#downloads = new Downloads(environment);
  }

  async load(
    source: ModelSource,
    options: LoadOptions,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<ModelInfo> {
    this.#running?.abort();
    return this.#exclusively(async (signal) => {
      this.#loaded?.text.session.destroy();
      this.#loaded = undefined;
      this.#lost = undefined;
      const progress = new LoadProgressMeter(onProgress);
      mark('load');
      const gpu = await this.#device();
      mark('device');
      let opened: OpenedModel | undefined;
      try {
        progress.stage('header');
        opened = await openModel(source, {
          signal,
          environment: this.#environment,
          ...(source.kind === 'url' && options.storing !== undefined && { storing: options.storing }),
          onBytes: ({ loadedBytes, totalBytes, from }) => progress.bytes(loadedBytes, totalBytes, from),
        });
        const { parts, totalBytes, id, name } = opened;
        progress.total(totalBytes, opened.lostBytes);
        mark('opened');
        const gguf = await readGguf(parts, signal);
        mark('header');
        const watch: LoadWatch = {
          weights: () => progress.stage('pipelines'),
          compiled: (done, total) => progress.shaders(done, total),
        };
        const chosen = { ...options, choose: await this.#tuner.open(gpu) };
        const loaded = await loadTextModel(gpu, gguf, chosen, signal, watch, this.#templates);
        this.#loaded = loaded;
        mark('loaded');
        await opened.finish();
        mark('finished');
        progress.done(totalBytes);
        return { ...loaded.facts, name: loaded.facts.name || name, id, fileBytes: totalBytes, stored: opened.complete };
      } catch (error) {
        opened?.close();
        throw await this.#explain(error);
      }
    });
  }

  async generate(request: GenerateRequest, onEvents: (events: readonly GenerateEvent[]) => void): Promise<void> {
    if (this.#running)
      throw new EngineError('busy', 'The engine is still busy with the answer or the model before. Stop that first.');
    return this.#exclusively(async (signal) => {
      const { text } = this.#model();
      const batch = batcher(onEvents);
      try {
        for await (const event of generate(text, request, signal)) batch.push(event);
      } catch (error) {
        throw await this.#explain(error);
      } finally {
        await batch.end();
      }
    });
  }

  async abort(): Promise<void> {
    this.#running?.abort();
  }

  async tune(options: TuneOptions, onProgress: (progress: TuningProgress) => void): Promise<TuningEnd> {
    const known = this.#tuning;
    if (known !== undefined && !known.interrupt.signal.aborted) {
      known.listeners.add(onProgress);
      if (known.latest !== undefined) onProgress(known.latest);
      return known.end;
    }
    const [interrupt, skip] = [new AbortController(), new AbortController()];
    const listeners = new Set([onProgress]);
    const before = this.#idle;
    const end = (async (): Promise<TuningEnd> => {
      await before;
      if (interrupt.signal.aborted || this.#loaded === undefined) return 'interrupted';
      const { session } = this.#loaded.text;
      const signals = { interrupted: interrupt.signal, skipped: skip.signal };
      return this.#tuner.tune(session.gpu, session, options, signals, (progress) => {
        run.latest = progress;
        for (const listener of listeners) listener(progress);
      });
    })().finally(() => {
      if (this.#tuning === run) this.#tuning = undefined;
    });
    const run: TuningRun = { interrupt, skip, listeners, end, latest: undefined };
    this.#tuning = run;
    this.#idle = end.catch(() => undefined);
    try {
      return await end;
    } catch (error) {
      throw errorOf(error);
    }
  }

  async skipTuning(): Promise<void> {
    this.#tuning?.skip.abort();
    const session = this.#loaded?.text.session;
    if (session !== undefined) await this.#tuner.skip(session.gpu, session);
  }

  async unload(): Promise<void> {
    this.#running?.abort();
    this.#tuning?.interrupt.abort();
    await this.#idle;
    this.#loaded?.text.session.destroy();
    this.#loaded = undefined;
    this.#lost = undefined;
  }

  async countTokens(prompt: Prompt): Promise<number> {
    const { tokenizer, format, speech } = this.#model().text;
    try {
      return (await promptTokens(prompt, tokenizer, format, undefined, { speech })).length;
    } catch (error) {
      throw errorOf(error);
    }
  }

  async inspect(source: ModelSource, options: InspectOptions): Promise<ModelPreview> {
    try {
      return await inspectModel(source, options, () => this.#device(), this.#environment);
    } catch (error) {
      throw errorOf(error);
    }
  }

  async download(
    task: string,
    source: ModelSource,
    options: DownloadOptions,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<StoredModel> {
    try {
      return await this.#downloads.run(task, source, options, onProgress);
    } catch (error) {
      throw errorOf(error);
    }
  }

  async cancelDownload(task: string): Promise<void> {
    this.#downloads.cancel(task);
  }

  async device(): Promise<DeviceReport> {
    const { report } = await this.#device();
    const session = this.#loaded?.text.session;
    return session === undefined ? report : { ...report, tuning: this.#tuner.report(session.gpu, session) };
  }

  async memory(): Promise<MemoryReport> {
    return this.#loaded?.text.session.memoryReport() ?? NO_MEMORY;
  }

  async probe(): Promise<SpeedProbe | null> {
    const isAlone = (): boolean => this.#running === undefined && this.#tuning === undefined && this.#begun === begun;
    const begun = this.#begun;
    if (!isAlone()) return null;
    try {
      const found = await probeSpeed(await this.#device());
      return isAlone() ? found : null;
    } catch (error) {
      throw errorOf(error);
    }
  }

  storage(): Promise<StorageReport> {
    return storageReport(this.#environment);
  }

  deleteStoredModel(id: string): Promise<void> {
    return deleteStoredModel(id, this.#environment);
  }

  #model(): LoadedModel {
    if (this.#loaded !== undefined) return this.#loaded;
    if (this.#lost !== undefined) throw deviceLost(`${this.#lost.reason} ${this.#lost.message}`);
    throw new EngineError('not-loaded', 'No model is loaded yet.');
  }

  #device(): Promise<Gpu> {
    this.#gpu ??= openGpu(this.#webgpu).then(
      (gpu) => {
        void gpu.device.lost.then((lost) => this.#forget(lost));
        return gpu;
      },
      (error: unknown) => {
        this.#gpu = undefined; // an adapter may appear later
        throw error;
      },
    );
    return this.#gpu;
  }

  #forget(lost: GPUDeviceLostInfo): void {
    this.#gpu = undefined;
    if (this.#loaded !== undefined) this.#lost = lost;
    this.#loaded = undefined;
  }

  /** Runs one load or generation after the one before has ended. */
  async #exclusively<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#running = controller;
    this.#begun++;
    this.#tuning?.interrupt.abort(); // what is known by then is used
    const before = this.#idle;
    const run = (async () => {
      await before;
      controller.signal.throwIfAborted();
      return work(controller.signal);
    })();
    this.#idle = run.catch(() => undefined);
    try {
      return await run;
    } catch (error) {
      throw errorOf(error);
    } finally {
      if (this.#running === controller) this.#running = undefined;
    }
  }

  /** Whatever goes wrong on a device that was lost goes wrong because of that. */
  async #explain(error: unknown): Promise<unknown> {
    const gpu = await this.#gpu?.catch(() => undefined);
    const lost = gpu === undefined ? undefined : await Promise.race([gpu.device.lost, Promise.resolve(undefined)]);
    if (gpu !== undefined && lost === undefined) return error;
    if (error instanceof EngineError) return error;
    const detail = `${lost?.reason ?? ''} ${lost?.message ?? ''} ${String(error)}`.trim();
    return deviceLost(detail);
  }
}

/** What measures kernels, until somebody wants something else. */
interface TuningRun {
  readonly interrupt: AbortController;
  readonly skip: AbortController;
  readonly listeners: Set<(progress: TuningProgress) => void>;
  readonly end: Promise<TuningEnd>;
  latest: TuningProgress | undefined;
}

function deviceLost(detail: string): EngineError {
  return new EngineError('device-lost', 'The GPU was reset or taken away. Load the model again to go on.', detail);
}

function errorOf(error: unknown): EngineError {
  const { code, message, detail } = toErrorData(error);
  return new EngineError(code, message, detail);
}

/**
 * Collects events and hands them over at most every BATCH_MS. `end` hands over the rest and waits until it has arrived:
 * across a worker boundary the callback and the result of `generate` travel on ports of their own, and the result could
 * overtake the last events.
 */
function batcher(onEvents: (events: readonly GenerateEvent[]) => unknown): {
  readonly push: (event: GenerateEvent) => void;
  readonly end: () => Promise<void>;
} {
  let events: GenerateEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let handedOver: unknown;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (events.length === 0) return;
    handedOver = onEvents(events);
    events = [];
  };
  return {
    push: (event) => {
      events.push(event);
      timer ??= setTimeout(flush, BATCH_MS);
    },
    end: async () => {
      flush();
      await handedOver;
    },
  };
}
