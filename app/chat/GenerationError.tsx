import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { EngineErrorData } from '../../engine/api.ts';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { useChat, useModel } from '../state/stores.tsx';

interface GenerationErrorProps {
  readonly messageId: string;
  readonly error: EngineErrorData;
  readonly isLast: boolean;
}

/** An answer that failed. What was written before stays above it. Where the model must load again, `ModelNotice` says so. */
export function GenerationError({ messageId, error, isLast }: GenerationErrorProps) {
  const isReady = useModel((state) => state.status.kind === 'ready');
  const retry = useChat((state) => state.regenerate);
  return (
    <div className="alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{error.message}</p>
        {error.detail !== undefined && <ErrorDetail detail={error.detail} />}
        {isLast && isReady && (
          <button type="button" className="button" onClick={() => void retry(messageId)}>
            <RotateCcw size={16} /> Try again
          </button>
        )}
      </div>
    </div>
  );
}
