import { X } from 'lucide-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bytes, count } from '../layout/quantities.ts';
import { useChat } from '../state/stores.tsx';
import { notKeptStore } from '../storage/not-kept.ts';
import { type AttachmentProblem, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from './attachments.ts';
import { TooLong } from './TooLong.tsx';
import { useDraft } from './use-draft.ts';

interface ComposerNoticesProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  onOpenModel(): void;
}

/** An answer under way in another conversation; what happened to files: those that were refused, and a paste that became one. */
export function ComposerNotices({ field, onOpenModel }: ComposerNoticesProps) {
  const { t } = useTranslation('chat');
  const { key, store } = useDraft();
  // Where no draft is kept at all, the note below the composer says so.
  const isSaid = useStore(notKeptStore, ({ notKept }) => notKept.includes('drafts'));
  const hasPasted = store.pasted?.key === key;

  function words({ kind, name }: AttachmentProblem): string {
    switch (kind) {
      case 'too-many':
        return t('attachments.problems.too-many', { name, limit: count(MAX_ATTACHMENTS) });
      case 'too-large':
        return t('attachments.problems.too-large', { name, limit: bytes(MAX_ATTACHMENT_BYTES) });
      case 'binary':
      case 'pdf':
      case 'encoding':
      case 'empty':
      case 'unreadable':
        return t(`attachments.problems.${kind}`, { name });
      default:
        return kind satisfies never;
    }
  }

  return (
    <div className="composer-notices" role="status">
      <AnsweringElsewhere />
      <TooLong onOpenModel={onOpenModel} />
      {store.problems.length > 0 && (
        <div className="composer-notice">
          <ul>
            {store.problems.map((problem) => (
              <li key={problem.name}>{words(problem)}</li>
            ))}
          </ul>
          <Dismiss field={field} />
        </div>
      )}
      {store.unkept.has(key) && !isSaid && (
        <div className="composer-notice">
          <span>{t('attachments.notKept')}</span>
        </div>
      )}
      {hasPasted && (
        <div className="composer-notice">
          <span>{t('attachments.pasted')}</span>
          <button
            type="button"
            className="text-button"
            onClick={() => {
              store.undoPaste();
              field.current?.focus();
            }}
          >
            {t('attachments.undoPaste')}
          </button>
          <Dismiss field={field} />
        </div>
      )}
    </div>
  );
}

/** The model is busy with a conversation that is not the open one: which, and the way there. */
function AnsweringElsewhere() {
  const { t } = useTranslation('chat');
  const head = useChat(({ answeringIn, current, heads }) =>
    answeringIn === current?.id ? undefined : heads.find(({ id }) => id === answeringIn),
  );
  const select = useChat((state) => state.select);
  if (head === undefined) return null;
  return (
    <div className="composer-notice">
      <span>{t('composer.answeringElsewhere', { title: head.title })}</span>
      <button type="button" className="text-button" onClick={() => void select(head.id)}>
        {t('composer.goThere')}
      </button>
    </div>
  );
}

function Dismiss({ field }: Pick<ComposerNoticesProps, 'field'>) {
  const { t } = useTranslation('chat');
  const { store } = useDraft();
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={t('attachments.dismiss')}
      onClick={() => {
        store.dismiss();
        field.current?.focus();
      }}
    >
      <X size={16} aria-hidden="true" />
    </button>
  );
}
