import { memo } from 'react';
import type { UserMessage } from '../state/conversation.ts';

export const UserMessageView = memo(function UserMessageView({ message }: { readonly message: UserMessage }) {
  return (
    <article className="message message-user" aria-label="You">
      <p>{message.content}</p>
    </article>
  );
});
