import { expose, transfer, wrap } from 'comlink';
import {
  type ClientServices,
  type HelloMessage,
  type HostedEngine,
  lifeLock,
  lifePrefix,
  type PageMessage,
} from '../host/protocol.ts';
import type { EngineWorker, WorkerListener } from './supervisor.ts';

/** What the engine's clients find in a page; an embedded frame may have been given another site's (Storage Access). */
export interface EngineSurroundings {
  /** Null where there are no shared workers. */
  readonly openShared: ((url: string, options: SharedWorkerOptions) => SharedWorker) | null;
  /** Starts the worker of an engine of the page's own; default: from its address. A package's bundler has to see it written out. */
  readonly startOwn?: () => Worker;
  readonly locks: LockManager | null;
  readonly openChannel: (name: string) => BroadcastChannel | null;
  /** Where models are kept, if not where the page's workers would keep them: they have no other site's database. */
  readonly database?: () => IDBFactory;
}

/** Chrome knows which cookies a worker may use; ours uses none, and so frames of other sites may share it. */
export interface SharedWorkerOptions extends WorkerOptions {
  readonly sameSiteCookies?: 'all' | 'none';
}

interface Scripts {
  /** Addresses of `worker.ts` and `tokenizer/template-worker.ts`, as they were built. */
  readonly engine: string;
  readonly templates: string;
}

/** To other pages: the engine of that number takes the place of the ones before. */
interface RestartNews {
  readonly kind: 'restarted';
  readonly generation: number;
}

type Mode = 'unknown' | 'shared' | 'own';

/**
 * Starts engines: in a shared worker, where there is one in which WebGPU works; else in a worker of this page. What is asked
 * before that is known waits in a port.
 *
 * A shared worker cannot be ended from outside. One that hangs is left alone, and all pages go to another: their numbers count up,
 * and each holds a lock with its number in its name, so that new pages find the newest.
 */
export class EngineStarter {
  readonly #scripts: Scripts;
  readonly #page: EngineSurroundings;
  readonly #path: string;
  readonly #channel: BroadcastChannel | null;
  readonly #client = crypto.randomUUID();
  /** Held as long as this page is there. */
  readonly #presence: Promise<string | null>;
  #mode: Mode;
  #generation: number | undefined;
  #onReplaced = (): void => {};
  #endPresence = (): void => {};

  constructor(scripts: Scripts, page: EngineSurroundings) {
    this.#scripts = scripts;
    this.#page = page;
    this.#path = new URL(scripts.engine, document.baseURI).pathname;
    this.#mode = page.openShared === null ? 'own' : 'unknown';
    this.#presence = this.#holdPresence();
    this.#channel = this.#mode === 'own' ? null : page.openChannel(lifePrefix(this.#path).trim());
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<Partial<RestartNews> | null>) => {
      if (data?.kind !== 'restarted' || typeof data.generation !== 'number' || !Number.isSafeInteger(data.generation))
        return;
      if (this.#mode === 'own' || data.generation <= (this.#generation ?? 0)) return;
      this.#generation = data.generation;
      this.#onReplaced();
    });
  }

  start(listener: WorkerListener): EngineWorker {
    const calls = new MessageChannel();
    const services = new MessageChannel();
    const threads = new Map<string, Worker>();
    expose(this.#services(listener, threads), services.port1);
    const { onReplaced } = listener;
    this.#onReplaced = onReplaced;

    let isOver = false;
    let wasHeard = false;
    let isAlive = false;
    let end = (): void => {};
    let leave = (): void => {};
    const byeOnLeaving = ({ persisted }: PageTransitionEvent): void => {
      if (!persisted) leave();
    };
    addEventListener('pagehide', byeOnLeaving);

    const connect = async (post: (message: PageMessage, ports: MessagePort[]) => void): Promise<void> => {
      const lock = this.#mode === 'own' ? null : await this.#presence;
      const ports = [calls.port2, services.port2, ...(this.#mode === 'own' ? this.#databasePort() : [])];
      if (!isOver) post({ kind: 'connect', client: this.#client, lock }, ports);
    };

    const startOwn = (): void => {
      this.#mode = 'own';
      if (isOver) return;
      const worker =
        this.#page.startOwn?.() ?? new Worker(this.#scripts.engine, { type: 'module', name: 'mixtab-engine' });
      worker.addEventListener('error', (event) =>
        listener.onTrouble(event.message || 'The worker could not be started.'),
      );
      worker.addEventListener('messageerror', () => listener.onTrouble('A message could not be read.'));
      end = () => worker.terminate();
      leave = end;
      void connect((message, ports) => worker.postMessage(message, ports));
    };

    const startShared = async (open: NonNullable<EngineSurroundings['openShared']>): Promise<void> => {
      const found = await this.#findGeneration();
      isAlive = found.isAlive;
      if (isOver) return;
      const worker = open(this.#scripts.engine, {
        type: 'module',
        name: String(found.generation),
        sameSiteCookies: 'none',
      });
      const { port } = worker;
      const post = (message: PageMessage): void => port.postMessage(message);
      end = () => {
        post({ kind: 'end' });
        this.#replace(found.generation);
      };
      leave = () => post({ kind: 'bye', client: this.#client });
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        if (wasHeard || isOver)
          listener.onTrouble((event as Partial<ErrorEvent>).message ?? 'The shared worker failed.');
        else startOwn(); // refused here, or its script does not come: then an own one says why
      });
      port.addEventListener('messageerror', () => listener.onTrouble('A message could not be read.'));
      port.addEventListener('message', ({ data }: MessageEvent<HelloMessage>) => {
        if (wasHeard || isOver || this.#mode === 'own') return;
        wasHeard = true;
        if (data.hasGpu) {
          this.#mode = 'shared';
          void connect((message, ports) => port.postMessage(message, ports));
          if (data.hasLock)
            this.#watchLife(found.generation, () => {
              if (!isOver) listener.onTrouble('The shared worker has ended.');
            });
        } else {
          post({ kind: 'bye', client: this.#client });
          port.close();
          startOwn();
        }
      });
      port.start();
    };

    if (this.#mode === 'own' || this.#page.openShared === null) startOwn();
    else startShared(this.#page.openShared).catch(startOwn);

    const close = (): void => {
      isOver = true;
      removeEventListener('pagehide', byeOnLeaving);
      for (const thread of threads.values()) thread.terminate();
      threads.clear();
    };
    const url = new URL(this.#scripts.engine, document.baseURI).href;
    return {
      engine: wrap<HostedEngine>(calls.port1),
      // A restart finds the entry of the first start, and its script in the browser's cache.
      hasScript: () => wasHeard || isAlive || performance.getEntriesByName(url).length > 0,
      terminate: () => {
        // One that never ran cannot be shared.
        if (this.#mode === 'unknown' && !wasHeard && !isAlive) this.#mode = 'own';
        close();
        end();
      },
      leave: () => {
        close();
        leave();
      },
    };
  }

  /** The page goes without any engine. */
  dispose(): void {
    this.#channel?.close();
    this.#endPresence();
  }

  /** Through which a worker of this page reaches a database that only the page was given; none where it has its own. */
  #databasePort(): MessagePort[] {
    const { database } = this.#page;
    if (database === undefined) return [];
    const { port1, port2 } = new MessageChannel();
    // Few need it; what is asked meanwhile waits in the port.
    void import('../store/chunk-store.ts').then(({ createChunkStore }) => expose(createChunkStore(database), port1));
    return [port2];
  }

  #services({ onNews }: WorkerListener, threads: Map<string, Worker>): ClientServices {
    return {
      onNews,
      startThread: async (id, onGone) => {
        const worker = new Worker(this.#scripts.templates, { type: 'module', name: 'mixtab-template' });
        threads.set(id, worker);
        worker.addEventListener('error', ({ message }) => onGone(message || 'error'));
        worker.addEventListener('messageerror', () => onGone('messageerror'));
        const { port1, port2 } = new MessageChannel();
        worker.postMessage(null, [port2]);
        return transfer(port1, [port1]);
      },
      endThread: (id) => {
        threads.get(id)?.terminate();
        threads.delete(id);
      },
    };
  }

  #holdPresence(): Promise<string | null> {
    const { locks, openShared } = this.#page;
    if (locks === null || openShared === null) return Promise.resolve(null);
    const name = `mixtab-client ${this.#client}`;
    return new Promise((resolve) => {
      const held = (): Promise<void> => {
        resolve(name);
        return new Promise((end) => {
          this.#endPresence = end;
        });
      };
      locks.request(name, held).catch(() => resolve(null));
    });
  }

  /** The newest shared engine that is there, or is to be. */
  async #findGeneration(): Promise<{ readonly generation: number; readonly isAlive: boolean }> {
    const prefix = lifePrefix(this.#path);
    const { held = [] } = (await this.#page.locks?.query().catch(() => null)) ?? {};
    const alive = held
      .map(({ name = '' }) => (name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN))
      .filter(Number.isSafeInteger);
    const generation = Math.max(this.#generation ?? 0, ...alive);
    this.#generation = generation;
    return { generation, isAlive: alive.includes(generation) };
  }

  /** Leads all pages to the one after it. */
  #replace(generation: number): void {
    this.#generation = Math.max(this.#generation ?? 0, generation + 1);
    this.#channel?.postMessage({ kind: 'restarted', generation: this.#generation } satisfies RestartNews);
  }

  #watchLife(generation: number, onEnd: () => void): void {
    this.#page.locks?.request(lifeLock(this.#path, generation), { mode: 'shared' }, onEnd).catch(() => undefined);
  }
}
