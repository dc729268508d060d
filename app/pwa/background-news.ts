/**
 * What ends while nobody looks at the page: a download, or an answer that took long. The icon of the app gets a number, and where the
 * person wants it the system says so (`notifications.ts`).
 */
import { t } from '../i18n/i18n.ts';
import { addressOf } from '../state/conversation-address.ts';
import type { Stores } from '../state/stores.tsx';
import { notificationsStore } from './notifications.ts';

/** Whoever waits less has not gone away. */
const LONG_ANSWER_MS = 10_000;

/** Numbers at the icon of an installed app; Firefox and Safari's older versions have none. */
type BadgeNavigator = Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>>;

export function tellInBackground({ chat, downloads }: Pick<Stores, 'chat' | 'downloads'>, now = Date.now): () => void {
  const ends = new AbortController();
  const { signal } = ends;
  const badge = navigator as BadgeNavigator;
  let untold = 0;
  let answerSince = 0;

  function tell(title: string, hash: string, tag: string): void {
    if (document.visibilityState !== 'hidden') return;
    untold++;
    void badge.setAppBadge?.(untold).catch(() => undefined); // not installed: there is no icon
    if (notificationsStore.getState().state === 'on') void notify(title, hash, tag);
  }

  const unsubscribe = [
    chat.subscribe((state, before) => {
      if (state.answeringIn === before.answeringIn) return;
      if (before.answeringIn !== null && now() - answerSince >= LONG_ANSWER_MS) {
        const id = before.answeringIn;
        const title = state.heads.find((head) => head.id === id)?.title ?? '';
        tell(t('layout:background.answer', { title }), addressOf(id), `answer-${id}`);
      }
      answerSince = now();
    }),
    downloads.subscribe((state, before) => {
      for (const { id, name, status } of state.downloads) {
        const was = before.downloads.find((one) => one.id === id)?.status.kind;
        if (was !== 'running' || status.kind === 'running') continue;
        if (status.kind === 'done') tell(t('layout:background.downloaded', { name }), '', `download-${id}`);
        if (status.kind === 'failed') tell(t('layout:background.downloadFailed', { name }), '', `download-${id}`);
      }
    }),
  ];

  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'hidden' || untold === 0) return;
      untold = 0;
      void badge.clearAppBadge?.().catch(() => undefined);
    },
    { signal },
  );

  return () => {
    ends.abort();
    for (const end of unsubscribe) end();
  };
}

/** Through the service worker, which hears the click even where the page is gone; phones know no other way. */
async function notify(title: string, hash: string, tag: string): Promise<void> {
  const options = { tag, data: hash, icon: './icons/icon-192.png' };
  try {
    const registration = await (navigator as Partial<Navigator>).serviceWorker?.getRegistration();
    if (registration !== undefined) {
      await registration.showNotification(title, options);
      return;
    }
    const notification = new Notification(title, options);
    notification.addEventListener('click', () => {
      window.focus();
      if (hash !== '') location.hash = hash;
      notification.close();
    });
  } catch {
    // The system refuses. The number at the icon is left, and the page itself.
  }
}
