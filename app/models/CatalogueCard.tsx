import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelSource } from '../../engine/api.ts';
import { bytes } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';
import { DetailsToggle } from './DetailsToggle.tsx';
import { type CatalogueEntry, type CatalogueId, fileUrl } from './catalogue.ts';
import type { DownloadStatus } from './downloads-store.ts';
import { sizeInWords } from './model-words.ts';
import { PreviewCard } from './PreviewCard.tsx';
import { CATALOGUE_COSTS } from './speed/catalogue-costs.ts';
import { SpeedHere } from './speed/SpeedHere.tsx';
import { storedChoice, useChooseModel } from './use-choose-model.ts';

/** How far the costs of a model may be off that is not here yet: files differ in their types, and sizes alone say less. */
const SURENESS = { shape: 0.05, size: 0.15 } as const;

interface CatalogueCardProps {
  readonly entry: CatalogueEntry & { readonly id: CatalogueId };
  onOpened(): void;
}

export function CatalogueCard({ entry, onOpened }: CatalogueCardProps) {
  const { t } = useTranslation('models');
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
          <p>{t(`catalogue.about.${entry.id}`)}</p>
          <p className="card-facts">
            <span>{sizeInWords(entry)}</span>
            <span>{entry.quantization}</span>
            <span>
              <Size entry={entry} />
            </span>
            <span>{entry.license}</span>
            <SpeedHere cost={speed} sureness={SURENESS[speed.from]} />
          </p>
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

function Size({ entry }: { readonly entry: CatalogueEntry }) {
  const { t } = useTranslation('models');
  if (entry.bytes === null) return t('catalogue.sizeUnknown');
  if (entry.checked === 'hub') return bytes(entry.bytes);
  return (
    <>
      {t('quantities.about', { size: bytes(entry.bytes) })} <em>({t('catalogue.notChecked')})</em>
    </>
  );
}

/** How far it is here already. */
function Badge({ url }: { readonly url: string | null }) {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  const stored = useStored(url);
  const download = useStore(downloads, (state): DownloadStatus['kind'] | undefined =>
    url === null ? undefined : state.downloads.find((one) => one.url === url)?.status.kind,
  );
  if (stored !== null) return <p className="badge badge-good">{t('catalogue.stored')}</p>;
  if (download === 'running' || download === 'queued') return <p className="badge">{t('catalogue.downloading')}</p>;
  if (download === 'paused' || download === 'failed') return <p className="badge">{t('catalogue.paused')}</p>;
  return null;
}

/** The complete stored copy of an address, or null. */
function useStored(url: string | null) {
  const { downloads } = useStores();
  return useStore(downloads, ({ storage }) =>
    storage.kind === 'read' && url !== null
      ? (storage.report.models.find((model) => model.url === url && model.complete) ?? null)
      : null,
  );
}
