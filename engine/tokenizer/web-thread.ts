import type { TemplateThread, ThreadListener, ThreadMessage } from './template-runner.ts';

/** Workers of workers: all browsers that have WebGPU have them (Safari since 15.5). */
export function startWebThread({ onMessage, onGone }: ThreadListener): TemplateThread {
  const worker = new Worker(new URL('./template-worker.ts', import.meta.url), {
    type: 'module',
    name: 'mixtab-template',
  });
  worker.addEventListener('message', ({ data }: MessageEvent<ThreadMessage>) => onMessage(data));
  worker.addEventListener('error', (event) => onGone(event.message ?? 'error'));
  worker.addEventListener('messageerror', () => onGone('messageerror'));
  return {
    post: (job) => worker.postMessage(job),
    terminate: () => worker.terminate(),
  };
}
