import { Download as DownloadIcon, Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ModelPreview, ModelSource } from '../../engine/api.ts';
import { bytes } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';
import { DownloadRow } from './DownloadRow.tsx';
import { useChooseModel } from './use-choose-model.ts';
import { useOpenModel } from './use-open-model.ts';

interface PreviewActionsProps {
  readonly preview: ModelPreview;
  readonly source: ModelSource;
  onOpened(): void;
}

/** Download it, open it where it is stored, or open it from its file. */
export function PreviewActions({ preview, source, onOpened }: PreviewActionsProps) {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  const download = useStore(downloads, (state) => state.downloads.find(({ id }) => id === preview.id));
  const choose = useChooseModel();
  const { open: openSource } = useOpenModel();
  const { id, name, fileBytes, storedBytes, verdict, fetchedBytes } = preview;
  const fetched = fetchedBytes > 0 && (
    <p className="panel-note">{t('preview.fetched', { size: bytes(fetchedBytes) })}</p>
  );
  const canRun = verdict.kind === 'fits' || verdict.kind === 'shorter-context';

  if (source.kind === 'file') {
    return (
      <>
        {canRun && (
          <div className="button-row">
            <button
              type="button"
              className="button button-primary"
              onClick={() => {
                openSource(source);
                onOpened();
              }}
            >
              <Play size={16} /> {t('preview.openFile')}
            </button>
          </div>
        )}
        {canRun && (
          <p className="panel-note">{source.disk === undefined ? t('preview.openFileHint') : t('disk.openHint')}</p>
        )}
      </>
    );
  }

  const url = source.kind === 'url' ? source.url : null;
  function open(): void {
    choose({ name, source: url === null ? { kind: 'stored', id } : { kind: 'url', url } });
    onOpened();
  }

  if (storedBytes >= fileBytes) {
    return (
      <>
        <p className="panel-note">{t('preview.storedComplete')}</p>
        {canRun && (
          <div className="button-row">
            <button type="button" className="button button-primary" onClick={open}>
              <Play size={16} /> {t('preview.openNow')}
            </button>
          </div>
        )}
      </>
    );
  }
  if (download !== undefined) {
    return (
      <ul className="rows">
        <DownloadRow download={download} onOpened={onOpened} />
      </ul>
    );
  }
  // What the GPU cannot take today another day's browser may; what has no room cannot be downloaded at all.
  const isRisky = verdict.kind === 'too-large' && verdict.what === 'gpu';
  if (url === null || (!canRun && !isRisky)) return fetched;
  return (
    <>
      <div className="button-row">
        <button
          type="button"
          className={canRun ? 'button button-primary' : 'button'}
          onClick={() => downloads.getState().add({ id, name, url, loadedBytes: storedBytes, totalBytes: fileBytes })}
        >
          <DownloadIcon size={16} />
          {isRisky
            ? t('preview.downloadAnyway')
            : storedBytes > 0
              ? t('preview.downloadRest', { size: bytes(fileBytes - storedBytes) })
              : t('preview.download', { size: bytes(fileBytes) })}
        </button>
        {canRun && (
          <button type="button" className="button" onClick={open}>
            {t('preview.openAtOnce')}
          </button>
        )}
      </div>
      {fetched}
    </>
  );
}
