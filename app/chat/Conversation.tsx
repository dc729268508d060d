import './conversation.css';
import { ArrowDown } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useChat, useStores } from '../state/stores.tsx';
import { EmptyState } from './EmptyState.tsx';
import { loadMarkdown } from './markdown/Markdown.tsx';
import { MessageList } from './MessageList.tsx';
import { ScrollHold } from './scroll-hold.ts';
import { useStickToBottom } from './use-stick-to-bottom.ts';

interface ConversationProps {
  onSuggestion(text: string): void;
  onOpenModel(): void;
}

export function Conversation({ onSuggestion, onOpenModel }: ConversationProps) {
  const { t } = useTranslation('chat');
  const isEmpty = useChat((state) => state.path.length === 0);
  const conversation = useChat((state) => state.current?.id);
  const lastQuestion = useChat(({ path }) => path.findLast(({ message }) => message.role === 'user')?.message.id);
  const { scroller, content, isAtBottom, scrollToBottom, release } = useStickToBottom(!isEmpty);

  // Another conversation, or a new question: to the end, wherever the reader was, unless a message is asked for.
  const { chat } = useStores();
  useEffect(() => {
    if (chat.getState().focusMessageId === null) scrollToBottom();
  }, [chat, scrollToBottom, conversation, lastQuestion]);

  // Soon there is something to render; without it, text is shown as it was written.
  useEffect(() => void loadMarkdown().catch(() => undefined), []);

  return (
    <div className="conversation">
      <div className="conversation-scroller" ref={scroller} tabIndex={-1}>
        <div ref={content}>
          {/* Not live: reading every token aloud helps nobody. `LiveStatus` says when an answer begins and ends. */}
          <div className="conversation-log" role="log" aria-label={t('conversation.name')} aria-live="off">
            <ScrollHold value={release}>
              <MessageList scroller={scroller} onPoint={release} />
            </ScrollHold>
          </div>
          {isEmpty && <EmptyState onSuggestion={onSuggestion} onOpenModel={onOpenModel} />}
        </div>
      </div>
      {!isAtBottom && (
        <button
          type="button"
          className="to-bottom"
          aria-label={t('conversation.toEnd')}
          data-tooltip={t('conversation.toEnd')}
          onClick={() => {
            scrollToBottom();
            // The button is about to vanish with the focus on it.
            scroller.current?.focus({ preventScroll: true });
          }}
        >
          <ArrowDown size={18} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
