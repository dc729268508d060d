import './conversation.css';
import { ArrowDown } from 'lucide-react';
import { useEffect } from 'react';
import { useChat } from '../state/stores.tsx';
import { AnswerView } from './AnswerView.tsx';
import { EmptyState } from './EmptyState.tsx';
import { UserMessageView } from './UserMessageView.tsx';
import { useStickToBottom } from './use-stick-to-bottom.ts';

interface ConversationProps {
  onSuggestion(text: string): void;
}

export function Conversation({ onSuggestion }: ConversationProps) {
  const path = useChat((state) => state.path);
  const messages = path.map((entry) => entry.message);
  const conversation = useChat((state) => state.current?.id);
  const { scroller, content, isAtBottom, scrollToBottom } = useStickToBottom(messages.length > 0);
  const lastQuestion = messages.findLast(({ role }) => role === 'user')?.id;

  // Another conversation, or a new question: to the end, wherever the reader was.
  useEffect(scrollToBottom, [scrollToBottom, conversation, lastQuestion]);

  return (
    <div className="conversation">
      <div className="conversation-scroller" ref={scroller} tabIndex={-1}>
        <div ref={content}>
          {/* Not live: reading every token aloud helps nobody. `LiveStatus` says when an answer begins and ends. */}
          <div className="conversation-log" role="log" aria-label="Conversation" aria-live="off">
            {messages.map((message, index) =>
              message.role === 'user' ? (
                <UserMessageView key={message.id} message={message} />
              ) : (
                <AnswerView key={message.id} message={message} isLast={index === messages.length - 1} />
              ),
            )}
          </div>
          {messages.length === 0 && <EmptyState onSuggestion={onSuggestion} />}
        </div>
      </div>
      {!isAtBottom && (
        <button type="button" className="to-bottom" aria-label="Scroll to the end" onClick={scrollToBottom}>
          <ArrowDown size={18} />
        </button>
      )}
    </div>
  );
}
