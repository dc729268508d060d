import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FitVerdict } from '../../engine/api.ts';
import { ErrorDetail } from '../layout/ErrorDetail.tsx';
import { tokens } from './model-words.ts';
import { useStores } from '../state/stores.tsx';

interface VerdictProps {
  readonly verdict: FitVerdict;
  onTakeContext(length: number): void;
}

/** Whether a model can run here, why not, and what would help. */
export function Verdict({ verdict, onTakeContext }: VerdictProps) {
  const { t } = useTranslation('models');
  const { panel } = useStores();
  switch (verdict.kind) {
    case 'fits':
      return (
        <div className="verdict" data-verdict="fits">
          <CircleCheck size={18} aria-hidden="true" />
          <div>
            <strong>{t('preview.fits')}</strong>
            {verdict.note !== undefined && <p>{verdict.note}</p>}
          </div>
        </div>
      );
    case 'shorter-context':
      return (
        <div className="verdict" data-verdict="shorter">
          <TriangleAlert size={18} aria-hidden="true" />
          <div>
            <strong>{t('preview.shorter', { tokens: tokens(verdict.contextLength) })}</strong>
            {verdict.note !== undefined && <p>{verdict.note}</p>}
            <button type="button" className="button" onClick={() => onTakeContext(verdict.contextLength)}>
              {t('preview.takeShorter', { tokens: tokens(verdict.contextLength) })}
            </button>
          </div>
        </div>
      );
    case 'too-large':
      return (
        <div className="verdict" data-verdict="no">
          <CircleX size={18} aria-hidden="true" />
          <div>
            <strong>{verdict.what === 'gpu' ? t('preview.tooLargeGpu') : t('preview.tooLargeStorage')}</strong>
            <p>{verdict.message}</p>
            {verdict.what === 'storage' && (
              <button type="button" className="button" onClick={() => panel.getState().show('storage')}>
                {t('preview.seeStorage')}
              </button>
            )}
          </div>
        </div>
      );
    case 'unsupported':
      return (
        <div className="verdict" data-verdict="no">
          <CircleX size={18} aria-hidden="true" />
          <div>
            <strong>{t('preview.unsupported')}</strong>
            <p>{verdict.error.message}</p>
            {verdict.error.detail !== undefined && <ErrorDetail detail={verdict.error.detail} />}
          </div>
        </div>
      );
    default:
      return verdict satisfies never;
  }
}
