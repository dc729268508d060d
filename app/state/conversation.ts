/**
 * What a conversation is made of. A conversation is a tree: a message that is edited, or an answer that is asked for again,
 * becomes a sibling of the one before, and nothing that was written is lost. What the page shows is one path from the root to
 * a leaf. These records are written to IndexedDB as they are: plain data only, one record a message, so that two tabs that
 * add to the same conversation never overwrite each other.
 */
import type { EngineErrorData, FinishReason, GenerateTimings, ToolCall, RoutingRequest } from '../../engine/api.ts';
import type { RoutingRecord } from '../routing/routing-record.ts';
import type { SamplingSettings } from './settings-store.ts';

/** A text file that was attached to a question; the model reads its text before the question. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  /** Of the file as it was chosen. */
  readonly bytes: number;
  readonly text: string;
}

interface MessageBase {
  readonly id: string;
  /** The message that this one follows; null for the first of a conversation. */
  readonly parentId: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface UserMessage extends MessageBase {
  readonly role: 'user';
  readonly content: string;
  readonly attachments: readonly Attachment[];
}

export interface AnswerTimings extends GenerateTimings {
  /** From the question to the first token: reading, and all else that it waited for. Older answers do not know. */
  readonly firstTokenMs?: number;
}

export type AnswerStatus =
  /** Sent; nothing came back yet. `place`: so many requests go before it, of other tabs mostly. */
  | { readonly kind: 'waiting'; readonly place?: number }
  /** The model reads the prompt: tokens done of total. */
  | { readonly kind: 'reading'; readonly done: number; readonly total: number }
  /** `since`: milliseconds on the `performance.now()` clock when the first token came. */
  | { readonly kind: 'streaming'; readonly tokens: number; readonly since: number }
  | { readonly kind: 'done'; readonly finishReason: FinishReason; readonly timings: AnswerTimings }
  | { readonly kind: 'failed'; readonly error: EngineErrorData }
  /** The tab was closed while the answer streamed. */
  | { readonly kind: 'interrupted' }
  /** Written or changed by the person. */
  | { readonly kind: 'edited' };

export interface AssistantMessage extends MessageBase {
  readonly role: 'assistant';
  /** The answer itself, without what the model thought before it. */
  readonly content: string;
  /** Null where it did not reason. */
  readonly reasoning: string | null;
  /** Calls of tools that it wrote, unasked. */
  readonly toolCalls: readonly ToolCall[];
  /**
   * What it was generated as: the next turn sends it along, and so finds all of it in the KV cache. Null while it is being
   * written, where that is not known, and of very long ones.
   */
  readonly tokens: readonly number[] | null;
  readonly status: AnswerStatus;
  /** Name of the model that answered. */
  readonly model: string;
  /** Of the server that answered, with its port. Absent: it was written on this device, in this page. */
  readonly host?: string;
  /** Milliseconds that the reasoning took; null where there was none, or it is not over. */
  readonly reasoningMs: number | null;
  readonly routing: RoutingRecord | null;
  /** What it was sampled with, where a seed was chosen for it. */
  readonly seed?: number;
  /** The answer of another model to the same question that it was asked for to stand beside: shown next to it. */
  readonly beside?: string;
  /** Set where experts were chosen otherwise than the model does. */
  readonly steering?: AnswerSteering;
}

/** How experts were chosen for an answer, and which answer to the same question it is to be compared with. */
export interface AnswerSteering {
  readonly routing: RoutingRequest;
  readonly insteadOf: string;
}

export type Message = UserMessage | AssistantMessage;

/** Whether nothing of an answer was written: it failed, or was stopped before its first word. */
export function isUnwritten({ content, reasoning, toolCalls }: AssistantMessage): boolean {
  return content === '' && reasoning === null && toolCalls.length === 0;
}

/** Whether a model thought and then said nothing. */
export function isUnanswered({ content, reasoning, toolCalls }: AssistantMessage): boolean {
  return content === '' && reasoning !== null && toolCalls.length === 0;
}

/** Whether more of the answer is to come. */
export function isAnswering(
  status: AnswerStatus,
): status is Extract<AnswerStatus, { kind: 'waiting' | 'reading' | 'streaming' }> {
  return status.kind === 'waiting' || status.kind === 'reading' || status.kind === 'streaming';
}

/** A model as a conversation remembers it. */
export interface ModelChoice {
  readonly name: string;
  readonly source:
    | { readonly kind: 'bundled' }
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'stored'; readonly id: string }
    /** `url`: base of the server's API. `isForeign`: it came in with a file, and the person has not agreed to it yet. */
    | { readonly kind: 'server'; readonly url: string; readonly model: string; readonly isForeign?: true }
    /** Files of this device that are opened where they lie; `id`: see `models/disk/disk-files.ts`. */
    | { readonly kind: 'disk'; readonly id: string };
}

/** What the sidebar needs to know of a conversation, and what goes with it. */
export interface ConversationHead {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly isPinned: boolean;
  /** End of the path that is shown; null while there is no message. */
  readonly leafId: string | null;
  /** Where this conversation differs from the global settings; null where it does not. */
  readonly settings: Partial<SamplingSettings> | null;
  /** The model that it is held with; null: whichever is loaded. */
  readonly model: ModelChoice | null;
}

/** A message with its place among its alternatives. */
export interface PathEntry {
  readonly message: Message;
  /** Ids of all messages with the same parent and role, oldest first; the message itself is one of them. */
  readonly siblings: readonly string[];
}
