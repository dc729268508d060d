import './broken.css';
import { RotateCcw, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { ErrorDetail } from './ErrorDetail.tsx';

interface PartBoundaryProps {
  readonly children: ReactNode;
  /** Where it can be closed, as a panel can. */
  onClose?(): void;
  readonly resetKey?: unknown;
}

/** A panel, a dialog or another part: says that it broke, and offers another try; the rest of the page goes on. */
export function PartBoundary({ children, onClose, resetKey }: PartBoundaryProps) {
  return (
    <ErrorBoundary
      resetKey={resetKey}
      renderFallback={(error, retry) => (
        <BrokenPart error={error} onRetry={retry} {...(onClose !== undefined && { onClose })} />
      )}
    >
      {children}
    </ErrorBoundary>
  );
}

interface BrokenPartProps {
  readonly error: unknown;
  onRetry(): void;
  onClose?(): void;
}

function BrokenPart({ error, onRetry, onClose }: BrokenPartProps) {
  const { t } = useTranslation('layout');
  return (
    <div className="alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{t('broken.part')}</p>
        <ErrorDetail detail={inWords(error)} />
        <div className="broken-actions">
          <button type="button" className="button" onClick={onRetry}>
            <RotateCcw size={16} aria-hidden="true" /> {t('broken.retry')}
          </button>
          {onClose !== undefined && (
            <button type="button" className="button" onClick={onClose}>
              <X size={16} aria-hidden="true" /> {t('close')}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

/** For whoever reports it. */
export function inWords(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
