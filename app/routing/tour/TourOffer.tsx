import './tour.css';
import { Footprints, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { localStore } from '../../storage/local-store.ts';

interface TourOfferProps {
  readonly messageId: string;
  onStart(): void;
}

/** Which answer the tour was offered under, once and for all. */
const OFFERED = 'mixtab-tour';
const TAKEN = 'taken';

/** One quiet line under the first answer of all; nothing under any other. */
export default function TourOffer({ messageId, onStart }: TourOfferProps) {
  const { t } = useTranslation('routing');
  const [isOffered, setOffered] = useState(() => {
    const offered = localStore.getItem(OFFERED);
    return offered === null || offered === messageId;
  });
  useEffect(() => {
    if (isOffered) localStore.setItem(OFFERED, messageId);
  }, [isOffered, messageId]);

  function end(): void {
    localStore.setItem(OFFERED, TAKEN);
    setOffered(false);
  }

  if (!isOffered) return null;
  return (
    <p className="tour-offer">
      <Footprints size={16} aria-hidden="true" />
      <span>{t('tour.offer')}</span>
      <button
        type="button"
        className="text-button"
        onClick={() => {
          end();
          onStart();
        }}
      >
        {t('tour.start')}
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('tour.dismiss')}
        data-tooltip={t('tour.dismiss')}
        onClick={end}
      >
        <X size={16} />
      </button>
    </p>
  );
}
