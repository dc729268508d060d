import { expose } from 'comlink';
import type { Engine } from './api.ts';
import type { WorkerEngine } from './client/supervisor.ts';
import { toErrorData } from './errors.ts';
import { LocalEngine } from './local-engine.ts';
import { createTemplateRunner } from './tokenizer/template-runner.ts';
import { startWebThread } from './tokenizer/web-thread.ts';

// Comlink sends an Error's name, message and stack alone; ours have a code. So errors cross as plain data.
const engine: Engine = new LocalEngine(navigator.gpu, createTemplateRunner(startWebThread));

type AsyncMethod = (...args: never[]) => Promise<unknown>;

function withPlainErrors<T extends AsyncMethod>(method: T): T {
  return (async (...args) => {
    try {
      return await method.apply(engine, args);
    } catch (error) {
      throw toErrorData(error);
    }
  }) as T;
}

expose({
  load: withPlainErrors(engine.load),
  generate: withPlainErrors(engine.generate),
  abort: withPlainErrors(engine.abort),
  unload: withPlainErrors(engine.unload),
  inspect: withPlainErrors(engine.inspect),
  download: withPlainErrors(engine.download),
  cancelDownload: withPlainErrors(engine.cancelDownload),
  countTokens: withPlainErrors(engine.countTokens),
  device: withPlainErrors(engine.device),
  memory: withPlainErrors(engine.memory),
  storage: withPlainErrors(engine.storage),
  deleteStoredModel: withPlainErrors(engine.deleteStoredModel),
  /** A sign of life: whoever answers this can hear what is asked of it. */
  ping: async () => {},
} satisfies WorkerEngine);
