import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bytes } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';

/** Models, everything else, and what is free of the browser's quota, drawn to scale. */
export function SpaceBar() {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  const storage = useStore(downloads, (state) => state.storage);
  if (storage.kind !== 'read' || storage.report.quotaBytes === 0) return null;
  const { models, usageBytes, quotaBytes } = storage.report;
  const ofModels = models.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  // Browsers compress and round: what they say may be less than what the models take.
  const other = Math.max(0, usageBytes - ofModels);
  const free = Math.max(0, quotaBytes - ofModels - other);
  const parts = [
    ['models', ofModels, t('storage.spaceModels')],
    ['other', other, t('storage.spaceOther')],
    ['free', free, t('storage.spaceFree')],
  ] as const;
  return (
    <section className="panel-section" aria-labelledby="space">
      <h3 id="space">{t('storage.space')}</h3>
      <figure className="memory">
        <figcaption>{t('storage.spaceUsed', { used: bytes(ofModels + other), quota: bytes(quotaBytes) })}</figcaption>
        <div className="memory-bar" aria-hidden="true">
          {parts.map(([part, size]) => (
            <span key={part} data-space={part} style={{ flexGrow: size / quotaBytes }} />
          ))}
        </div>
        <dl className="memory-legend">
          {parts.map(([part, size, label]) => (
            <div key={part}>
              <dt>
                <span className="memory-swatch" data-space={part} aria-hidden="true" />
                {label}
              </dt>
              <dd>{bytes(size)}</dd>
            </div>
          ))}
        </dl>
      </figure>
      <p className="panel-note">{t('storage.quotaHint')}</p>
    </section>
  );
}
