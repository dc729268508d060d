import './attachments.css';
import { FileText, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';
import { bytes, count } from '../layout/quantities.ts';
import type { Attachment } from '../state/conversation.ts';
import { countLines } from './attachments.ts';

/** A kilobyte. */
const MIN_BYTES = 1000;

interface AttachmentListProps {
  readonly attachments: readonly Attachment[];
  /** Where files can still be taken away. */
  onRemove?(id: string): void;
}

/** Files of a message, each with its size; a click shows its text. */
export function AttachmentList({ attachments, onRemove }: AttachmentListProps) {
  const { t } = useTranslation('chat');
  const [shown, setShown] = useState<Attachment | null>(null);
  if (attachments.length === 0) return null;
  return (
    <>
      <ul className="attachments" aria-label={t('attachments.list')}>
        {attachments.map((attachment) => (
          <li key={attachment.id} className="attachment">
            <button
              type="button"
              className="attachment-open"
              aria-label={t('attachments.open', { name: attachment.name })}
              aria-haspopup="dialog"
              onClick={() => setShown(attachment)}
            >
              <FileText size={18} aria-hidden="true" />
              <span>
                <strong>{attachment.name}</strong>
                <small>
                  <Size attachment={attachment} />
                </small>
              </span>
            </button>
            {onRemove !== undefined && (
              <button
                type="button"
                className="icon-button"
                aria-label={t('attachments.remove', { name: attachment.name })}
                onClick={() => onRemove(attachment.id)}
              >
                <X size={16} aria-hidden="true" />
              </button>
            )}
          </li>
        ))}
      </ul>
      <Dialog title={shown?.name ?? ''} isOpen={shown !== null} onClose={() => setShown(null)}>
        {shown !== null && (
          <div className="attachment-preview">
            <p>
              <Size attachment={shown} />
            </p>
            <pre tabIndex={0} aria-label={shown.name}>
              {shown.text}
            </pre>
          </div>
        )}
      </Dialog>
    </>
  );
}

function Size({ attachment }: { readonly attachment: Attachment }) {
  const { t } = useTranslation('chat');
  const lines = countLines(attachment.text);
  // Rounded up, as file managers do: no file is "0 kB".
  return `${bytes(Math.max(MIN_BYTES, attachment.bytes))} · ${t('attachments.lines', { count: lines, formatted: count(lines) })}`;
}
