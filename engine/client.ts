import { proxy, releaseProxy, wrap } from 'comlink';
import type {
  DownloadOptions,
  Engine,
  EngineClient,
  EngineErrorData,
  GenerateEvent,
  InspectOptions,
  LoadOptions,
  ModelSource,
} from './api.ts';
import { requestPersistence } from './store/persistence.ts';

/** Starts the engine in a worker of its own. */
export function createEngineClient(): EngineClient {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'mixtab-engine' });
  const engine = wrap<Engine>(worker);

  return {
    load: async (source, options = {}, onProgress = () => {}) => {
      // Only pages may ask that what is stored is kept; nothing depends on the answer.
      void requestPersistence(navigator.storage);
      return engine.load(absolute(source), options satisfies LoadOptions, proxy(onProgress));
    },
    generate: (request, signal) => streamEvents(engine, request, signal),
    abort: () => engine.abort(),
    unload: () => engine.unload(),
    inspect: (source, options = {}) => engine.inspect(absolute(source), options satisfies InspectOptions),
    download: async (source, options = {}, onProgress = () => {}, signal) => {
      signal?.throwIfAborted();
      void requestPersistence(navigator.storage);
      const task = crypto.randomUUID();
      const cancel = (): void => void engine.cancelDownload(task);
      signal?.addEventListener('abort', cancel);
      try {
        return await engine.download(task, absolute(source), options satisfies DownloadOptions, proxy(onProgress));
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    countTokens: (prompt) => engine.countTokens(prompt),
    device: () => engine.device(),
    memory: () => engine.memory(),
    storage: () => engine.storage(),
    deleteStoredModel: (id) => engine.deleteStoredModel(id),
    dispose: () => {
      engine[releaseProxy]();
      worker.terminate();
    },
  };
}

/** Addresses are relative to the page, which the worker is not. */
function absolute(source: ModelSource): ModelSource {
  return source.kind === 'url' ? { kind: 'url', url: new URL(source.url, document.baseURI).href } : source;
}

/** Turns the worker's callbacks into a stream; leaving the loop early aborts the generation and waits for its end. */
async function* streamEvents(
  engine: { generate: Engine['generate']; abort: () => Promise<void> },
  request: Parameters<Engine['generate']>[0],
  signal?: AbortSignal,
): AsyncGenerator<GenerateEvent, void, void> {
  const queue: GenerateEvent[] = [];
  let state: { readonly kind: 'running' | 'ended' } | { readonly kind: 'failed'; readonly error: EngineErrorData } = {
    kind: 'running',
  };
  let wake = (): void => {};
  const abort = (): void => void engine.abort();

  const run = engine
    .generate(
      request,
      proxy((events: readonly GenerateEvent[]) => {
        queue.push(...events);
        wake();
      }),
    )
    .then(
      () => (state = { kind: 'ended' }),
      (error: EngineErrorData) => (state = { kind: 'failed', error }),
    )
    .finally(() => wake());

  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    for (;;) {
      while (queue.length > 0) yield queue.shift() as GenerateEvent;
      const now = state as { kind: 'running' } | { kind: 'ended' } | { kind: 'failed'; error: EngineErrorData };
      if (now.kind === 'ended') return;
      if (now.kind === 'failed') throw now.error;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    if ((state as { kind: string }).kind === 'running') abort();
    await run;
  }
}
