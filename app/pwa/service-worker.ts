/// <reference types="vite-plugin-pwa/client" />
/** Registers the service worker that keeps the page itself for offline visits. */
import { registerSW } from 'virtual:pwa-register';
import { updateStore } from '../state/update-store.ts';

export function keepPageOffline(): void {
  const update = registerSW({
    immediate: true,
    onNeedRefresh: () => updateStore.setState({ apply: () => void reloadIntoNew(() => update(true)) }),
    // A new version that another tab asked for has taken over this one too. It may be answering: it goes on as it is.
    onNeedReload: () => undefined,
    onRegisterError: (error) => console.warn('Mixtab will not open offline: no service worker', error),
  });
}

async function reloadIntoNew(takeOver: () => Promise<void>): Promise<void> {
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.getRegistration();
  // Where none waits any more, another tab has let it take over: it answers the reload.
  if ((registration?.waiting ?? null) === null) location.reload();
  else {
    serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    await takeOver();
  }
}
