/// <reference types="vite-plugin-pwa/client" />
/** Registers the service worker that keeps the page itself for offline visits. */
import { registerSW } from 'virtual:pwa-register';
import { updateStore } from '../state/update-store.ts';

export function keepPageOffline(): void {
  const update = registerSW({
    immediate: true,
    onNeedRefresh: () => updateStore.setState({ apply: () => void update(true) }),
    onRegisterError: (error) => console.warn('Mixtab will not open offline: no service worker', error),
  });
}
