// Changed records through the doors of the page: app/testing/records-attack.tsx, in Node on happy-dom. The page's modules are
// loaded by Vite, which knows their style sheets and lists of files.
import { createServer } from 'vite';
import { builtinEnvironments } from 'vitest/runtime';
import type { Attack } from './attack.ts';

export async function openAttack(): Promise<Attack<unknown>> {
  const environment = await builtinEnvironments['happy-dom'].setup(globalThis, {});
  const server = await createServer({
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
    appType: 'custom',
  });
  const { openAttack: open } = (await server.ssrLoadModule('/app/testing/records-attack.tsx')) as {
    openAttack(): Attack<unknown>;
  };
  const attack = open();
  return {
    ...attack,
    close: async () => {
      await attack.close();
      await server.close();
      await environment.teardown(globalThis);
    },
  };
}
