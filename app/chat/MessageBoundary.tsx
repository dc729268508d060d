import '../layout/broken.css';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBoundary } from '../layout/ErrorBoundary.tsx';
import { CopyButton } from './CopyButton.tsx';
import { PlainText } from './markdown/PlainText.tsx';

interface MessageBoundaryProps {
  /** As it was written. */
  readonly source: string;
  readonly resetKey?: unknown;
  readonly children: ReactNode;
}

/** What of a message cannot be shown stands there as it was written, and can be copied; the rest of the page goes on. */
export function MessageBoundary({ source, resetKey, children }: MessageBoundaryProps) {
  return (
    <ErrorBoundary resetKey={resetKey} renderFallback={() => <BrokenMessage source={source} />}>
      {children}
    </ErrorBoundary>
  );
}

function BrokenMessage({ source }: { readonly source: string }) {
  const { t } = useTranslation('layout');
  return (
    <div className="broken-message">
      <p className="answer-notice">
        {t('broken.message')} <CopyButton text={source} label={t('broken.copy')} />
      </p>
      <PlainText text={source} />
    </div>
  );
}
