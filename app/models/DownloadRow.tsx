import { CircleCheck, Pause, Play, RotateCcw, Trash2, TriangleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { useStores } from '../state/stores.tsx';
import type { Download } from './downloads-store.ts';
import { downloadInWords, failureInWords } from './model-words.ts';
import { useChooseModel } from './use-choose-model.ts';
import { ProgressBar } from '../layout/ProgressBar.tsx';

interface DownloadRowProps {
  readonly download: Download;
  onOpened(): void;
}

/** One download: how far it is, how fast, and what can be done about it. */
export function DownloadRow({ download, onOpened }: DownloadRowProps) {
  const { t } = useTranslation('models');
  const { name, status, loadedBytes, totalBytes } = download;
  const share = totalBytes > 0 ? Math.min(1, loadedBytes / totalBytes) : 0;
  const words = downloadInWords(download);
  return (
    <li className="row row-download">
      <div className="row-text">
        <strong>{name}</strong>
        <span className="row-numbers">
          {status.kind === 'done' && <CircleCheck size={14} aria-hidden="true" />}
          {words}
        </span>
      </div>
      <div className="row-actions">
        <DownloadActions download={download} onOpened={onOpened} />
      </div>
      {status.kind !== 'done' && (
        <ProgressBar label={t('downloads.progress', { name })} share={share} words={words} status={status.kind} />
      )}
      {status.kind === 'failed' && <Failure download={download} error={status.error} />}
    </li>
  );
}

function DownloadActions({ download: { id, name, url, status }, onOpened }: DownloadRowProps) {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  const { pause, resume, dismiss, deleteModel } = downloads.getState();
  const choose = useChooseModel();
  const remove = (
    <button
      type="button"
      className="icon-button"
      aria-label={t('downloads.remove', { name })}
      onClick={() => void deleteModel(id)}
    >
      <Trash2 size={16} />
    </button>
  );
  switch (status.kind) {
    case 'queued':
    case 'running':
      return (
        <button
          type="button"
          className="button"
          aria-label={t('downloads.pauseModel', { name })}
          onClick={() => pause(id)}
        >
          <Pause size={16} /> {t('downloads.pause')}
        </button>
      );
    case 'paused':
      return (
        <>
          <button
            type="button"
            className="button"
            aria-label={t('downloads.resumeModel', { name })}
            onClick={() => resume(id)}
          >
            <Play size={16} /> {t('downloads.resume')}
          </button>
          {remove}
        </>
      );
    case 'failed':
      return (
        <>
          {status.error.code !== 'wrong-content' && (
            <button
              type="button"
              className="button"
              aria-label={t('downloads.retryModel', { name })}
              onClick={() => resume(id)}
            >
              <RotateCcw size={16} /> {t('downloads.retry')}
            </button>
          )}
          {remove}
        </>
      );
    case 'done':
      return (
        <>
          <button
            type="button"
            className="button button-primary"
            aria-label={t('downloads.openModel', { name })}
            onClick={() => {
              choose({ name, source: { kind: 'url', url } });
              dismiss(id);
              onOpened();
            }}
          >
            {t('downloads.openNow')}
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={t('downloads.dismiss', { name })}
            onClick={() => dismiss(id)}
          >
            <X size={16} />
          </button>
        </>
      );
    default:
      return status satisfies never;
  }
}

interface FailureProps {
  readonly download: Download;
  readonly error: Extract<Download['status'], { kind: 'failed' }>['error'];
}

function Failure({ download: { id }, error }: FailureProps) {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  return (
    <div className="row-failure alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{failureInWords(error)}</p>
        {error.detail !== undefined && <ErrorDetail detail={error.detail} />}
        {error.code === 'wrong-content' && (
          <button type="button" className="button" onClick={() => void downloads.getState().startOver(id)}>
            <RotateCcw size={16} /> {t('downloads.startOver')}
          </button>
        )}
      </div>
    </div>
  );
}
