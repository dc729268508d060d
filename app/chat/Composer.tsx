import './composer.css';
import { ArrowUp, Paperclip, Square } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ServerMark } from '../server/ServerMark.tsx';
import { useServer } from '../server/use-server.ts';
import { useChat, useModel, useStores, useTab } from '../state/stores.tsx';
import { AttachmentList } from './AttachmentList.tsx';
import { LONG_PASTE_CHARACTERS } from './attachments.ts';
import { ComposerNotices } from './ComposerNotices.tsx';
import { ContextMeter } from './ContextMeter.tsx';
import { ConversationChoices } from './ConversationChoices.tsx';
import { ThinkingButton } from './ThinkingButton.tsx';
import { useCanAsk } from './use-can-ask.ts';
import { useDraft } from './use-draft.ts';
import { useGrowingField } from './use-growing-field.ts';
import { isComposing } from '../layout/input-method.ts';

const MAX_HEIGHT_PX = 220;

interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  onOpenModel(): void;
  onOpenSettings(): void;
}

/** Where questions are written, with their files. */
export function Composer({ field, onOpenModel, onOpenSettings }: ComposerProps) {
  const { t } = useTranslation(['chat', 'server']);
  const modelKind = useModel((state) => state.status.kind);
  const isAnswering = useChat((state) => state.answeringIn !== null);
  const isAnsweringHere = useChat((state) => state.answeringIn === state.current?.id);
  const send = useChat((state) => state.send);
  const isElsewhere = useTab((state) => state.status.kind === 'elsewhere');
  const canAsk = useCanAsk();
  const server = useServer();
  const { key, text, attachments, reading, store } = useDraft();
  const { chat } = useStores();
  /** It was tried to send what cannot be sent: why is said as long as it is so. */
  const [isRefused, setRefused] = useState(false);
  const isEmpty = text.trim() === '' && attachments.length === 0;
  const canSend = canAsk && !isEmpty && reading === 0;
  useGrowingField(field, text, MAX_HEIGHT_PX);

  function whyNot(): string {
    if (reading > 0) return t('composer.attachmentsReading');
    if (isAnswering) return t(isAnsweringHere ? 'composer.wait' : 'composer.waitElsewhere');
    if (isElsewhere) return t('composer.otherTab');
    return t('composer.noModel');
  }

  function submit(): void {
    setRefused(!canSend && !isEmpty);
    if (!canSend) return;
    store.clear(key);
    void send(text, attachments);
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && text === '' && !isAnswering) {
      const last = chat.getState().path.findLast(({ message }) => message.role === 'user');
      if (last === undefined) return;
      event.preventDefault();
      store.edit(last.message.id);
    }
  }

  function onPaste(event: ClipboardEvent<HTMLTextAreaElement>): void {
    const files = [...event.clipboardData.files];
    const pasted = event.clipboardData.getData('text/plain');
    if (pasted.length > LONG_PASTE_CHARACTERS) {
      event.preventDefault();
      const { selectionStart, selectionEnd } = event.currentTarget;
      store.addPasted(key, pasted, t('attachments.pastedName'), selectionStart, selectionEnd);
    } else if (pasted === '' && files.length > 0) {
      event.preventDefault();
      void store.addFiles(key, files);
    }
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <ServerMark />
      <ComposerNotices field={field} onOpenModel={onOpenModel} />
      <AttachmentList
        attachments={attachments}
        onRemove={(id) => {
          store.removeAttachment(key, id);
          field.current?.focus();
        }}
      />
      <textarea
        ref={field}
        dir="auto"
        aria-label={t('composer.message')}
        rows={1}
        value={text}
        placeholder={placeholder()}
        enterKeyHint="send"
        autoComplete="off"
        onChange={(event) => {
          setRefused(false);
          store.setText(key, event.target.value);
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className="composer-bar">
        <AttachButton onFiles={(files) => void store.addFiles(key, files)} />
        <ContextMeter onOpenModel={onOpenModel} />
        <ThinkingButton />
        <ConversationChoices onOpenSettings={onOpenSettings} onOpenModel={onOpenModel} />
        <p className="composer-hint" role="status">
          {reading > 0 || (isRefused && !canSend && !isEmpty) ? whyNot() : ''}
        </p>
        {isAnswering ? (
          <StopButton field={field} />
        ) : (
          <button
            type="submit"
            className="round-button"
            aria-label={t('composer.send')}
            data-tooltip={t('composer.send')}
            disabled={!canSend}
          >
            <ArrowUp size={20} aria-hidden="true" />
          </button>
        )}
      </div>
    </form>
  );

  function placeholder(): string {
    if (server !== null) return t('server:composer.placeholder', { host: server.host });
    if (isElsewhere) return t('composer.placeholderElsewhere');
    if (modelKind === 'loading') return t('composer.placeholderLoading');
    return modelKind === 'none' ? t('composer.placeholderNoModel') : t('composer.placeholder');
  }
}

function StopButton({ field }: Pick<ComposerProps, 'field'>) {
  const { t } = useTranslation('chat');
  const stop = useChat((state) => state.stop);
  return (
    <button
      type="button"
      className="round-button"
      aria-label={t('composer.stop')}
      data-tooltip={t('composer.stop')}
      onClick={(event) => {
        // Send was in this place: the second half of a double click is not meant for Stop.
        if (event.detail > 1) return;
        void stop();
        // Stop is about to vanish and would take the focus with it; on a phone the keyboard stays down.
        if (matchMedia('(pointer: fine)').matches) field.current?.focus();
      }}
    >
      <Square size={16} fill="currentColor" aria-hidden="true" />
    </button>
  );
}

function AttachButton({ onFiles }: { onFiles(files: readonly File[]): void }) {
  const { t } = useTranslation('chat');
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={t('attachments.add')}
        data-tooltip={t('attachments.add')}
        onClick={() => input.current?.click()}
      >
        <Paperclip size={18} aria-hidden="true" />
      </button>
      {/* No `accept`: source code has hundreds of endings, and what is no text is refused with a reason. */}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('attachments.add')}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = ''; // the same file can be chosen again
        }}
      />
    </>
  );
}
