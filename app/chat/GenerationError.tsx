import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { EngineErrorData } from '../../engine/api.ts';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { useChat, useModel } from '../state/stores.tsx';

interface GenerationErrorProps {
  readonly error: EngineErrorData;
  readonly isLast: boolean;
}

/** An answer that failed. What was written before stays above it. */
export function GenerationError({ error, isLast }: GenerationErrorProps) {
  const modelStatus = useModel((state) => state.status.kind);
  const reload = useModel((state) => state.reload);
  const retry = useChat((state) => state.retry);
  const needsReload = error.code === 'device-lost' || error.code === 'not-loaded' || error.code === 'out-of-memory';
  return (
    <div className="alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{error.message}</p>
        {error.detail !== undefined && <ErrorDetail detail={error.detail} />}
        {isLast && needsReload && modelStatus !== 'loading' && modelStatus !== 'ready' && (
          <button type="button" className="button" onClick={() => void reload()}>
            <RotateCcw size={16} /> Reload model
          </button>
        )}
        {isLast && modelStatus === 'ready' && (
          <button type="button" className="button" onClick={() => void retry()}>
            <RotateCcw size={16} /> Try again
          </button>
        )}
      </div>
    </div>
  );
}
