/** The answers of any conversation, with what they answer and their routing where that is known: to set two of them side by side. */
import type { ChatCore } from './chat-core.ts';
import type { PastAnswer } from './chat-state.ts';
import { isAnswering, isUnwritten, type Message } from './conversation.ts';

/** Of all branches, oldest first. Those of a conversation that is not there (any more): none. */
export async function pastAnswers(core: ChatCore, conversation: string): Promise<readonly PastAnswer[]> {
  const messages = await core.messagesOf(conversation);
  const byId = new Map<string, Message>(messages.map((message) => [message.id, message]));
  const answers = messages
    .filter((message) => message.role === 'assistant')
    .filter((message) => !isUnwritten(message) && !isAnswering(message.status));
  const absent = answers.filter(({ routing }) => routing === null).map(({ id }) => id);
  const stored = absent.length > 0 ? await core.db.routing(conversation, absent) : new Map<string, never>();
  return answers
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .map(({ id, parentId, createdAt, model, host, content, reasoning, routing, steering }) => ({
      messageId: id,
      question: parentId === null ? '' : (byId.get(parentId)?.content ?? ''),
      ...{ createdAt, model, content, reasoning },
      host: host ?? null,
      routing: routing ?? stored.get(id) ?? null,
      ...(steering !== undefined && { isSteered: true as const }),
    }));
}
