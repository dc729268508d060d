import { proxy } from 'comlink';
import type { TemplateThread, ThreadListener, ThreadMessage } from '../tokenizer/template-runner.ts';
import type { RenderJob } from '../tokenizer/render-chat.ts';
import type { ClientServices } from './protocol.ts';

/** A page that can start threads, and when it is gone. */
export interface ThreadHome {
  readonly services: Pick<ClientServices, 'startThread' | 'endThread'>;
  readonly gone: Promise<void>;
}

/**
 * Threads for a shared worker that may start none (Chrome): a page starts it, and hands over its port. With the page the thread
 * goes too; then another page starts one, which takes on the job.
 *
 * @param find the page to ask
 */
export function createPageThreads(find: () => ThreadHome | undefined): (listener: ThreadListener) => TemplateThread {
  return ({ onMessage, onGone }) => {
    let isEnded = false;
    let endOwn = (): void => {};
    let port: MessagePort | undefined;
    /** The one that is not answered yet. */
    let job: RenderJob | undefined;

    async function begin(): Promise<void> {
      const home = find();
      if (home === undefined) return onGone('No page is there to start it.');
      const id = crypto.randomUUID();
      endOwn = () => home.services.endThread(id);
      const onThreadGone = proxy((detail: string) => {
        if (!isEnded) onGone(detail);
      });
      const started = await Promise.race([home.services.startThread(id, onThreadGone), home.gone]);
      if (isEnded) return;
      if (started === undefined) return begin();
      port = started;
      started.addEventListener('message', ({ data }: MessageEvent<ThreadMessage>) => {
        if (isEnded) return;
        if (data.kind !== 'ready') job = undefined;
        onMessage(data);
      });
      started.start();
      if (job !== undefined) port.postMessage(job);
      void home.gone.then(() => {
        port = undefined;
        if (!isEnded) void begin();
      });
    }

    begin().catch((error: unknown) => {
      if (!isEnded) onGone(String(error));
    });
    return {
      post: (next) => {
        job = next;
        port?.postMessage(next);
      },
      terminate: () => {
        isEnded = true;
        port?.close();
        endOwn();
      },
    };
  };
}
