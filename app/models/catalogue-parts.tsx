/** What a model of the catalogue is shown with, wherever it stands. */
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { StoredModel } from '../../engine/api.ts';
import { bytes, parameters } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';
import type { CatalogueEntry } from './catalogue.ts';
import type { DownloadStatus } from './downloads-store.ts';
import { sizeInWords } from './model-words.ts';

/** How far the costs of a model may be off that is not here yet: files differ in their types, and sizes alone say less. */
export const SURENESS = { shape: 0.05, size: 0.15 } as const;

export function Size({ entry }: { readonly entry: CatalogueEntry }) {
  const { t } = useTranslation('models');
  if (entry.bytes === null) return t('catalogue.sizeUnknown');
  if (entry.checked === 'hub') return bytes(entry.bytes);
  return (
    <>
      {t('quantities.about', { size: bytes(entry.bytes) })} <em>({t('catalogue.notChecked')})</em>
    </>
  );
}

export function Parameters({ entry }: { readonly entry: CatalogueEntry }) {
  const { t } = useTranslation('models');
  return entry.parameters === entry.activeParameters
    ? t('catalogue.denseSize', { total: parameters(entry.parameters) })
    : sizeInWords(entry);
}

/** How far it is here already. */
export function Badge({ url }: { readonly url: string | null }) {
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
export function useStored(url: string | null): StoredModel | null {
  const { downloads } = useStores();
  return useStore(downloads, ({ storage }) =>
    storage.kind === 'read' && url !== null
      ? (storage.report.models.find((model) => model.url === url && model.complete) ?? null)
      : null,
  );
}
