import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';
import type { RoutingRecord } from './routing-record.ts';

const Comparison = lazyPart(() => import('./Comparison.tsx'), ['routing']);

interface ComparisonDialogProps {
  readonly record: RoutingRecord | null;
  readonly messageId: string | null;
  /** An answer of this conversation to compare with at once: it is A. */
  readonly withId?: string;
  readonly isOpen: boolean;
  onClose(): void;
}

export function ComparisonDialog({ record, messageId, withId, isOpen, onClose }: ComparisonDialogProps) {
  const { t } = useTranslation('layout');
  return (
    <Dialog title={t('routing.compareTitle')} isOpen={isOpen} onClose={onClose}>
      <Comparison
        record={record}
        messageId={messageId}
        {...(withId !== undefined && { withId })}
        loading={<p>{t('routing.loading')}</p>}
      />
    </Dialog>
  );
}
