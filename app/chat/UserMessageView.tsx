import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PathEntry, UserMessage } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';
import { AttachmentList } from './AttachmentList.tsx';
import { BranchSwitcher } from './BranchSwitcher.tsx';
import { CopyButton } from './CopyButton.tsx';
import { EditAndDelete } from './EditAndDelete.tsx';
import { TextPieces } from './markdown/PlainText.tsx';
import { MessageEditor } from './MessageEditor.tsx';
import { useEditing } from './use-editing.ts';

interface UserMessageViewProps {
  readonly message: UserMessage;
  readonly siblings: PathEntry['siblings'];
}

export const UserMessageView = memo(function UserMessageView({ message, siblings }: UserMessageViewProps) {
  const { t } = useTranslation('chat');
  const { article, isEditing, close } = useEditing(message.id);
  const edit = useChat((state) => state.edit);
  return (
    <article ref={article} className="message message-user" aria-label={t('conversation.you')} tabIndex={-1}>
      {isEditing ? (
        <MessageEditor
          kind="question"
          text={message.content}
          attachments={message.attachments}
          onCancel={close}
          onSave={(text, attachments) => {
            close();
            void edit(message.id, text, attachments);
          }}
        />
      ) : (
        <>
          <AttachmentList attachments={message.attachments} />
          {message.content !== '' && (
            <p className="message-bubble" dir="auto">
              <TextPieces text={message.content} />
            </p>
          )}
          <QuestionActions message={message} siblings={siblings} />
        </>
      )}
    </article>
  );
});

function QuestionActions({ message, siblings }: UserMessageViewProps) {
  const { t } = useTranslation('chat');
  const isAnswering = useChat((state) => state.answeringIn !== null);
  return (
    <div className="message-actions">
      <div className="message-actions-quiet">
        {message.content !== '' && <CopyButton text={message.content} label={t('actions.copyQuestion')} />}
        {!isAnswering && <EditAndDelete message={message} />}
      </div>
      <BranchSwitcher message={message} siblings={siblings} />
    </div>
  );
}
