import './catalogue.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bytes } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';
import { CATALOGUE, type CatalogueEntry } from './catalogue.ts';
import { CatalogueCard } from './CatalogueCard.tsx';
import { SpeedNote } from './speed/SpeedHere.tsx';
import { useMeasuredSpeeds, useProbe } from './speed/use-speed-here.ts';

const SIZES = [2e9, 5e9, 10e9, 15e9] as const;

/** Models to choose from, with what is known of them. */
export function CatalogueTab({ onOpened }: { onOpened(): void }) {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  useProbe();
  const measured = useMeasuredSpeeds();
  const [upTo, setUpTo] = useState<number | null>(null);
  const [isFittingOnly, setFittingOnly] = useState(false);
  // Whether the GPU has room, only the header tells.
  const room = useStore(downloads, ({ storage }) =>
    storage.kind === 'read' && storage.report.quotaBytes > 0
      ? storage.report.quotaBytes - storage.report.usageBytes
      : Infinity,
  );
  const entries = CATALOGUE.filter(
    (entry) => (upTo === null || sizeOf(entry) <= upTo) && (!isFittingOnly || sizeOf(entry) <= room),
  );
  return (
    <>
      <p className="panel-note">{t('catalogue.intro')}</p>
      <div className="filters">
        <label className="filter">
          <span>{t('catalogue.size')}</span>
          <select
            value={upTo ?? ''}
            onChange={(event) => setUpTo(event.target.value === '' ? null : Number(event.target.value))}
          >
            <option value="">{t('catalogue.anySize')}</option>
            {SIZES.map((size) => (
              <option key={size} value={size}>
                {t('catalogue.upTo', { size: bytes(size) })}
              </option>
            ))}
          </select>
        </label>
        <label className="filter filter-check">
          <input type="checkbox" checked={isFittingOnly} onChange={(event) => setFittingOnly(event.target.checked)} />
          <span>{t('catalogue.fittingOnly')}</span>
        </label>
      </div>
      {entries.length === 0 && <p className="empty-note">{t('catalogue.empty')}</p>}
      <ul className="catalogue">
        {entries.map((entry) => (
          <CatalogueCard key={entry.id} entry={entry} onOpened={onOpened} />
        ))}
      </ul>
      <p className="panel-note">{t('catalogue.notCheckedHint')}</p>
      {measured.length > 0 && <SpeedNote />}
    </>
  );
}

/** Where the size is not known, what the weights come to at half a byte each, and a little. */
function sizeOf({ bytes: size, parameters }: CatalogueEntry): number {
  return size ?? parameters * 0.58;
}
