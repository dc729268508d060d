/** Entry point of the page. */
import { createRoot } from 'react-dom/client';
import { createEngineClient } from '../engine/client.ts';
import { missingSupport } from './browser-support.ts';
import { firstWords } from './i18n/i18n.ts';
import { viewStore } from './layout/view-store.ts';
import { findBundledModel } from './models/bundled.ts';
import { Unsupported } from './models/Unsupported.tsx';
import { mount } from './mount.tsx';
import { listenForInstallPrompt } from './pwa/install-store.ts';
import { keepPageOffline } from './pwa/service-worker.ts';
import { Started } from './start/Started.tsx';
import { trustOwnScripts } from './trusted-types.ts';

// A sandboxed frame has no origin, and may start no worker: public/start.js has said so.
if (window.origin !== 'null') void start();

async function start(): Promise<void> {
  trustOwnScripts();
  keepPageOffline();
  listenForInstallPrompt();
  const missing = missingSupport();
  if (missing === null) {
    const client = createEngineClient();
    await firstWords;
    mount(client, findBundledModel());
    return;
  }
  await firstWords;
  const root = document.getElementById('root');
  if (root === null) return;
  const page = createRoot(root);
  page.render(
    <Started>
      <Unsupported
        missing={missing}
        onUseServer={() => {
          page.unmount();
          viewStore.setState({ goesOnWithServer: true });
          mount(createEngineClient(), findBundledModel());
        }}
      />
    </Started>,
  );
}
