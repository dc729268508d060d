// What the runner (../run.ts) calls in the browser.
import { wrap } from 'comlink';
import type { LoadBench } from './worker.ts';

declare global {
  var loadBench: LoadBench;
}

globalThis.loadBench = wrap<LoadBench>(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
