/** The engine in a worker: of all tabs where the browser has shared workers with WebGPU, else of one. See `client/connect.ts`. */
import { expose, wrap } from 'comlink';
import { EngineHost } from './host/engine-host.ts';
import { createPageThreads } from './host/page-thread.ts';
import { type ClientServices, type HelloMessage, lifeLock, type PageMessage } from './host/protocol.ts';
import { LocalEngine } from './local-engine.ts';
import type { ChunkStore } from './store/chunk-store.ts';
import { Tuner } from './tuner/tuner.ts';
import { indexedDbTuningStore } from './tuner/tuning-store.ts';
import { createTemplateRunner } from './tokenizer/template-runner.ts';
import { startWebThread } from './tokenizer/web-thread.ts';

/** In a shared worker; the types of the two kinds of scope exclude each other. */
const shared = 'onconnect' in self ? (self as unknown as SharedWorkerGlobalScope) : null;

// A worker of this worker is the shortest way; Chrome's shared workers have none.
const threads = typeof Worker === 'undefined' ? createPageThreads(() => host?.liveliest) : startWebThread;
let host: EngineHost | undefined;

/** @param database where the first page lets models be kept, if not here (see `EngineSurroundings`) */
function hostFor(database: MessagePort | undefined): EngineHost {
  const environment = database === undefined ? {} : { chunks: wrap<ChunkStore>(database) };
  // The script's path tells versions of the engine apart: what was measured on other kernels says nothing of these.
  const tuner = new Tuner(indexedDbTuningStore(), self.location.pathname);
  host ??= new EngineHost(
    new LocalEngine(navigator.gpu, createTemplateRunner(threads), environment, tuner),
    shared !== null,
  );
  return host;
}

function take({ data, ports }: MessageEvent<PageMessage>): void {
  switch (data.kind) {
    case 'connect': {
      const { client, lock } = data;
      const [calls, services, database] = ports;
      if (calls === undefined || services === undefined) throw new Error('A page connects with two ports');
      const host = hostFor(database);
      expose(host.connect({ id: client, services: wrap<ClientServices>(services) }), calls);
      // It is had here when the page is gone, in whatever way.
      if (lock !== null) navigator.locks.request(lock, () => host.disconnect(client)).catch(() => undefined);
      return;
    }
    case 'bye':
      return host?.farewell(data.client);
    case 'end':
      return self.close();
    default:
      data satisfies never;
  }
}

if (shared === null) {
  addEventListener('message', take);
} else {
  // The number is the worker's name: what pages ask for by it, they find by this lock.
  const name = lifeLock(shared.location.pathname, Number(shared.name));
  const hello = helloOf(isHeld(name));
  shared.addEventListener('connect', ({ ports: [port] }) => {
    if (port === undefined) return;
    port.addEventListener('message', take);
    port.start();
    void hello.then((message) => port.postMessage(message));
  });
}

async function helloOf(lock: Promise<boolean>): Promise<HelloMessage> {
  const adapter = await Promise.resolve(navigator.gpu?.requestAdapter()).catch(() => null);
  return { kind: 'hello', hasGpu: Boolean(adapter), hasLock: await lock };
}

/** Takes a lock for as long as this worker is there; says whether it could. */
async function isHeld(name: string): Promise<boolean> {
  const { locks } = navigator as Partial<WorkerNavigator>;
  if (locks === undefined) return false;
  return new Promise((resolve) => {
    const hold = (): Promise<never> => {
      resolve(true);
      return new Promise(() => {});
    };
    locks.request(name, hold).catch(() => resolve(false));
  });
}
