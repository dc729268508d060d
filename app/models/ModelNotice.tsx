import './model-notice.css';
import { FolderOpen, RotateCcw, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { EngineErrorData, LoadProgress, LoadStage, ModelSource } from '../../engine/api.ts';
import { t } from '../i18n/i18n.ts';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { bytes, count, percent } from '../layout/quantities.ts';
import type { ModelChoice } from '../state/conversation.ts';
import type { ModelStatus } from '../state/model-store.ts';
import { useModel } from '../state/stores.tsx';
import { notKeptStore } from '../storage/not-kept.ts';
import { EngineNotice, useHasEngineNotice } from './EngineNotice.tsx';
import { ProgressBar } from '../layout/ProgressBar.tsx';

/** What a stage of loading is called. */
export function stageInWords(stage: LoadStage): string {
  return t(`models:stages.${stage}`);
}

/** Above the composer while no model is ready: progress, or what went wrong and what to do. */
export function ModelNotice({ onOpenModel }: { onOpenModel(): void }) {
  const { t } = useTranslation('models');
  const status = useModel((state) => state.status);
  const waiting = useModel((state) => state.waiting);
  const hasEngineNotice = useHasEngineNotice();
  if (hasEngineNotice) return <EngineNotice onOpenModel={onOpenModel} />;
  switch (status.kind) {
    case 'ready':
      return status.info.stored || (status.source.kind === 'file' && status.source.disk !== undefined) ? null : (
        <NotKept key={status.info.id} name={status.info.name} />
      );
    case 'loading':
      return <Loading progress={status.progress} isOthers={status.isOthers === true} />;
    case 'failed':
      return <Failed status={status} onOpenModel={onOpenModel} />;
    case 'none':
      if (waiting !== null) return <Waiting choice={waiting} onOpenModel={onOpenModel} />;
      return (
        <div className="model-notice">
          <p>{t('notice.none')}</p>
          <button type="button" className="button button-primary" onClick={onOpenModel}>
            <FolderOpen size={16} /> {t('notice.openOne')}
          </button>
        </div>
      );
    default:
      return status satisfies never;
  }
}

interface OtherModelsProps {
  /** What could not be had. */
  readonly than: ModelSource | null;
  onOpenModel(): void;
}

/** The bundled model, unless it is that very one, or any other. */
function OtherModels({ than, onOpenModel }: OtherModelsProps) {
  const { t } = useTranslation('models');
  const openBundled = useModel((state) => state.openBundled);
  const bundled = useModel((state) => state.bundled);
  const isBundled = than?.kind === 'url' && than.url === bundled?.url;
  return (
    <>
      {!isBundled && bundled !== null && (
        <button type="button" className="button" onClick={() => void openBundled()}>
          {t('notice.useBundled')}
        </button>
      )}
      <button type="button" className="button" onClick={onOpenModel}>
        {t('notice.openAnother')}
      </button>
    </>
  );
}

interface WaitingProps {
  readonly choice: ModelChoice;
  onOpenModel(): void;
}

/** A file of this device, which browsers let a page read again only once the person has said so. */
function Waiting({ choice, onOpenModel }: WaitingProps) {
  const { t } = useTranslation('models');
  const openChoice = useModel((state) => state.openChoice);
  return (
    <div className="model-notice model-waiting" role="status">
      <p>{t('disk.waiting', { name: choice.name })}</p>
      <div className="button-row">
        <button type="button" className="button button-primary" onClick={() => void openChoice(choice)}>
          <FolderOpen size={16} aria-hidden="true" /> {t('disk.waitingOpen', { name: choice.name })}
        </button>
        <OtherModels than={null} onOpenModel={onOpenModel} />
      </div>
    </div>
  );
}

/** The model answers, and is gone with the tab. */
function NotKept({ name }: { readonly name: string }) {
  const { t } = useTranslation('models');
  const [isShown, setShown] = useState(true);
  // Where the browser denies all storage, the note below the composer says so of everything at once.
  const isSaid = useStore(notKeptStore, ({ notKept }) => notKept.includes('model'));
  if (!isShown || isSaid) return null;
  return (
    <div className="model-notice model-not-kept" role="status">
      <p>{t('notice.notKept', { name })}</p>
      <button type="button" className="text-button" onClick={() => setShown(false)}>
        {t('notice.understood')}
      </button>
    </div>
  );
}

/** Only a download is long enough to want out of, and only there something is kept for the next time. */
const CAN_CANCEL: ReadonlySet<LoadStage> = new Set(['queued', 'header', 'download']);

interface LoadingProps {
  readonly progress: LoadProgress;
  /** Whether another tab asked for it: only there it can be cancelled. */
  readonly isOthers: boolean;
}

function Loading({ progress, isOthers }: LoadingProps) {
  const { t } = useTranslation('models');
  const cancel = useModel((state) => state.cancel);
  const { stage, share, shaders, loadedBytes, totalBytes, lostBytes = 0 } = progress;
  const shareInWords = percent(Math.floor(share * 100) / 100); // 100 % is for what is there
  const amountOfBytes =
    totalBytes > 0 ? t('quantities.ofTotal', { part: bytes(loadedBytes), total: bytes(totalBytes) }) : '';
  // The bytes are all there by then.
  const amount =
    stage === 'pipelines' && shaders !== undefined
      ? t('quantities.shadersOf', { part: count(shaders.compiled), total: count(shaders.total) })
      : amountOfBytes;
  return (
    <div className="model-notice model-loading">
      <div className="model-loading-words">
        <span>{stageInWords(stage)}</span>
        <span>
          {amount}
          {totalBytes > 0 && <strong>{shareInWords}</strong>}
        </span>
      </div>
      <ProgressBar
        label={t('notice.progress')}
        share={share}
        words={`${stageInWords(stage)}: ${amount === '' ? t('notice.starting') : `${amount}, ${shareInWords}`}`}
      />
      {lostBytes > 0 && <p className="model-loading-lost">{t('notice.lost', { size: bytes(lostBytes) })}</p>}
      {CAN_CANCEL.has(stage) && !isOthers && (
        <button type="button" className="text-button" onClick={() => void cancel()}>
          {t('notice.cancel')}
        </button>
      )}
    </div>
  );
}

/** What happened, in the words that fit beside the composer. */
function failureInWords(error: EngineErrorData): string {
  // The answer that was cut off already says what happened to the device.
  if (error.code === 'device-lost') return t('models:notice.lostDevice');
  if (error.code === 'aborted') return t('models:notice.cancelled');
  return error.message;
}

interface FailedProps {
  readonly status: Extract<ModelStatus, { kind: 'failed' }>;
  onOpenModel(): void;
}

function Failed({ status: { error, source }, onOpenModel }: FailedProps) {
  const { t } = useTranslation('models');
  const reload = useModel((state) => state.reload);
  const loadUnkept = useModel((state) => state.loadUnkept);
  const isLost = error.code === 'device-lost';
  const mayLoadUnkept = error.code === 'quota' && source.kind === 'url';
  return (
    <div className="model-notice alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{failureInWords(error)}</p>
        {mayLoadUnkept && <p>{t('notice.loadUnkeptQuestion')}</p>}
        {!isLost && error.detail !== undefined && <ErrorDetail detail={error.detail} />}
        <div className="button-row">
          <button type="button" className="button button-primary" onClick={() => void reload()}>
            <RotateCcw size={16} /> {isLost ? t('notice.reload') : t('notice.retry')}
          </button>
          {mayLoadUnkept && (
            <button type="button" className="button" onClick={() => void loadUnkept()}>
              {t('notice.loadUnkept')}
            </button>
          )}
          <OtherModels than={source} onOpenModel={onOpenModel} />
        </div>
      </div>
    </div>
  );
}
