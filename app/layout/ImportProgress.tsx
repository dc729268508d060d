import { useTranslation } from 'react-i18next';
import { useChat } from '../state/stores.tsx';
import { count } from './quantities.ts';

/** How far the import of conversations is, and the way out of it. Nothing while there is none. */
export function ImportProgress() {
  const { t } = useTranslation('sidebar');
  const importing = useChat((state) => state.importing);
  const cancel = useChat((state) => state.cancelImport);
  if (importing === null) return null;
  const { done, total } = importing;
  const words = total === null ? t('import.reading') : t('import.progress', { done: count(done), total: count(total) });
  const share = total === null || total === 0 ? null : Math.floor((done / total) * 100);
  return (
    <div className="import-progress">
      <span>{words}</span>
      <div
        className="progress"
        role="progressbar"
        aria-label={t('import.label')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share ?? undefined}
        aria-valuetext={words}
      >
        <div style={{ transform: `scaleX(${(share ?? 0) / 100})` }} />
      </div>
      <button type="button" className="text-button" onClick={cancel}>
        {t('import.cancel')}
      </button>
    </div>
  );
}
