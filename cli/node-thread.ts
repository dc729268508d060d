import { Worker } from 'node:worker_threads';
import {
  createTemplateRunner,
  type TemplateThread,
  type ThreadListener,
  type ThreadMessage,
} from '../engine/tokenizer/template-runner.ts';

/**
 * Above what the limits of `engine/jinja/limits.ts` let a template hold: where one allocation alone goes beyond this, V8 ends the
 * whole process, not the thread.
 */
const MAX_HEAP_MB = 3072;

export function startNodeThread({ onMessage, onGone }: ThreadListener): TemplateThread {
  const worker = new Worker(new URL('./template-worker.mjs', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  worker.unref(); // a thread that waits for a job keeps no process alive
  worker.on('message', (message: ThreadMessage) => onMessage(message));
  worker.on('messageerror', (error) => onGone(error.message));
  worker.on('error', (error) => onGone(error.message));
  worker.on('exit', (code) => onGone(`exit ${code}`));
  return {
    post: (job) => worker.postMessage(job),
    terminate: () => void worker.terminate(),
  };
}

/** Chat templates in a worker thread, for the command line, benchmarks and tests. */
export const nodeTemplateRunner = createTemplateRunner(startNodeThread);
