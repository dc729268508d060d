/// <reference types="vite-plugin-pwa/client" />
/** Registers the service worker that keeps the page itself for offline visits. */
import { registerSW } from 'virtual:pwa-register';
import { updateStore } from '../state/update-store.ts';

export function keepPageOffline(): void {
  let isAskedHere = false;
  const update = registerSW({
    immediate: true,
    onNeedRefresh: () =>
      updateStore.setState({
        apply: () => {
          isAskedHere = true;
          void update(true);
        },
      }),
    // The new version has taken over all tabs. One in which nobody asked for it may be answering: it goes on as it is.
    onNeedReload: () => {
      if (isAskedHere) location.reload();
      else updateStore.setState({ apply: () => location.reload() });
    },
    onRegisterError: (error) => console.warn('Mixtab will not open offline: no service worker', error),
  });
}
