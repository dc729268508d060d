import { wrap } from 'comlink';
import type { EngineClient } from '../engine/api.ts';
import { superviseEngine } from '../engine/client/supervised-client.ts';
import type { EngineWorker, WorkerEngine, WorkerListener } from '../engine/client/supervisor.ts';

/** An engine in a worker of this page. */
export function startEngine(): EngineClient {
  return superviseEngine(startWorker);
}

function startWorker({ onTrouble }: WorkerListener): EngineWorker {
  // Bundlers look for exactly this form: they build the file, and put its address here.
  const worker = new Worker(new URL('./engine-worker.js', import.meta.url), { type: 'module', name: 'mixtab-engine' });
  worker.addEventListener('error', (event) => onTrouble(event.message || 'The worker could not be started.'));
  worker.addEventListener('messageerror', () => onTrouble('A message could not be read.'));
  return {
    engine: wrap<WorkerEngine>(worker),
    // Where the script lies when a program was bundled is not known here.
    hasScript: () => performance.getEntriesByType('resource').some(({ name }) => /engine-worker[^/]*\.m?js/.test(name)),
    terminate: () => worker.terminate(),
  };
}
