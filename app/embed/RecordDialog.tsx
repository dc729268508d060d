import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';
import type { RoutingRecord } from '../routing/routing-record.ts';

const RecordForm = lazyPart(() => import('./RecordForm.tsx'), ['embed']);

interface RecordDialogProps {
  readonly record: RoutingRecord;
  readonly messageId: string;
  readonly isOpen: boolean;
  onClose(): void;
}

/** Gives an answer away as a recording that plays back in other pages. */
export function RecordDialog({ record, messageId, isOpen, onClose }: RecordDialogProps) {
  const { t } = useTranslation('layout');
  return (
    <Dialog title={t('embed.recordTitle')} isOpen={isOpen} onClose={onClose}>
      <RecordForm record={record} messageId={messageId} loading={<p>{t('embed.loading')}</p>} />
    </Dialog>
  );
}
