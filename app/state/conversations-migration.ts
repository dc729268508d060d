/**
 * From the first layout of the database, in which a conversation was a list (`body:<id>`) and a trace had the key
 * `routing:<message id>`, to one record a message. One transaction a conversation: what was done when a tab is closed stays
 * done, and the next visit goes on. A tab that still runs the old page may write another `body`, so every start looks.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval';
import { inTransaction } from '../../idb/keyval-store.ts';
import type { AnswerStatus, ConversationHead, Message } from './conversation.ts';

const BODY = 'body:';

interface OldHead {
  readonly id: string;
  readonly title: string;
  readonly updatedAt: number;
}

type OldMessage =
  | { readonly id: string; readonly role: 'user'; readonly content: string }
  | {
      readonly id: string;
      readonly role: 'assistant';
      readonly content: string;
      readonly status: AnswerStatus;
      readonly model: string;
    };

export async function migrateConversations(store: UseStore): Promise<void> {
  const bodies = await store('readonly', (objects) =>
    promisifyRequest(objects.getAllKeys(IDBKeyRange.bound(BODY, `${BODY}\uffff`)) as IDBRequest<string[]>),
  );
  for (const key of bodies) await inTransaction(store, (objects) => migrateOne(objects, key));
}

async function migrateOne(objects: IDBObjectStore, bodyKey: string): Promise<void> {
  const id = bodyKey.slice(BODY.length);
  const [body, head] = await Promise.all([
    promisifyRequest<readonly OldMessage[] | undefined>(objects.get(bodyKey)),
    promisifyRequest<(OldHead & Partial<ConversationHead>) | undefined>(objects.get(`head:${id}`)),
  ]);
  // Another tab may have done it meanwhile; a body without its head was being deleted.
  if (body !== undefined && head !== undefined) {
    const messages = asChain(body, head.updatedAt);
    objects.put(asHead(head, messages), `head:${id}`);
    for (const message of messages) {
      objects.put(message, `message:${id}:${message.id}`);
      const oldKey = `routing:${message.id}`;
      const routing = await promisifyRequest<unknown>(objects.get(oldKey));
      if (routing === undefined) continue;
      objects.put(routing, `routing:${id}:${message.id}`);
      objects.delete(oldKey);
    }
  }
  objects.delete(bodyKey);
}

/** Times were not written down: the messages get one each, in their order, up to when the conversation changed last. */
function asChain(body: readonly OldMessage[], updatedAt: number): Message[] {
  return body.map((old, index) => {
    const base = {
      id: old.id,
      parentId: body[index - 1]?.id ?? null,
      createdAt: updatedAt - (body.length - index),
      content: old.content,
    };
    return old.role === 'user'
      ? { ...base, role: 'user', attachments: [] }
      : { ...base, role: 'assistant', status: old.status, model: old.model, reasoningMs: null, routing: null };
  });
}

function asHead(head: OldHead & Partial<ConversationHead>, messages: readonly Message[]): ConversationHead {
  return {
    createdAt: messages[0]?.createdAt ?? head.updatedAt,
    isPinned: false,
    settings: null,
    model: null,
    ...head,
    leafId: messages.at(-1)?.id ?? null,
  };
}
