import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';

/** Nothing of it is needed before it is opened. */
const PanelBody = lazyPart(() => import('./PanelBody.tsx'), ['catalogue']);

interface ModelPanelProps {
  readonly isOpen: boolean;
  onClose(): void;
}

/** Catalogue, opening, downloads, storage, and the loaded model. */
export function ModelPanel({ isOpen, onClose }: ModelPanelProps) {
  const { t } = useTranslation('models');
  return (
    <Dialog title={t('panel.title')} size="wide" isOpen={isOpen} onClose={onClose}>
      <PanelBody onClose={onClose} loading={<p role="status">{t('panel.loading')}</p>} />
    </Dialog>
  );
}
