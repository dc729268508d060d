import { expose, wrap } from 'comlink';
import type { EngineClient } from '../engine/api.ts';
import { superviseEngine } from '../engine/client/supervised-client.ts';
import type { EngineWorker, WorkerListener } from '../engine/client/supervisor.ts';
import type { ClientServices, ConnectMessage, HostedEngine } from '../engine/host/protocol.ts';

/** An engine in a worker of this page. */
export function startEngine(): EngineClient {
  return superviseEngine(startWorker);
}

function startWorker({ onTrouble, onNews }: WorkerListener): EngineWorker {
  // Bundlers look for exactly this form: they build the file, and put its address here.
  const worker = new Worker(new URL('./engine-worker.js', import.meta.url), { type: 'module', name: 'mixtab-engine' });
  worker.addEventListener('error', (event) => onTrouble(event.message || 'The worker could not be started.'));
  worker.addEventListener('messageerror', () => onTrouble('A message could not be read.'));
  const calls = new MessageChannel();
  const services = new MessageChannel();
  const offered: Pick<ClientServices, 'onNews'> = { onNews }; // a worker that is nobody else's starts its own threads
  expose(offered, services.port1);
  const hello: ConnectMessage = { kind: 'connect', client: crypto.randomUUID(), lock: null };
  worker.postMessage(hello, [calls.port2, services.port2]);
  const end = (): void => worker.terminate();
  return {
    engine: wrap<HostedEngine>(calls.port1),
    // Where the script lies when a program was bundled is not known here.
    hasScript: () => performance.getEntriesByType('resource').some(({ name }) => /engine-worker[^/]*\.m?js/.test(name)),
    terminate: end,
    leave: end,
  };
}
