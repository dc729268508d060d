/** What the browser has not stored, and why: what the page shows as kept is kept, and the rest is named here. */
import type { ConversationHead, Message } from './conversation.ts';
import type { Changes, HeadPatch } from './conversations-db.ts';

export type RefusalReason =
  /** No room, by the browser's own word. */
  | 'full'
  /** The browser's settings, or the frame that the page stands in, allow no storage at all. */
  | 'denied'
  /** Anything else; it may pass. */
  | 'refused';

/** Of one conversation. */
export interface Unsaved {
  readonly reason: RefusalReason;
  /** Messages that are not stored as they are shown. */
  readonly messages: number;
  /** Messages that are deleted on the page but still stored. */
  readonly deletions: number;
}

/** IndexedDB's errors are `DOMException`s; a transaction that was aborted by a call has none at all. */
export function refusalReason(error: unknown): RefusalReason {
  // Where storage is forbidden, Firefox has no `indexedDB` at all in some windows: a ReferenceError or TypeError.
  if (typeof indexedDB === 'undefined') return 'denied';
  if (!(error instanceof Error)) return 'refused';
  if (error.name === 'QuotaExceededError') return 'full';
  return error.name === 'SecurityError' ? 'denied' : 'refused';
}

/** Changes that are to be written in one transaction: of each record what it is to be in the end. */
export interface PendingChanges {
  readonly create: ConversationHead | undefined;
  readonly head: HeadPatch | undefined;
  readonly messages: ReadonlyMap<string, Message>;
  readonly deleted: ReadonlySet<string>;
}

const NOTHING: PendingChanges = { create: undefined, head: undefined, messages: new Map(), deleted: new Set() };

/** `before`, and then `changes`. */
export function withChanges(before: PendingChanges | undefined, changes: Changes): PendingChanges {
  const { create, head, messages, deleted } = before ?? NOTHING;
  const mergedMessages = new Map(messages);
  const mergedDeleted = new Set(deleted);
  for (const message of changes.messages ?? []) {
    mergedMessages.set(message.id, message);
    mergedDeleted.delete(message.id);
  }
  for (const id of changes.deleted ?? []) {
    mergedMessages.delete(id);
    mergedDeleted.add(id);
  }
  return {
    create: changes.create ?? create,
    head: head === undefined && changes.head === undefined ? undefined : { ...head, ...changes.head },
    messages: mergedMessages,
    deleted: mergedDeleted,
  };
}

export function asChanges({ create, head, messages, deleted }: PendingChanges): Changes {
  return {
    ...(create !== undefined && { create }),
    ...(head !== undefined && { head }),
    messages: [...messages.values()],
    deleted: [...deleted],
  };
}

/** What the page shows of a conversation: what is stored, and what is still to be written. */
export function withPending(stored: readonly Message[], pending: PendingChanges | null): Message[] {
  if (pending === null) return [...stored];
  const byId = new Map(stored.map((message) => [message.id, message]));
  for (const [id, message] of pending.messages) byId.set(id, withRoutingOf(message, byId.get(id)));
  for (const id of pending.deleted) byId.delete(id);
  return [...byId.values()];
}

/** A trace that was not read from the store is still there. */
function withRoutingOf(message: Message, stored: Message | undefined): Message {
  if (message.role === 'user' || message.routing !== null || stored?.role !== 'assistant') return message;
  return { ...message, routing: stored.routing };
}
