/** Puts the page into the document, on whatever engine it is given. */
import '@fontsource-variable/instrument-sans/wght.css';
import './styles/base.css';
import './i18n/i18n.ts';
import type { EngineClient } from '../engine/api.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { loadPart } from './layout/load-part.ts';
import { PageBoundary } from './layout/PageBoundary.tsx';
import { surviveTranslation } from './layout/translated-text.ts';
import type { BundledModel } from './models/bundled.ts';
import { tellInBackground } from './pwa/background-news.ts';
import { receiveLaunches } from './pwa/launch.ts';
import { keepAwake } from './pwa/wake-lock.ts';
import { Started } from './start/Started.tsx';
import { keepAddress } from './state/conversation-address.ts';
import { createStores, startStores, StoresProvider } from './state/stores.tsx';

export function mount(client: EngineClient, bundled: BundledModel | null): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no #root element');
  surviveTranslation(document);
  const stores = createStores(client, bundled);
  createRoot(root).render(
    <StrictMode>
      <Started>
        <StoresProvider stores={stores}>
          <PageBoundary>
            <App />
          </PageBoundary>
        </StoresProvider>
      </Started>
    </StrictMode>,
  );
  // Without it the page has no tooltips, and prints as the screen is.
  void loadPart(() => import('./layout/later.ts')).catch(() => undefined);
  receiveLaunches(stores);
  tellInBackground(stores);
  keepAwake(stores);
  keepAddress(stores.chat, startStores(stores));
}
