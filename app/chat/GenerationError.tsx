import { RotateCcw, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { EngineErrorData } from '../../engine/api.ts';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { useChat } from '../state/stores.tsx';
import { focusOwnMessage } from './ActionButton.tsx';
import { useCanAsk } from './use-can-ask.ts';

interface GenerationErrorProps {
  readonly messageId: string;
  readonly error: EngineErrorData;
}

/** An answer that failed. What was written before stays above it. Where the model must load again, `ModelNotice` says so. */
export function GenerationError({ messageId, error }: GenerationErrorProps) {
  const { t } = useTranslation('chat');
  const canAsk = useCanAsk();
  const regenerate = useChat((state) => state.regenerate);
  return (
    <div className="alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{error.message}</p>
        {error.detail !== undefined && <ErrorDetail detail={error.detail} />}
        {canAsk && (
          <button
            type="button"
            className="button"
            onClick={(event) => {
              focusOwnMessage(event);
              void regenerate(messageId);
            }}
          >
            <RotateCcw size={16} aria-hidden="true" /> {t('actions.retry')}
          </button>
        )}
      </div>
    </div>
  );
}
