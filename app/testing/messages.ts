/** Messages and heads for tests. */
import type { AssistantMessage, ConversationHead, UserMessage } from '../state/conversation.ts';

const DONE: AssistantMessage['status'] = {
  kind: 'done',
  finishReason: 'stop',
  timings: { promptTokens: 1, reusedTokens: 0, prefillMs: 1, outputTokens: 1, decodeMs: 1 },
};

export function question(id: string, parentId: string | null, createdAt: number, content = `Ask ${id}`): UserMessage {
  return { id, parentId, createdAt, role: 'user', content, attachments: [] };
}

export function answer(
  id: string,
  parentId: string | null,
  createdAt: number,
  content = `Say ${id}`,
): AssistantMessage {
  return {
    id,
    parentId,
    createdAt,
    role: 'assistant',
    content,
    reasoning: null,
    toolCalls: [],
    tokens: null,
    status: DONE,
    model: 'Fake',
    reasoningMs: null,
    routing: null,
  };
}

export function head(id: string, change: Partial<ConversationHead> = {}): ConversationHead {
  return {
    id,
    title: `Title ${id}`,
    createdAt: 1,
    updatedAt: 1,
    isPinned: false,
    leafId: null,
    settings: null,
    model: null,
    ...change,
  };
}
