import type {
  EngineClient,
  GenerateEvent,
  GenerateRequest,
  KvCacheFormat,
  LoadProgress,
  Prompt,
} from '../engine/api.ts';
import { abortError } from './api/api-error.ts';
import type { ServedModel } from './api/service.ts';
import { startEngine } from './browser-engine.ts';
import { findModel, type ModelReference } from './model-source.ts';
import type { Availability, PromptBackend } from './prompt/language-model.ts';

export interface MixtabOptions {
  readonly model: ModelReference;
  /** Told while the model loads: stage, bytes so far and in all. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Context in tokens to reserve memory for; default: the model's, at most 4096. */
  readonly contextLength?: number | undefined;
  /** Number format of keys and values; `q8_0` takes a quarter of the memory of `f32`. */
  readonly kvCache?: KvCacheFormat | undefined;
  /** The name under which requests ask for the model; default: that of its file, without `.gguf`. */
  readonly name?: string | undefined;
}

/** An engine of its own, in a worker. The model loads when it is asked for, and again where that failed. */
export class BrowserBackend implements PromptBackend {
  readonly #options: MixtabOptions;
  readonly #client: EngineClient;
  readonly #closed = new AbortController();
  readonly #listeners = new Set<(progress: LoadProgress) => void>();
  #loading: Promise<ServedModel> | undefined;
  #isLoaded = false;

  constructor(options: MixtabOptions, client: EngineClient = startEngine()) {
    this.#options = options;
    this.#client = client;
    this.#client.watch((news) => {
      if (news.kind === 'restarted') this.#forget(); // the new one has no model
    });
    if (options.onProgress !== undefined) this.#listeners.add(options.onProgress);
  }

  /** Loads the model now; whoever asks for it is told where that fails. */
  start(): void {
    this.#loaded().catch(() => undefined);
  }

  onProgress(listener: (progress: LoadProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async availability(): Promise<Availability> {
    if (this.#loading !== undefined) return this.#isLoaded ? 'available' : 'downloading';
    const adapter = await (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu
      ?.requestAdapter()
      .catch(() => null);
    if (!adapter) return 'unavailable';
    try {
      const { contextLength, kvCache, model } = this.#options;
      const { source } = await findModel(model, this.#closed.signal);
      const { verdict, storedBytes, fileBytes } = await this.#client.inspect(source, {
        ...(contextLength !== undefined && { contextLength }),
        ...(kvCache !== undefined && { kvCache }),
      });
      const runs = verdict.kind === 'fits' || verdict.kind === 'shorter-context';
      return !runs ? 'unavailable' : storedBytes >= fileBytes ? 'available' : 'downloadable';
    } catch {
      return 'unavailable';
    }
  }

  async model(signal: AbortSignal): Promise<ServedModel> {
    const loaded = this.#loaded();
    const signals = [signal, this.#closed.signal];
    let stop = (): void => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(abortError());
    });
    for (const one of signals) one.addEventListener('abort', stop);
    try {
      return await Promise.race([loaded, stopped]);
    } finally {
      for (const one of signals) one.removeEventListener('abort', stop);
    }
  }

  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, void> {
    return this.#client.generate(request, signal);
  }

  async countTokens(prompt: Prompt): Promise<number> {
    await this.#loaded();
    return this.#client.countTokens(prompt);
  }

  close(): void {
    this.#closed.abort();
    this.#client.dispose();
  }

  #loaded(): Promise<ServedModel> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#forget();
      throw error;
    });
    return this.#loading;
  }

  #forget(): void {
    this.#loading = undefined;
    this.#isLoaded = false;
  }

  async #load(): Promise<ServedModel> {
    const { model, contextLength, kvCache, name } = this.#options;
    const found = await findModel(model, this.#closed.signal);
    const load = {
      ...(contextLength !== undefined && { contextLength }),
      ...(kvCache !== undefined && { kvCache }),
      storing: 'optional',
    } as const;
    const info = await this.#client.load(found.source, load, (progress) => {
      for (const listener of this.#listeners) listener(progress);
    });
    this.#isLoaded = true;
    return { ...info, id: name ?? found.name };
  }
}
