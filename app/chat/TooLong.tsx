import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { count } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';
import { useRoom } from './context-room.ts';
import { useDraftExcess } from './use-draft-fit.ts';

/** Before it is sent: what is being written is longer than the model reads, and what would help. */
export function TooLong({ onOpenModel }: { onOpenModel(): void }) {
  const { t } = useTranslation('chat');
  const { panel } = useStores();
  const room = useRoom();
  const excess = useDraftExcess();
  const [isCutting, setCutting] = useState(false);
  if (room === null || excess === null) return null;
  const { tokens, limit, shorten } = excess;
  const fitsLonger = room.longest > room.contextLength && tokens < room.longest;
  const open = (tab: 'current' | 'catalogue'): void => {
    panel.getState().show(tab);
    onOpenModel();
  };
  return (
    <div className="composer-notice">
      <span>{t('tooLong.words', { tokens: count(tokens), limit: count(limit) })}</span>
      <button
        type="button"
        className="text-button"
        disabled={isCutting}
        onClick={() => {
          setCutting(true);
          void shorten()
            .catch(() => undefined)
            .finally(() => setCutting(false));
        }}
      >
        {t('tooLong.shorten', { limit: count(limit) })}
      </button>
      {fitsLonger && (
        <button type="button" className="text-button" onClick={() => open('current')}>
          {t('context.changeLength')}
        </button>
      )}
      <button type="button" className="text-button" onClick={() => open('catalogue')}>
        {t('context.otherModels')}
      </button>
    </div>
  );
}
