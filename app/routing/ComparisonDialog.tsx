import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';
import type { RoutingRecord } from './routing-record.ts';

const Comparison = lazyPart(() => import('./Comparison.tsx'));

interface ComparisonDialogProps {
  readonly record: RoutingRecord | null;
  readonly messageId: string | null;
  readonly isOpen: boolean;
  onClose(): void;
}

export function ComparisonDialog({ record, messageId, isOpen, onClose }: ComparisonDialogProps) {
  const { t } = useTranslation('routing');
  return (
    <Dialog title={t('compare.title')} isOpen={isOpen} onClose={onClose}>
      <Comparison record={record} messageId={messageId} loading={<p>{t('loading')}</p>} />
    </Dialog>
  );
}
