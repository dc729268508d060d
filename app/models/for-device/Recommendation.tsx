import { Download as DownloadIcon, Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelSource } from '../../../engine/api.ts';
import { bytes } from '../../layout/quantities.ts';
import { useStores } from '../../state/stores.tsx';
import { type CatalogueEntry, type CatalogueId, fileUrl } from '../catalogue.ts';
import { Parameters, SURENESS, useStored } from '../catalogue-parts.tsx';
import { DetailsToggle } from '../DetailsToggle.tsx';
import { DownloadRow } from '../DownloadRow.tsx';
import { shortSize } from '../model-words.ts';
import { PreviewCard } from '../PreviewCard.tsx';
import { CATALOGUE_COSTS } from '../speed/catalogue-costs.ts';
import { useSpeedHere } from '../speed/use-speed-here.ts';
import { storedChoice, useChooseModel } from '../use-choose-model.ts';
import { timeInWords } from './device-words.ts';
import { sizeOf } from './for-device.ts';
import { useDownloadTime } from './use-for-device.ts';

interface RecommendationProps {
  readonly entry: CatalogueEntry & { readonly id: CatalogueId };
  onOpened(): void;
}

/** The one model to take on this device, with one button. */
export function Recommendation({ entry, onOpened }: RecommendationProps) {
  const { t } = useTranslation(['models', 'catalogue']);
  const url = fileUrl(entry);
  const source = useMemo<ModelSource | null>(() => (url === null ? null : { kind: 'url', url }), [url]);
  const { downloads } = useStores();
  const download = useStore(downloads, (state) => state.downloads.find((one) => one.url === url));
  const [isOpen, setOpen] = useState(false);
  const { name } = entry;
  return (
    <section className="card recommendation" aria-labelledby="recommendation">
      <h3 id="recommendation">
        {name} <span className="card-by">{t('catalogue.by', { name: entry.by })}</span>
      </h3>
      <p>{t(`catalogue:about.${entry.id}`)}</p>
      <Facts entry={entry} />
      {download !== undefined ? (
        <ul className="rows">
          <DownloadRow download={download} onOpened={onOpened} />
        </ul>
      ) : (
        source !== null && (
          <div className="button-row">
            <TakeIt entry={entry} source={source} onOpened={onOpened} onUnsure={() => setOpen(true)} />
            <DetailsToggle name={name} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
          </div>
        )
      )}
      {isOpen && source !== null && <PreviewCard source={source} name={name} onOpened={onOpened} />}
    </section>
  );
}

function Facts({ entry }: { readonly entry: RecommendationProps['entry'] }) {
  const { t } = useTranslation(['models', 'catalogue']);
  const cost = CATALOGUE_COSTS[entry.id];
  const speed = useSpeedHere({ cost, sureness: SURENESS[cost.from] });
  const time = useDownloadTime(sizeOf(entry));
  const isStored = useStored(fileUrl(entry)) !== null;
  return (
    <dl className="recommendation-facts">
      <div>
        <dt>{t('catalogue:forDevice.facts.size')}</dt>
        <dd>{bytes(sizeOf(entry))}</dd>
      </div>
      <div>
        <dt>{t('catalogue:forDevice.facts.download')}</dt>
        <dd>{isStored ? t('catalogue:forDevice.time.here') : timeInWords(time)}</dd>
      </div>
      <div>
        <dt>{t('speed.label')}</dt>
        <dd>{speed ?? t('catalogue:forDevice.speedUnknown')}</dd>
      </div>
      <div>
        <dt>{t('preview.parameters')}</dt>
        <dd>{entry.parameters === entry.activeParameters ? <Parameters entry={entry} /> : shortSize(entry)}</dd>
      </div>
    </dl>
  );
}

interface TakeItProps extends RecommendationProps {
  readonly source: ModelSource;
  /** Its file says that it does not fit, or cannot be asked: all that is known of it is shown. */
  onUnsure(): void;
}

/** Asks the file itself first: what it says there is what is downloaded. */
function TakeIt({ entry, source, onOpened, onUnsure }: TakeItProps) {
  const { t } = useTranslation(['models', 'catalogue']);
  const { client, downloads } = useStores();
  const choose = useChooseModel();
  const url = fileUrl(entry);
  const stored = useStored(url);
  const [isAsking, setAsking] = useState(false);

  async function take(): Promise<void> {
    if (url === null || isAsking) return;
    setAsking(true);
    try {
      const { id, name, verdict, storedBytes, fileBytes } = await client.inspect(source, {});
      if (verdict.kind === 'fits' || verdict.kind === 'shorter-context')
        downloads.getState().add({ id, name, url, loadedBytes: storedBytes, totalBytes: fileBytes });
      else onUnsure();
    } catch {
      onUnsure(); // which asks again, and says what is wrong
    } finally {
      setAsking(false);
    }
  }

  if (stored !== null)
    return (
      <button
        type="button"
        className="button button-primary"
        aria-label={t('catalogue.openModel', { name: entry.name })}
        onClick={() => {
          choose(storedChoice(stored));
          onOpened();
        }}
      >
        <Play size={16} aria-hidden="true" /> {t('catalogue.open')}
      </button>
    );
  return (
    <button type="button" className="button button-primary" aria-busy={isAsking} onClick={() => void take()}>
      {isAsking ? <span className="spinner" aria-hidden="true" /> : <DownloadIcon size={16} aria-hidden="true" />}
      {t('preview.download', { size: bytes(sizeOf(entry)) })}
    </button>
  );
}
