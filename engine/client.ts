import type { EngineClient } from './api.ts';
import { type EngineSurroundings, EngineStarter } from './client/connect.ts';
import { superviseStarter } from './client/supervised-client.ts';
// oxlint-disable-next-line import/default -- Vite makes a module of its address
import templatesUrl from './tokenizer/template-worker.ts?worker&url';
// oxlint-disable-next-line import/default -- Vite makes a module of its address
import engineUrl from './worker.ts?worker&url';

export type { EngineSurroundings };

/** The engine of all tabs, where the browser can have one; else one of this page. */
export function createEngineClient(page: EngineSurroundings = ownSurroundings()): EngineClient {
  return superviseStarter(new EngineStarter({ engine: engineUrl, templates: templatesUrl }, page));
}

function ownSurroundings(): EngineSurroundings {
  return {
    openShared: typeof SharedWorker === 'undefined' ? null : (url, options) => new SharedWorker(url, options),
    locks: (navigator as Partial<Navigator>).locks ?? null,
    openChannel: (name) => {
      try {
        return new BroadcastChannel(name);
      } catch {
        return null; // denied: this page goes on alone
      }
    },
  };
}
