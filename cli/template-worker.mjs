// The thread that runs chat templates in Node. A thread does not inherit that TypeScript is understood.
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { renderChat } = await import('../engine/tokenizer/render-chat.ts');
const { toErrorData } = await import('../engine/errors.ts');

parentPort.on('message', (job) => {
  try {
    parentPort.postMessage({ kind: 'rendered', rendered: renderChat(job) });
  } catch (error) {
    parentPort.postMessage({ kind: 'error', error: toErrorData(error) });
  }
});
parentPort.postMessage({ kind: 'ready' });
