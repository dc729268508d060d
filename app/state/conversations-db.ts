/**
 * Conversations in IndexedDB: `head:<id>` is small and lists them, `body:<id>` holds the messages. A database of its own,
 * so that clearing models never touches what a person wrote.
 */
import { createStore, delMany, get, getMany, keys, setMany, type UseStore } from 'idb-keyval';
import { compactRecord } from '../routing/routing-record.ts';
import { type ConversationHead, isAnswering, type Message } from './messages.ts';

export interface ConversationsDb {
  /** Newest first. */
  list(): Promise<ConversationHead[]>;
  messages(id: string): Promise<Message[]>;
  save(head: ConversationHead, messages: readonly Message[]): Promise<void>;
  remove(id: string): Promise<void>;
}

export function openConversationsDb(name = 'mixtab-conversations'): ConversationsDb {
  const store: UseStore = createStore(name, 'conversations');
  return {
    async list() {
      const heads = (await keys<string>(store)).filter((key) => key.startsWith('head:'));
      const found = await getMany<ConversationHead | undefined>(heads, store);
      return found.filter((head) => head !== undefined).sort((a, b) => b.updatedAt - a.updatedAt);
    },
    async messages(id) {
      return ((await get<Message[]>(`body:${id}`, store)) ?? []).map(asLoaded);
    },
    async save(head, messages) {
      await setMany(
        [
          [`head:${head.id}`, head],
          [`body:${head.id}`, messages.map(asStored)],
        ],
        store,
      );
    },
    remove: (id) => delMany([`head:${id}`, `body:${id}`], store),
  };
}

function asStored(message: Message): Message {
  if (message.role === 'user' || message.routing === null) return message;
  return { ...message, routing: compactRecord(message.routing) };
}

/** An answer that was still streaming when it was saved will never go on: the tab that wrote it is gone. */
function asLoaded(message: Message): Message {
  if (message.role === 'user' || !isAnswering(message.status)) return message;
  return { ...message, status: { kind: 'interrupted' } };
}
