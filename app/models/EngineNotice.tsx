import './model-notice.css';
import { RotateCcw, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ModelSource } from '../../engine/api.ts';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { useModel, useStores } from '../state/stores.tsx';
import { modelName } from './model-name.ts';

interface EngineNoticeProps {
  /** Leads to the models that could be loaded instead. */
  onOpenModel(): void;
}

/** Whether the engine is in a state in which nothing else that could be said of the model matters. */
export function useHasEngineNotice(): boolean {
  return useModel(({ silence, held }) => silence !== null || held !== null);
}

/** An engine that does not answer, or a model that is not loaded because the tab did not survive it the last time. */
export function EngineNotice({ onOpenModel }: EngineNoticeProps) {
  const silence = useModel((state) => state.silence);
  const held = useModel((state) => state.held);
  if (silence !== null) return <Silent detail={silence} />;
  return held === null ? null : <Held source={held} onOpenModel={onOpenModel} />;
}

function Silent({ detail }: { readonly detail: string }) {
  const { t } = useTranslation('models');
  const restart = useModel((state) => state.restart);
  return (
    <div className="model-notice alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{t('notice.silent')}</p>
        <p className="model-notice-hint">{t('notice.silentHint')}</p>
        <ErrorDetail detail={detail} />
        <div className="button-row">
          <button type="button" className="button button-primary" onClick={() => void restart()}>
            <RotateCcw size={16} aria-hidden="true" /> {t('notice.restart')}
          </button>
        </div>
      </div>
    </div>
  );
}

function Held({ source, onOpenModel }: EngineNoticeProps & { readonly source: ModelSource }) {
  const { t } = useTranslation('models');
  const { model } = useStores();
  const bundled = useModel((state) => state.bundled);
  const dismiss = useModel((state) => state.dismissHeld);
  return (
    <div className="model-notice alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{t('notice.held', { name: modelName(source, bundled) })}</p>
        <p className="model-notice-hint">{t('notice.heldHint')}</p>
        <div className="button-row">
          <button type="button" className="button button-primary" onClick={() => void model.getState().open(source)}>
            {t('notice.heldLoad')}
          </button>
          <button type="button" className="button" onClick={onOpenModel}>
            {t('notice.heldOther')}
          </button>
          <button type="button" className="button" onClick={dismiss}>
            {t('notice.heldNone')}
          </button>
        </div>
      </div>
    </div>
  );
}
