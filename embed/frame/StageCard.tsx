import { useTranslation } from 'react-i18next';
import { ErrorDetail } from '../../app/layout/ErrorDetail.tsx';
import { bytes } from '../../app/layout/quantities.ts';
import type { BundledModel } from '../../app/models/bundled.ts';
import { LIMITS } from '../protocol.ts';
import { parseReplay, type Replay, ReplayError } from '../replay.ts';
import type { FrameChat } from './chat.ts';
import type { FrameState } from './frame-state.ts';

interface StageCardProps {
  readonly chat: FrameChat;
  readonly state: FrameState;
  readonly bundled: BundledModel | null;
}

/** What there is to say of the model: not started, to be downloaded, on its way, failed. */
export function StageCard({ chat, state: { stage, options, messages, silence }, bundled }: StageCardProps) {
  const { t } = useTranslation('embed');
  if (silence !== null)
    return (
      <div className="alert" role="alert">
        <div>
          <p>{t('silence')}</p>
          <button type="button" className="button" onClick={() => void chat.restartEngine()}>
            {t('restart')}
          </button>
        </div>
      </div>
    );
  const isReplay = options.replay !== undefined;
  switch (stage.kind) {
    case 'idle':
      if (options.replay === 'file') return <OpenRecording chat={chat} />;
      return messages.length > 0 ? null : (
        <div className="frame-card">
          <p>{isReplay ? '' : t('start.what')}</p>
          {!isReplay && options.model === undefined && bundled !== null && (
            <p className="frame-note">{t('start.model', { name: bundled.name, size: bytes(bundled.bytes) })}</p>
          )}
          <button
            type="button"
            className="button button-primary"
            onClick={() => void chat.start().catch(() => undefined)}
          >
            {t(isReplay ? 'start.play' : 'start.start')}
          </button>
        </div>
      );
    case 'asking': {
      const { name, fileBytes, storedBytes } = stage.preview;
      const size = bytes(fileBytes - storedBytes);
      return (
        <section className="frame-card" aria-label={t('asking.title', { name })}>
          <p>
            <strong dir="auto">{t('asking.title', { name })}</strong>
          </p>
          <p>{t('asking.text', { size })}</p>
          <button type="button" className="button button-primary" onClick={() => chat.agree()}>
            {t('asking.download', { size })}
          </button>
          {stage.canLook && (
            <button type="button" className="button" onClick={() => chat.look()}>
              {t('asking.shared')}
            </button>
          )}
        </section>
      );
    }
    case 'loading': {
      const { share, loadedBytes, totalBytes } = stage.progress;
      const words = t('loadingOf', { loaded: bytes(loadedBytes), total: bytes(totalBytes) });
      return (
        <div className="frame-card frame-loading">
          <progress
            aria-label={t(isReplay ? 'loadingReplay' : 'loading')}
            max={1}
            {...(totalBytes > 0 && { value: share })}
          />
          <p className="frame-note">
            {t(isReplay ? 'loadingReplay' : 'loading')}
            {totalBytes > 0 && ` · ${words}`}
          </p>
        </div>
      );
    }
    case 'failed':
      return (
        <div className="alert" role="alert">
          <div>
            <p>
              <strong>{t(isReplay ? 'failedReplay' : 'failed')}</strong>
            </p>
            <p>{stage.error.message}</p>
            {stage.error.detail !== undefined && <ErrorDetail detail={stage.error.detail} />}
            {options.replay === 'file' ? (
              <RecordingButton chat={chat} />
            ) : (
              <button
                type="button"
                className="button"
                onClick={() => void (isReplay ? chat.playAgain() : chat.retry())}
              >
                {t('again')}
              </button>
            )}
          </div>
        </div>
      );
    case 'ready':
    case 'replay':
      return null;
    default:
      return stage satisfies never;
  }
}

/** For files that were too long for a link: opened by the visitor, and read nowhere but here. */
function OpenRecording({ chat }: Pick<StageCardProps, 'chat'>) {
  const { t } = useTranslation('embed');
  return (
    <div className="frame-card">
      <p>{t('file.what')}</p>
      <RecordingButton chat={chat} />
    </div>
  );
}

function RecordingButton({ chat }: Pick<StageCardProps, 'chat'>) {
  const { t } = useTranslation('embed');
  return (
    <label className="button button-primary file-button">
      <input
        type="file"
        className="visually-hidden"
        accept=".json,application/json"
        onChange={({ target }) => {
          const file = target.files?.[0];
          target.value = ''; // the same file may be chosen again
          if (file !== undefined) void chat.playFrom('file', () => readRecording(file)).catch(() => undefined);
        }}
      />
      {t('file.open')}
    </label>
  );
}

/** @throws ReplayError */
async function readRecording(file: File): Promise<Replay> {
  if (file.size > LIMITS.replay) throw new ReplayError('The recording is too long.');
  return parseReplay(await file.text());
}
