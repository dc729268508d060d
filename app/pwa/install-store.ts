/** Whether the browser offers to install the page. */
import { createStore } from 'zustand/vanilla';

/** Chromium's event; no other browser has it, and TypeScript does not know it. */
interface InstallPromptEvent extends Event {
  prompt(): Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

interface InstallState {
  /** Asks the person, in the browser's own dialog; null while there is nothing to offer. */
  readonly install: (() => Promise<void>) | null;
}

export const installStore = createStore<InstallState>(() => ({ install: null }));

/** Must run early: the browser says it once, soon after the page has loaded. */
export function listenForInstallPrompt(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault(); // the page has its own entry for it, and no banner shall cover the composer
    const offer = event as InstallPromptEvent;
    installStore.setState({
      install: async () => {
        installStore.setState({ install: null }); // an offer can be used once
        await offer.prompt();
      },
    });
  });
  window.addEventListener('appinstalled', () => installStore.setState({ install: null }));
}
