import { wrap } from 'comlink';
import type { EngineClient } from './api.ts';
import { superviseEngine } from './client/supervised-client.ts';
import type { EngineWorker, WorkerEngine, WorkerListener } from './client/supervisor.ts';
// oxlint-disable-next-line import/default -- Vite makes a module of its address
import workerUrl from './worker.ts?worker&url';

/** Starts the engine in a worker of its own. */
export function createEngineClient(): EngineClient {
  return superviseEngine(startWorker);
}

function startWorker({ onTrouble }: WorkerListener): EngineWorker {
  const worker = new Worker(workerUrl, { type: 'module', name: 'mixtab-engine' });
  worker.addEventListener('error', (event) => onTrouble(event.message || 'The worker could not be started.'));
  worker.addEventListener('messageerror', () => onTrouble('A message could not be read.'));
  const url = new URL(workerUrl, document.baseURI).href;
  return {
    engine: wrap<WorkerEngine>(worker),
    // A restart finds the entry of the first start, and its script in the browser's cache.
    hasScript: () => performance.getEntriesByName(url).length > 0,
    terminate: () => worker.terminate(),
  };
}
