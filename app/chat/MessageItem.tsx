import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PathEntry } from '../state/conversation.ts';
import { AnswerView } from './AnswerView.tsx';
import { MessageBoundary } from './MessageBoundary.tsx';
import { UserMessageView } from './UserMessageView.tsx';

interface MessageItemProps {
  readonly entry: PathEntry;
  readonly index: number;
  readonly total: number;
  readonly namesModel: boolean;
  /** Older messages no longer fit into the context. */
  readonly isFirstRead: boolean;
  /** It was searched for. */
  readonly isPointed: boolean;
}

/** A message at its place in the conversation. */
export const MessageItem = memo(function MessageItem({
  entry: { message, siblings },
  index,
  total,
  namesModel,
  isFirstRead,
  isPointed,
}: MessageItemProps) {
  const { t } = useTranslation('chat');
  const isLast = index === total - 1;
  return (
    <div className="message-item" data-index={index} data-message={message.id} data-pointed={isPointed}>
      {isFirstRead && (
        <p className="context-edge">
          <span>{t('context.readsFromHere')}</span>
        </p>
      )}
      <MessageBoundary source={message.content} resetKey={message.id}>
        {message.role === 'user' ? (
          <UserMessageView message={message} siblings={siblings} />
        ) : (
          <AnswerView message={message} siblings={siblings} isLast={isLast} namesModel={namesModel} />
        )}
      </MessageBoundary>
    </div>
  );
});
