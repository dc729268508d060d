import './tab-notice.css';
import { AppWindow } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTab } from '../state/stores.tsx';

/** Says where the GPU is while another tab has it; `children` is what is said of the model where this one does. */
export function TabNotice({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation('sidebar');
  const status = useTab((state) => state.status);
  const takeOver = useTab((state) => state.takeOver);
  switch (status.kind) {
    case 'owner':
      return children;
    case 'starting':
      return null;
    case 'elsewhere':
    case 'taking':
      break;
    default:
      return status satisfies never;
  }
  const isTaking = status.kind === 'taking';
  return (
    <div className="tab-notice" role="status">
      <AppWindow size={18} aria-hidden="true" />
      <div>
        <p>{status.kind === 'elsewhere' && status.wasHere ? t('tab.lost') : t('tab.elsewhere')}</p>
        <p className="tab-notice-hint">{t('tab.hint')}</p>
      </div>
      {/* Disabled by word only: a button that is really disabled would lose the focus. */}
      <button type="button" className="button" aria-disabled={isTaking} onClick={() => void takeOver()}>
        {isTaking ? t('tab.taking') : t('tab.takeOver')}
      </button>
    </div>
  );
}
