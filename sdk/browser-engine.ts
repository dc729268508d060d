import type { EngineClient } from '../engine/api.ts';
import { EngineStarter } from '../engine/client/connect.ts';
import { superviseStarter } from '../engine/client/supervised-client.ts';

/** An engine in a worker of this page, which no other shares: they may have other models. */
export function startEngine(): EngineClient {
  const page = {
    // Bundlers look for exactly this form: they build the file, and put its address here.
    startOwn: () =>
      new Worker(new URL('./engine-worker.js', import.meta.url), { type: 'module', name: 'mixtab-engine' }),
    openShared: null,
    locks: null,
    openChannel: () => null,
  };
  // Where they put it is not known here, and an engine of one's own starts its templates' worker by itself.
  return superviseStarter(new EngineStarter({ engine: 'engine-worker.js', templates: 'template-worker.js' }, page));
}
