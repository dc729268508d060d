import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';

const EmbedForm = lazyPart(() => import('./EmbedForm.tsx'), ['embed']);

/** Writes what somebody puts into their page, for the present model and settings. */
export function EmbedDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('layout');
  return (
    <Dialog title={t('embed.title')} size="wide" isOpen={isOpen} onClose={onClose}>
      <EmbedForm loading={<p>{t('embed.loading')}</p>} />
    </Dialog>
  );
}
