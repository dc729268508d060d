import './broken.css';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { draftOf, NEW_CONVERSATION } from '../chat/draft-store.ts';
import { useStores } from '../state/stores.tsx';
import { inWords } from './BrokenPart.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { ErrorDetail } from './ErrorDetail.tsx';

/** The outermost: whatever breaks elsewhere ends here, in words and with ways to go on, never in a white page. */
export function PageBoundary({ children }: { readonly children: ReactNode }) {
  return (
    <ErrorBoundary renderFallback={(error, retry) => <BrokenPage error={error} onRetry={retry} />}>
      {children}
    </ErrorBoundary>
  );
}

function BrokenPage({ error, onRetry }: { readonly error: unknown; onRetry(): void }) {
  const { t } = useTranslation('layout');
  const { chat, drafts } = useStores();
  // It lives in a store outside of React, and is there again after another try or a reload. Shown all the same.
  const { text } = draftOf(drafts.getState(), chat.getState().current?.id ?? NEW_CONVERSATION);
  return (
    <main className="broken-page" role="alert">
      <h1>{t('broken.page')}</h1>
      <p>{t('broken.pageText')}</p>
      {text !== '' && (
        <label>
          {t('broken.draft')}
          <textarea readOnly value={text} />
        </label>
      )}
      <div className="broken-actions">
        <button type="button" className="button button-primary" onClick={onRetry}>
          {t('broken.retry')}
        </button>
        <button type="button" className="button" onClick={() => location.reload()}>
          {t('broken.reload')}
        </button>
      </div>
      <ErrorDetail detail={inWords(error)} />
    </main>
  );
}
