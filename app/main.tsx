/** Entry point of the page. */
import { createRoot } from 'react-dom/client';
import { createEngineClient } from '../engine/client.ts';
import { missingSupport } from './browser-support.ts';
import { findBundledModel } from './models/bundled.ts';
import { Unsupported } from './models/Unsupported.tsx';
import { mount } from './mount.tsx';
import { listenForInstallPrompt } from './pwa/install-store.ts';
import { keepPageOffline } from './pwa/service-worker.ts';
import { takeStartAction } from './pwa/start-action.ts';

keepPageOffline();
listenForInstallPrompt();
takeStartAction();

const missing = missingSupport();
if (missing === null) {
  mount(createEngineClient(), findBundledModel());
} else {
  const root = document.getElementById('root');
  if (root !== null) createRoot(root).render(<Unsupported missing={missing} />);
}
