import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelSource } from '../../engine/api.ts';
import { useStores } from '../state/stores.tsx';
import { DetailsToggle } from './DetailsToggle.tsx';
import { Badge, Parameters, Size, SURENESS, useStored } from './catalogue-parts.tsx';
import { type CatalogueEntry, type CatalogueId, fileUrl } from './catalogue.ts';
import { obstacleInWords } from './for-device/device-words.ts';
import type { Obstacle } from './for-device/for-device.ts';
import { PreviewCard } from './PreviewCard.tsx';
import { CATALOGUE_COSTS } from './speed/catalogue-costs.ts';
import { SpeedHere } from './speed/SpeedHere.tsx';
import { storedChoice, useChooseModel } from './use-choose-model.ts';

interface CatalogueCardProps {
  readonly entry: CatalogueEntry & { readonly id: CatalogueId };
  /** Why it will hardly run here. */
  readonly obstacle?: Obstacle;
  onOpened(): void;
}

export function CatalogueCard({ entry, obstacle, onOpened }: CatalogueCardProps) {
  const { t } = useTranslation(['models', 'catalogue']);
  const { panel } = useStores();
  const [isOpen, setOpen] = useState(false);
  const url = fileUrl(entry);
  const source = useMemo<ModelSource | null>(() => (url === null ? null : { kind: 'url', url }), [url]);
  const stored = useStored(url);
  const choose = useChooseModel();
  const { name } = entry;
  const speed = CATALOGUE_COSTS[entry.id];
  return (
    <li className="card">
      <div className="card-head">
        <div className="card-text">
          <h3>
            {name} <span className="card-by">{t('catalogue.by', { name: entry.by })}</span>
          </h3>
          <p>{t(`catalogue:about.${entry.id}`)}</p>
          <p className="card-facts">
            <span>
              <Parameters entry={entry} />
            </span>
            <span>{entry.quantization}</span>
            <span>
              <Size entry={entry} />
            </span>
            <span>{entry.license}</span>
            <SpeedHere cost={speed} sureness={SURENESS[speed.from]} />
          </p>
          {obstacle !== undefined && <p className="card-obstacle">{obstacleInWords(obstacle)}</p>}
          <Badge url={url} />
        </div>
        <div className="card-actions">
          {stored !== null && (
            <button
              type="button"
              className="button button-primary"
              aria-label={t('catalogue.openModel', { name })}
              onClick={() => {
                choose(storedChoice(stored));
                onOpened();
              }}
            >
              {t('catalogue.open')}
            </button>
          )}
          {source === null ? (
            <button
              type="button"
              className="button"
              aria-label={t('catalogue.chooseFileOf', { name })}
              onClick={() => panel.getState().lookUp(entry.repo)}
            >
              {t('catalogue.chooseFile')}
            </button>
          ) : (
            <DetailsToggle name={name} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
          )}
        </div>
      </div>
      {isOpen && source !== null && <PreviewCard source={source} name={name} onOpened={onOpened} />}
    </li>
  );
}
