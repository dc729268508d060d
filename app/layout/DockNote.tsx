import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useServer } from '../server/use-server.ts';
import { useIsTemporary } from '../state/use-is-temporary.ts';
import { notKeptStore } from '../storage/not-kept.ts';

/** The small print below the composer: what to expect, and what this visit cannot keep. */
export function DockNote() {
  const { t } = useTranslation('layout');
  const server = useServer();
  const isTemporaryChat = useIsTemporary();
  const notKept = useStore(notKeptStore, (state) => state.notKept);
  return (
    <>
      <p className="dock-note">{t(server === null ? 'dockNote' : 'dockNoteServer')}</p>
      <p className="dock-note dock-temporary" role="status">
        {isTemporaryChat && t('temporary.note')}
      </p>
      <p className="dock-note dock-not-kept" role="status">
        {notKept.length > 0 && (
          <>
            {t('notKept.what', { what: notKept.map((one) => t(`notKept.${one}`)) })}{' '}
            {isFramed() ? (
              <>
                {t('notKept.framed')}{' '}
                <a href={location.href} target="_blank" rel="noopener">
                  {t('notKept.ownTab')}
                </a>
              </>
            ) : (
              t('notKept.allow')
            )}
          </>
        )}
      </p>
    </>
  );
}

/** Inside another page. */
function isFramed(): boolean {
  return window.self !== window.top;
}
