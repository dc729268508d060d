import './catalogue.css';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useModel } from '../state/stores.tsx';
import { CatalogueCard } from './CatalogueCard.tsx';
import { Recommendation } from './for-device/Recommendation.tsx';
import { useForDevice } from './for-device/use-for-device.ts';
import { SpeedNote } from './speed/SpeedHere.tsx';
import { useMeasuredSpeeds, useProbe } from './speed/use-speed-here.ts';

/** One model for this device, others that run here, and, folded away, those that do not. */
export function CatalogueTab({ onOpened }: { onOpened(): void }) {
  const { t } = useTranslation(['models', 'catalogue']);
  useProbe();
  const measured = useMeasuredSpeeds();
  const { recommended, others, obstructed } = useForDevice();
  const isSoftware = useModel((state) => state.device?.isFallback === true);
  const id = useId();
  return (
    <>
      <h2 className="catalogue-title">{t('catalogue:forDevice.title')}</h2>
      {recommended === null ? (
        <p className="panel-note">
          {isSoftware ? t('catalogue:forDevice.noneSoftware') : t('catalogue:forDevice.none')}
        </p>
      ) : (
        <Recommendation entry={recommended} onOpened={onOpened} />
      )}
      {others.length > 0 && (
        <section aria-labelledby={`${id}-others`}>
          <h2 id={`${id}-others`} className="catalogue-title">
            {t('catalogue:forDevice.others')}
          </h2>
          <p className="panel-note">{t('catalogue.intro')}</p>
          <ul className="catalogue">
            {others.map((entry) => (
              <CatalogueCard key={entry.id} entry={entry} onOpened={onOpened} />
            ))}
          </ul>
        </section>
      )}
      {obstructed.length > 0 && (
        <details className="disclosure">
          <summary>{t('catalogue:forDevice.obstructed', { count: obstructed.length })}</summary>
          <ul className="catalogue">
            {obstructed.map(({ entry, obstacle }) => (
              <CatalogueCard key={entry.id} entry={entry} obstacle={obstacle} onOpened={onOpened} />
            ))}
          </ul>
        </details>
      )}
      <p className="panel-note">{t('catalogue.notCheckedHint')}</p>
      {measured.length > 0 && <SpeedNote />}
    </>
  );
}
