import './sharing.css';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';
import type { RoutingRecord } from '../routing/routing-record.ts';
import { ShareForm } from './ShareForm.tsx';

export interface ShareDialogProps {
  readonly messageId: string;
  /** Null where it is not known which experts worked. */
  readonly record: RoutingRecord | null;
  onClose(): void;
}

/** Gives an answer away: as a link that plays it back, as a picture, as a file. */
export default function ShareDialog({ messageId, record, onClose }: ShareDialogProps) {
  const { t } = useTranslation('sharing');
  return (
    <Dialog title={t('title')} isOpen onClose={onClose} size="wide">
      <ShareForm messageId={messageId} record={record} />
    </Dialog>
  );
}
