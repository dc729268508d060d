// The thread that runs chat templates in a browser: a worker of the engine's worker. See `template-runner.ts`.
import { toErrorData } from '../errors.ts';
import { renderChat, type RenderJob } from './render-chat.ts';
import type { ThreadMessage } from './template-runner.ts';

const say = (message: ThreadMessage): void => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<RenderJob>) => {
  try {
    say({ kind: 'rendered', rendered: renderChat(data) });
  } catch (error) {
    say({ kind: 'error', error: toErrorData(error) });
  }
});
say({ kind: 'ready' });
