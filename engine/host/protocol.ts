import type {
  Engine,
  EngineActivity,
  EngineNews,
  GenerateEvent,
  GenerateRequest,
  LoadOptions,
  LoadProgress,
  ModelInfo,
  ModelSource,
} from '../api.ts';

/** What a worker offers to each of its clients: the engine, with requests that are named so that each can be ended alone. */
export interface HostedEngine extends Omit<Engine, 'generate' | 'abort'> {
  activity(): Promise<EngineActivity>;
  load(source: ModelSource, options: LoadOptions, onProgress: (progress: LoadProgress) => void): Promise<ModelInfo>;
  /** Waits in the queue, which it tells by `queued` events. @param task names it for `abort` */
  generate(
    request: GenerateRequest,
    onEvents: (events: readonly GenerateEvent[]) => void,
    task?: string,
  ): Promise<void>;
  /** Ends the generation of that name; without a name all loads and generations of this client. */
  abort(task?: string): Promise<void>;
  /** A sign of life: whoever answers this can hear what is asked of it. */
  ping(): Promise<void>;
}

/** What a host tells of others. */
export type HostNews = Extract<EngineNews, { kind: 'model' | 'download' }>;

/** What a page offers the engine: a shared worker cannot start workers everywhere, and not tell anybody anything by itself. */
export interface ClientServices {
  onNews(news: HostNews): void;
  /** Starts a thread for chat templates (see `template-worker.ts`), and hands over the port on which that speaks. */
  startThread(id: string, onGone: (detail: string) => void): Promise<MessagePort>;
  endThread(id: string): void;
}

/**
 * From a page to a worker, with two ports: one for {@link HostedEngine}, one for {@link ClientServices}; and a third for a
 * `ChunkStore`, where models are kept in a database that only the page can reach.
 */
export interface ConnectMessage {
  readonly kind: 'connect';
  readonly client: string;
  /** A Web Lock that the page holds as long as it is there; null where it has none. */
  readonly lock: string | null;
}

/** From a page to a worker. */
export type PageMessage =
  | ConnectMessage
  /** The page is left. */
  | { readonly kind: 'bye'; readonly client: string }
  /** The worker is to end, as another one takes its place. */
  | { readonly kind: 'end' };

/** From a shared worker to a page, once: whether an engine can run in it. */
export interface HelloMessage {
  readonly kind: 'hello';
  readonly hasGpu: boolean;
  /** Whether it holds its {@link lifeLock}: then its end can be waited for. */
  readonly hasLock: boolean;
}

/** Held by a shared worker as long as it is there. Its script's path tells versions of the page apart. */
export function lifeLock(scriptPath: string, generation: number): string {
  return `${lifePrefix(scriptPath)}${generation}`;
}

export function lifePrefix(scriptPath: string): string {
  return `mixtab-engine ${scriptPath} `;
}
