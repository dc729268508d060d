// The thread that runs chat templates in a browser: a worker of the engine's worker, which talks to it by messages; or one of a page,
// where the engine's worker may start none, and then it is given a port to the engine. See `template-runner.ts`.
import { toErrorData } from '../errors.ts';
import { renderChat, type RenderJob } from './render-chat.ts';
import type { ThreadMessage } from './template-runner.ts';

function answer(job: RenderJob): ThreadMessage {
  try {
    return { kind: 'rendered', rendered: renderChat(job) };
  } catch (error) {
    return { kind: 'error', error: toErrorData(error) };
  }
}

const READY: ThreadMessage = { kind: 'ready' };

addEventListener('message', ({ data, ports: [port] }: MessageEvent<RenderJob | null>) => {
  if (data !== null) postMessage(answer(data));
  if (port === undefined) return;
  port.addEventListener('message', ({ data: job }: MessageEvent<RenderJob>) => port.postMessage(answer(job)));
  port.start();
  port.postMessage(READY);
});
postMessage(READY);
