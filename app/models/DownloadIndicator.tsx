import './download-indicator.css';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { percent } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';
import type { Download } from './downloads-store.ts';
import { downloadInWords, failureInWords } from './model-words.ts';

/** In the header while a download is under way, has ended, or stopped: how far it is, and the way to it. */
export function DownloadIndicator({ onOpenPanel }: { onOpenPanel(): void }) {
  const { t } = useTranslation('models');
  const { downloads, panel } = useStores();
  const download = useStore(downloads, (state) => mostUrgent(state.downloads));
  return (
    <>
      <Announcement />
      {download !== undefined && (
        <button
          type="button"
          className="download-indicator"
          data-status={download.status.kind}
          aria-label={label(download)}
          data-tooltip={`${download.name}: ${downloadInWords(download)}`}
          onClick={() => {
            panel.getState().show('storage');
            onOpenPanel();
          }}
        >
          <Icon download={download} />
        </button>
      )}
    </>
  );

  function label({ name, status, loadedBytes, totalBytes }: Download): string {
    if (status.kind === 'done') return t('downloads.indicatorDone', { name });
    if (status.kind === 'failed') return t('downloads.indicatorFailed', { name });
    if (status.kind === 'running' && status.stage === 'verify') return t('downloads.indicatorVerify', { name });
    return t('downloads.indicator', { name, percent: percent(shareOf(loadedBytes, totalBytes)) });
  }
}

const URGENCY = ['running', 'failed', 'done', 'queued'] as const satisfies readonly Download['status']['kind'][];

/** What is paused was paused by the person, and needs no reminder. */
function mostUrgent(downloads: readonly Download[]): Download | undefined {
  return URGENCY.map((kind) => downloads.find(({ status }) => status.kind === kind)).find((one) => one !== undefined);
}

function Icon({ download: { status, loadedBytes, totalBytes } }: { readonly download: Download }) {
  if (status.kind === 'done') return <CircleCheck size={20} aria-hidden="true" />;
  if (status.kind === 'failed') return <TriangleAlert size={20} aria-hidden="true" />;
  const share = shareOf(loadedBytes, totalBytes);
  return (
    <>
      <svg viewBox="0 0 36 36" width="22" height="22" aria-hidden="true">
        <circle className="ring" cx="18" cy="18" r="15" pathLength="100" />
        <circle className="ring-done" cx="18" cy="18" r="15" pathLength="100" strokeDasharray={`${share * 100} 100`} />
      </svg>
      <span aria-hidden="true">{percent(share)}</span>
    </>
  );
}

function shareOf(loaded: number, total: number): number {
  return total > 0 ? Math.min(1, loaded / total) : 0;
}

/** Says politely when a download begins, ends or stops. */
function Announcement() {
  const { t } = useTranslation('models');
  const { downloads } = useStores();
  const [words, setWords] = useState('');
  useEffect(
    () =>
      downloads.subscribe((state, before) => {
        for (const { id, name, status } of state.downloads) {
          const was = before.downloads.find((one) => one.id === id)?.status.kind;
          if (status.kind === was) continue;
          if (status.kind === 'running') setWords(t('downloads.announceStart', { name }));
          if (status.kind === 'done') setWords(t('downloads.announceDone', { name }));
          if (status.kind === 'failed') {
            setWords(t('downloads.announceFailed', { name, reason: failureInWords(status.error) }));
          }
        }
      }),
    [downloads, t],
  );
  return (
    <p className="visually-hidden" role="status">
      {words}
    </p>
  );
}
