import './model-notice.css';
import { FolderOpen, RotateCcw, TriangleAlert } from 'lucide-react';
import type { EngineErrorData, LoadProgress, LoadStage } from '../../engine/api.ts';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { bytes } from '../layout/quantities.ts';
import type { ModelStatus } from '../state/model-store.ts';
import { useModel } from '../state/stores.tsx';

/** What a stage of loading is called. */
export const STAGE_WORDS: Readonly<Record<LoadStage, string>> = {
  header: 'Opening the model',
  download: 'Downloading the model',
  read: 'Reading the model from this browser',
  pipelines: 'Preparing the graphics processor',
  ready: 'Ready',
};

/** Above the composer while no model is ready: progress, or what went wrong and what to do. */
export function ModelNotice({ onOpenModel }: { onOpenModel(): void }) {
  const status = useModel((state) => state.status);
  switch (status.kind) {
    case 'ready':
      return null;
    case 'loading':
      return <Loading progress={status.progress} />;
    case 'failed':
      return <Failed status={status} onOpenModel={onOpenModel} />;
    case 'none':
      return (
        <div className="model-notice">
          <p>This copy of Mixtab comes without a model. Open a GGUF file or an address to begin.</p>
          <button type="button" className="button button-primary" onClick={onOpenModel}>
            <FolderOpen size={16} /> Open a model
          </button>
        </div>
      );
    default:
      return status satisfies never;
  }
}

/** Only a download is long enough to want out of, and only there something is kept for the next time. */
const CAN_CANCEL: ReadonlySet<LoadStage> = new Set(['header', 'download']);

function Loading({ progress: { stage, loadedBytes, totalBytes } }: { readonly progress: LoadProgress }) {
  const cancel = useModel((state) => state.cancel);
  const share = totalBytes > 0 ? Math.min(1, loadedBytes / totalBytes) : 0;
  const percentage = Math.floor(share * 100);
  const amount = totalBytes > 0 ? `${bytes(loadedBytes)} of ${bytes(totalBytes)}` : '';
  return (
    <div className="model-notice model-loading">
      <div className="model-loading-words">
        <span>{STAGE_WORDS[stage]}</span>
        <span>
          {amount}
          {totalBytes > 0 && <strong>{percentage} %</strong>}
        </span>
      </div>
      <div
        className="progress"
        role="progressbar"
        aria-label="Loading model"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percentage}
        aria-valuetext={`${STAGE_WORDS[stage]}: ${amount === '' ? 'starting' : `${amount}, ${percentage} %`}`}
      >
        <div style={{ transform: `scaleX(${share})` }} />
      </div>
      {CAN_CANCEL.has(stage) && (
        <button type="button" className="text-button" onClick={() => void cancel()}>
          Cancel
        </button>
      )}
    </div>
  );
}

/** What happened, in the words that fit beside the composer. */
function failureInWords(error: EngineErrorData): string {
  // The answer that was cut off already says what happened to the device.
  if (error.code === 'device-lost') return 'The model has to be loaded again.';
  if (error.code === 'aborted') return 'Loading was cancelled. What has arrived is kept, and Retry goes on from there.';
  return error.message;
}

interface FailedProps {
  readonly status: Extract<ModelStatus, { kind: 'failed' }>;
  onOpenModel(): void;
}

function Failed({ status: { error, source }, onOpenModel }: FailedProps) {
  const reload = useModel((state) => state.reload);
  const openBundled = useModel((state) => state.openBundled);
  const bundled = useModel((state) => state.bundled);
  const isLost = error.code === 'device-lost';
  const isBundled = source.kind === 'url' && source.url === bundled?.url;
  return (
    <div className="model-notice alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{failureInWords(error)}</p>
        {!isLost && error.detail !== undefined && <ErrorDetail detail={error.detail} />}
        <div className="button-row">
          <button type="button" className="button button-primary" onClick={() => void reload()}>
            <RotateCcw size={16} /> {isLost ? 'Reload model' : 'Retry'}
          </button>
          {!isBundled && bundled !== null && (
            <button type="button" className="button" onClick={() => void openBundled()}>
              Use the bundled model
            </button>
          )}
          <button type="button" className="button" onClick={onOpenModel}>
            Open another model
          </button>
        </div>
      </div>
    </div>
  );
}
