import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { TuningState } from './tuning-store.ts';
import './tuning.css';
import { ProgressBar } from '../layout/ProgressBar.tsx';

/** How far measuring is, and a way out of it. */
export function TuningProgressBar({ store }: { readonly store: StoreApi<TuningState> }) {
  const { t } = useTranslation('tuning');
  const { progress, skip } = useStore(store);
  if (progress === null) return null;
  const { measured, places, elapsedMs, budgetMs } = progress;
  const share = Math.min(1, Math.max(measured / places, elapsedMs / budgetMs));
  return (
    <div className="tuning-progress">
      <p>{t('running', { measured, places })}</p>
      <button type="button" className="text-button" onClick={() => void skip()}>
        {t('skip')}
      </button>
      <ProgressBar label={t('progress')} share={share} />
    </div>
  );
}
