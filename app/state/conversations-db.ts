/**
 * Conversations in IndexedDB: `head:<id>` is small and lists them, `body:<id>` holds the messages, `routing:<message id>`
 * the trace of one answer, so that saving while an answer streams does not write the older ones again. A database of its
 * own, so that clearing models never touches what a person wrote.
 */
import { createStore, delMany, get, getMany, keys, setMany, type UseStore } from 'idb-keyval';
import { compactRecord, type RoutingRecord } from '../routing/routing-record.ts';
import { type ConversationHead, isAnswering, type Message } from './messages.ts';

export interface ConversationsDb {
  /** Newest first. */
  list(): Promise<ConversationHead[]>;
  messages(id: string): Promise<Message[]>;
  save(head: ConversationHead, messages: readonly Message[]): Promise<void>;
  remove(id: string): Promise<void>;
}

const headKey = (id: string): string => `head:${id}`;
const bodyKey = (id: string): string => `body:${id}`;
const routingKey = (messageId: string): string => `routing:${messageId}`;

export function openConversationsDb(name = 'mixtab-conversations'): ConversationsDb {
  const store: UseStore = createStore(name, 'conversations');
  /** By message id, the records of the open conversation that lie in the store as they are. */
  const written = new Map<string, RoutingRecord>();

  const body = async (id: string): Promise<Message[]> => (await get<Message[]>(bodyKey(id), store)) ?? [];

  return {
    async list() {
      const heads = (await keys<string>(store)).filter((key) => key.startsWith(headKey('')));
      const found = await getMany<ConversationHead | undefined>(heads, store);
      return found.filter((head) => head !== undefined).sort((a, b) => b.updatedAt - a.updatedAt);
    },

    async messages(id) {
      const messages = await body(id);
      written.clear();
      const records = await getMany<RoutingRecord | undefined>(
        messages.map((message) => routingKey(message.id)),
        store,
      );
      return messages.map((message, index) => asLoaded(message, records[index] ?? null));

      function asLoaded(message: Message, routing: RoutingRecord | null): Message {
        if (message.role === 'user') return message;
        if (routing !== null) written.set(message.id, routing);
        // An answer that was still streaming when it was saved will never go on: the tab that wrote it is gone.
        const status = isAnswering(message.status) ? ({ kind: 'interrupted' } as const) : message.status;
        return { ...message, status, routing };
      }
    },

    async save(head, messages) {
      const records = messages
        .map((message) => ({ id: message.id, routing: message.role === 'assistant' ? message.routing : null }))
        .filter((entry): entry is { id: string; routing: RoutingRecord } => entry.routing !== null)
        .filter(({ id, routing }) => written.get(id) !== routing);
      await setMany(
        [
          [headKey(head.id), head],
          [bodyKey(head.id), messages.map(withoutRouting)],
          ...records.map(({ id, routing }): [string, unknown] => [routingKey(id), compactRecord(routing)]),
        ],
        store,
      );
      for (const { id, routing } of records) written.set(id, routing);
    },

    async remove(id) {
      const messages = await body(id);
      for (const message of messages) written.delete(message.id);
      await delMany([headKey(id), bodyKey(id), ...messages.map((message) => routingKey(message.id))], store);
    },
  };
}

function withoutRouting(message: Message): Message {
  return message.role === 'user' ? message : { ...message, routing: null };
}
