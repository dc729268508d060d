import { ArrowRight, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { noticeStore } from '../state/notice-store.ts';
import { useStores } from '../state/stores.tsx';
import type { KnownServer } from './known-servers.ts';
import { SERVER_NAMES } from './server-kinds.ts';

/** The servers that the person used before. */
export function ServerList({ onChoose }: { onChoose(url: string): void }) {
  const { t } = useTranslation('server');
  const { servers } = useStores();
  const known = useStore(servers, (state) => state.servers);
  if (known.length === 0) return null;
  return (
    <section className="server-list" aria-labelledby="known-servers">
      <h3 id="known-servers">{t('tab.known')}</h3>
      <ul>
        {known.map((server) => (
          <Server key={server.url} server={server} onChoose={onChoose} />
        ))}
      </ul>
    </section>
  );
}

function Server({ server, onChoose }: { readonly server: KnownServer; onChoose(url: string): void }) {
  const { t } = useTranslation('server');
  const { servers } = useStores();
  const { url, kind, wantsKey } = server;
  const { host } = new URL(url);
  const isHeld = useStore(servers, (state) => state.held.has(url));
  const isSealed = useStore(servers, (state) => state.sealed.has(url));
  const key = isHeld ? 'keyHeld' : isSealed ? 'keySealed' : wantsKey ? 'keyAsked' : 'noKey';
  return (
    <li>
      <span className="server-name">
        <strong>{host}</strong>
        <span>{[...(kind === 'other' ? [] : [SERVER_NAMES[kind]]), t(`tab.${key}`)].join(' · ')}</span>
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label={t('tab.choose', { host })}
        data-tooltip={t('tab.choose', { host })}
        onClick={() => onChoose(url)}
      >
        <ArrowRight size={18} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('tab.forget', { host })}
        data-tooltip={t('tab.forget', { host })}
        onClick={() => {
          void servers.getState().forget(url);
          noticeStore.getState().say('done', t('tab.forgotten', { host }));
        }}
      >
        <Trash2 size={18} aria-hidden="true" />
      </button>
    </li>
  );
}
