import './server-mark.css';
import { Globe } from 'lucide-react';
import { Trans, useTranslation } from 'react-i18next';
import { Popover } from '../chat/Popover.tsx';
import { useChat } from '../state/stores.tsx';
import { useServer } from './use-server.ts';

/** At the composer, as long as it is so: this conversation leaves the device, or at least the tab, and where it goes. */
export function ServerMark() {
  const { t } = useTranslation('server');
  const server = useServer();
  const isNew = useChat((state) => state.current === null);
  if (server === null) return null;
  const { choice, host, isLoopback } = server;
  return (
    <div className="server-mark" role="note" aria-label={t('mark.title')}>
      <Popover
        label={t('mark.open', { host })}
        className="server-mark-button"
        title={t('mark.title')}
        button={
          <>
            <Globe size={16} aria-hidden="true" />
            <span>
              <Trans
                t={t}
                i18nKey={isLoopback ? 'mark.loopback' : 'mark.device'}
                values={{ host }}
                components={{ host: <strong /> }}
              />
            </span>
          </>
        }
      >
        {() => (
          <>
            <h2 className="server-mark-title">{t('mark.title')}</h2>
            <p className="popover-fact">{t('mark.what', { model: choice.source.model, host })}</p>
            <p>{t(isLoopback ? 'mark.whatLoopback' : 'mark.whatNetwork', { host })}</p>
            {isNew && <p>{t('mark.new')}</p>}
            <p>{t('mark.change')}</p>
          </>
        )}
      </Popover>
    </div>
  );
}

/** On an answer: which server gave it. */
export function AnswerHost({ host }: { readonly host: string }) {
  const { t } = useTranslation('server');
  return (
    <p className="answer-host">
      <Globe size={14} aria-hidden="true" />
      {t('mark.answer', { host })}
    </p>
  );
}
