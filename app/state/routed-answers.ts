/** The answers of any conversation whose routing is known, with what they answer: to set two of them side by side. */
import type { ChatCore } from './chat-core.ts';
import type { RoutedAnswer } from './chat-state.ts';
import type { Message } from './conversation.ts';

/** Of all branches, oldest first. Those of a conversation that is not there (any more): none. */
export async function routedAnswers(core: ChatCore, conversation: string): Promise<readonly RoutedAnswer[]> {
  const messages = await core.messagesOf(conversation);
  const byId = new Map<string, Message>(messages.map((message) => [message.id, message]));
  const answers = messages.filter((message) => message.role === 'assistant');
  const absent = answers.filter(({ routing }) => routing === null).map(({ id }) => id);
  const stored = absent.length > 0 ? await core.db.routing(conversation, absent) : new Map<string, never>();
  return answers
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .flatMap(({ id, parentId, createdAt, model, routing }) => {
      const record = routing ?? stored.get(id);
      if (record === undefined) return [];
      const question = parentId === null ? '' : (byId.get(parentId)?.content ?? '');
      return [{ messageId: id, question, createdAt, model, routing: record }];
    });
}
