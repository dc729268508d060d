import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useChat } from '../state/stores.tsx';

/** Above the composer: that the open conversation is not stored, why, and what of it is missing. */
export function UnsavedNotice() {
  const { t } = useTranslation('sidebar');
  const unsaved = useChat((state) => (state.current === null ? undefined : state.unsaved.get(state.current.id)));
  const saveAgain = useChat((state) => state.saveAgain);
  if (unsaved === undefined) return null;
  const { reason, messages, deletions } = unsaved;
  return (
    <div className="model-notice alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>
          {t(`unsaved.${reason}`)} {messages > 0 && t('unsaved.missingMessages', { count: messages })}{' '}
          {deletions > 0 && t('unsaved.missingDeletions', { count: deletions })}
        </p>
        {reason !== 'denied' && (
          <div className="button-row">
            <button type="button" className="button" onClick={() => void saveAgain()}>
              {t('unsaved.tryAgain')}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}
