/**
 * Conversations in IndexedDB: `head:<id>` is small and lists them; `message:<conversation>:<id>` holds one message and
 * `routing:<conversation>:<id>` the trace of one answer, so that saving while an answer streams writes that answer alone, and
 * two tabs that add to one conversation never overwrite each other. A database of its own, so that clearing models never
 * touches what a person wrote.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval';
import { inTransaction, keyvalStore } from '../../idb/keyval-store.ts';
import { compactRecord, type RoutingRecord } from '../routing/routing-record.ts';
import { orInMemory } from '../storage/database.ts';
import type { ConversationHead, Message } from './conversation.ts';
import { migrateConversations } from './conversations-migration.ts';

export type HeadPatch = Partial<Omit<ConversationHead, 'id'>>;

/** A conversation with everything that belongs to it. */
export interface StoredConversation {
  readonly head: ConversationHead;
  /** Their `routing` is that of the store. */
  readonly messages: readonly Message[];
}

export interface Changes {
  /** The head of a conversation that may not be stored yet; one that is stored already keeps what it has. */
  readonly create?: ConversationHead;
  /** Only what this tab changed: the rest may have been changed by another. */
  readonly head?: HeadPatch;
  readonly messages?: readonly Message[];
  /** Ids of messages to delete. */
  readonly deleted?: readonly string[];
}

export interface ConversationsDb {
  readonly name: string;
  /** Pinned ones first, then the newest. */
  heads(): Promise<ConversationHead[]>;
  head(id: string): Promise<ConversationHead | null>;
  /** In no order, and without routing. */
  messages(id: string): Promise<Message[]>;
  /** Messages of all conversations, without routing, with the id of theirs. */
  allMessages(): Promise<{ readonly conversation: string; readonly message: Message }[]>;
  message(conversation: string, id: string): Promise<Message | null>;
  routing(conversation: string, messageIds: readonly string[]): Promise<ReadonlyMap<string, RoutingRecord>>;
  /**
   * Writes all changes or none. `updatedAt` never goes back.
   * @returns the head as it is stored now; null, and nothing is written, where the conversation is not there (any more).
   */
  write(id: string, changes: Changes): Promise<ConversationHead | null>;
  /** @returns what was deleted, so that it can be written again; null where there was nothing. */
  remove(id: string): Promise<StoredConversation | null>;
}

const HEADS = rangeOf('head:');
const MESSAGES = rangeOf('message:');

const headKey = (id: string): string => `head:${id}`;
const messagesOf = (conversation: string): string => `message:${conversation}:`;
const routingOf = (conversation: string): string => `routing:${conversation}:`;

/** All keys that begin so. */
function rangeOf(prefix: string): [string, string] {
  return [prefix, `${prefix}\uffff`];
}

export function compareHeads(a: ConversationHead, b: ConversationHead): number {
  return Number(b.isPinned) - Number(a.isPinned) || b.updatedAt - a.updatedAt;
}

export function openConversationsDb(name = 'mixtab-conversations'): ConversationsDb {
  const store: UseStore = orInMemory(keyvalStore(name, 'conversations'));
  /** Records that lie in the store as they are: they never change once they are made. */
  const written = new WeakSet<RoutingRecord>();
  let migrated: Promise<void> | null = null;

  async function read<T>(callback: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    await migrate();
    return store('readonly', callback);
  }

  /** Resolves when the transaction is complete. */
  async function change<T>(callback: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    await migrate();
    return inTransaction(store, callback);
  }

  /** Once; again after a failure, because the next try may find room. */
  function migrate(): Promise<void> {
    migrated ??= migrateConversations(store).catch((error: unknown) => {
      migrated = null;
      throw error;
    });
    return migrated;
  }

  function putMessage(objects: IDBObjectStore, conversation: string, message: Message): void {
    objects.put(withoutRouting(message), messagesOf(conversation) + message.id);
    if (message.role === 'user' || message.routing === null || written.has(message.routing)) return;
    objects.put(compactRecord(message.routing), routingOf(conversation) + message.id);
  }

  return {
    name,

    heads: () =>
      read(async (objects) => {
        const heads = await promisifyRequest<ConversationHead[]>(objects.getAll(IDBKeyRange.bound(...HEADS)));
        return heads.sort(compareHeads);
      }),

    head: (id) => read(async (objects) => (await getRecord<ConversationHead>(objects, headKey(id))) ?? null),

    messages: (id) =>
      read((objects) => promisifyRequest<Message[]>(objects.getAll(IDBKeyRange.bound(...rangeOf(messagesOf(id)))))),

    allMessages: () =>
      read(async (objects) => {
        const range = IDBKeyRange.bound(...MESSAGES);
        const [keys, messages] = await Promise.all([
          keysOf(objects, range),
          promisifyRequest<Message[]>(objects.getAll(range)),
        ]);
        return messages.map((message, index) => ({ conversation: keys[index]?.split(':')[1] ?? '', message }));
      }),

    message: (conversation, id) =>
      read(async (objects) => (await getRecord<Message>(objects, messagesOf(conversation) + id)) ?? null),

    routing: (conversation, messageIds) =>
      read(async (objects) => {
        const records = await Promise.all(
          messageIds.map((id) => getRecord<RoutingRecord>(objects, routingOf(conversation) + id)),
        );
        const found = new Map<string, RoutingRecord>();
        messageIds.forEach((id, index) => {
          const record = records[index];
          if (record === undefined) return;
          written.add(record);
          found.set(id, record);
        });
        return found;
      }),

    write: async (id, changes) => {
      const head = await change(async (objects) => {
        const stored = await getRecord<ConversationHead>(objects, headKey(id));
        const before = stored ?? changes.create;
        if (before === undefined) return null;
        const updatedAt = Math.max(before.updatedAt, changes.head?.updatedAt ?? 0);
        const after: ConversationHead = { ...before, ...changes.head, updatedAt };
        objects.put(after, headKey(id));
        for (const message of changes.messages ?? []) putMessage(objects, id, message);
        for (const messageId of changes.deleted ?? []) {
          objects.delete(messagesOf(id) + messageId);
          objects.delete(routingOf(id) + messageId);
        }
        return after;
      });
      if (head === null) return null;
      for (const message of changes.messages ?? []) {
        if (message.role === 'assistant' && message.routing !== null) written.add(message.routing);
      }
      return head;
    },

    remove: (id) =>
      change(async (objects) => {
        const messageRange = IDBKeyRange.bound(...rangeOf(messagesOf(id)));
        const routingRange = IDBKeyRange.bound(...rangeOf(routingOf(id)));
        const [head, messages, keys, records] = await Promise.all([
          getRecord<ConversationHead>(objects, headKey(id)),
          promisifyRequest<Message[]>(objects.getAll(messageRange)),
          keysOf(objects, routingRange),
          promisifyRequest<RoutingRecord[]>(objects.getAll(routingRange)),
        ]);
        objects.delete(headKey(id));
        objects.delete(messageRange);
        objects.delete(routingRange);
        if (head === undefined) return null;
        const byMessage = new Map(keys.map((key, index) => [key.split(':')[2], records[index]]));
        return { head, messages: messages.map((message) => withRouting(message, byMessage.get(message.id))) };
      }),
  };
}

function getRecord<T>(objects: IDBObjectStore, key: string): Promise<T | undefined> {
  return promisifyRequest<T | undefined>(objects.get(key));
}

/** All keys of this store are strings. */
function keysOf(objects: IDBObjectStore, range: IDBKeyRange): Promise<string[]> {
  return promisifyRequest(objects.getAllKeys(range) as IDBRequest<string[]>);
}

/** A trace that lies in the store is known by its identity; this one is no longer there and is to be written again. */
export function asUnwritten(message: Message): Message {
  if (message.role === 'user' || message.routing === null) return message;
  return { ...message, routing: { ...message.routing } };
}

function withoutRouting(message: Message): Message {
  return message.role === 'user' || message.routing === null ? message : { ...message, routing: null };
}

function withRouting(message: Message, routing: RoutingRecord | undefined): Message {
  return message.role === 'user' || routing === undefined ? message : { ...message, routing };
}
