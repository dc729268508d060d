import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '../state/conversation.ts';
import { AttachmentList } from './AttachmentList.tsx';
import { useGrowingField } from './use-growing-field.ts';
import { isComposing } from '../layout/input-method.ts';

const MAX_HEIGHT_PX = 480;

interface MessageEditorProps {
  readonly kind: 'question' | 'answer';
  readonly text: string;
  readonly attachments: readonly Attachment[];
  onSave(text: string, attachments: readonly Attachment[]): void;
  onCancel(): void;
}

/** Edits a message in its place. What is saved becomes another version of it. */
export function MessageEditor({
  kind,
  text: present,
  attachments: presentFiles,
  onSave,
  onCancel,
}: MessageEditorProps) {
  const { t } = useTranslation('chat');
  const [text, setText] = useState(present);
  const [attachments, setAttachments] = useState(presentFiles);
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowingField(field, text, MAX_HEIGHT_PX);
  const isEmpty = text.trim() === '' && attachments.length === 0;

  useEffect(() => {
    const area = field.current;
    area?.focus({ preventScroll: true });
    area?.setSelectionRange(area.value.length, area.value.length);
    area?.scrollIntoView({ block: 'nearest' });
  }, []);

  function save(): void {
    if (!isEmpty) onSave(text, attachments);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation(); // the drawer or the answer behind it is not meant
      onCancel();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
  }

  return (
    <form
      className="message-editor"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <AttachmentList
        attachments={attachments}
        onRemove={(id) => setAttachments(attachments.filter((one) => one.id !== id))}
      />
      <textarea
        ref={field}
        dir="auto"
        aria-label={kind === 'question' ? t('editor.question') : t('editor.answer')}
        value={text}
        rows={1}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="message-editor-note">{t('editor.keepsOther')}</p>
      <div className="button-row">
        <button type="submit" className="button button-primary" disabled={isEmpty}>
          {kind === 'question' ? t('editor.saveAndSend') : t('editor.save')}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t('editor.cancel')}
        </button>
      </div>
    </form>
  );
}
