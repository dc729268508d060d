/** What a conversation is made of. These records are written to IndexedDB as they are: plain data only. */
import type { ChatMessage, EngineErrorData, FinishReason, GenerateTimings } from '../../engine/api.ts';
import type { RoutingRecord } from '../routing/routing-record.ts';

export interface UserMessage {
  readonly id: string;
  readonly role: 'user';
  readonly content: string;
}

export type AnswerStatus =
  /** Sent; nothing came back yet. */
  | { readonly kind: 'waiting' }
  /** The model reads the prompt: tokens done of total. */
  | { readonly kind: 'reading'; readonly done: number; readonly total: number }
  /** `since`: milliseconds on the `performance.now()` clock when the first token came. */
  | { readonly kind: 'streaming'; readonly tokens: number; readonly since: number }
  | { readonly kind: 'done'; readonly finishReason: FinishReason; readonly timings: GenerateTimings }
  | { readonly kind: 'failed'; readonly error: EngineErrorData }
  /** The tab was closed while the answer streamed. */
  | { readonly kind: 'interrupted' };

export interface AssistantMessage {
  readonly id: string;
  readonly role: 'assistant';
  /** Exactly what was streamed, `<think>` included: the next turn sends it back and so finds its KV prefix again. */
  readonly content: string;
  readonly status: AnswerStatus;
  /** Name of the model that answered. */
  readonly model: string;
  readonly routing: RoutingRecord | null;
}

export type Message = UserMessage | AssistantMessage;

/** What the sidebar needs to know of a conversation. */
export interface ConversationHead {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

const TITLE_CHARACTERS = 60; // about two lines of the sidebar

/** A title from the first message: its first line, cut at a word. */
export function titleOf(firstMessage: string): string {
  const line = firstMessage.trim().split('\n', 1)[0]?.replace(/\s+/g, ' ') ?? '';
  const characters = [...line];
  if (characters.length <= TITLE_CHARACTERS) return line === '' ? 'Conversation' : line;
  const cut = characters.slice(0, TITLE_CHARACTERS).join('');
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), TITLE_CHARACTERS / 2)).trimEnd()}…`;
}

export function isAnswering(status: AnswerStatus): boolean {
  return status.kind === 'waiting' || status.kind === 'reading' || status.kind === 'streaming';
}

/**
 * The conversation as the engine gets it. Answers that stayed empty (stopped or failed before the first token) are left
 * out and the questions around them joined, because many chat templates insist that user and assistant alternate.
 */
export function toChatMessages(messages: readonly Message[], systemPrompt: string): ChatMessage[] {
  const chat: ChatMessage[] = [];
  if (systemPrompt.trim() !== '') chat.push({ role: 'system', content: systemPrompt });
  for (const { role, content } of messages) {
    if (role === 'assistant' && content === '') continue;
    const last = chat.at(-1);
    if (role === 'user' && last?.role === 'user') {
      chat[chat.length - 1] = { role, content: `${last.content}\n\n${content}` };
    } else {
      chat.push({ role, content });
    }
  }
  return chat;
}
