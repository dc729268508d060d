/**
 * From the first layout of the database, in which a conversation was a list (`body:<id>`) and a trace had the key
 * `routing:<message id>`, to one record a message. One transaction a conversation: what was done when a tab is closed stays
 * done, and the next visit goes on. A tab that still runs the old page may write another `body`, so every start looks.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval';
import { inTransaction } from '../../idb/keyval-store.ts';
import * as v from 'valibot';
import type { ConversationHead, Message } from './conversation.ts';
import { Id } from './records/bounds.ts';
import { parseHead } from './records/head-record.ts';
import { isRecord, type Report } from './records/lenient.ts';
import { parseMessage } from './records/message-record.ts';
import { SET_ASIDE, type SetAsideRecord, setAsideStore } from './records/set-aside.ts';

const BODY = 'body:';

export async function migrateConversations(store: UseStore): Promise<void> {
  const bodies = await store('readonly', (objects) =>
    promisifyRequest(objects.getAllKeys(IDBKeyRange.bound(BODY, `${BODY}\uffff`)) as IDBRequest<string[]>),
  );
  for (const key of bodies) await inTransaction(store, (objects) => migrateOne(objects, key));
}

async function migrateOne(objects: IDBObjectStore, bodyKey: string): Promise<void> {
  const id = bodyKey.slice(BODY.length);
  const [body, head] = await Promise.all([
    promisifyRequest<unknown>(objects.get(bodyKey)),
    promisifyRequest<unknown>(objects.get(`head:${id}`)),
  ]);
  // Another tab may have done it meanwhile; a body without its head was being deleted.
  if (body !== undefined && head !== undefined) {
    const places: string[] = [];
    const report = (place: string): void => void places.push(place);
    const old = parseHead(id, head, report);
    const messages = asChain(body, old.updatedAt, report);
    if (places.length > 0) {
      const record = { head, body };
      objects.put({ key: bodyKey, places, record } satisfies SetAsideRecord, `${SET_ASIDE}${bodyKey}`);
    }
    const leafId = messages.at(-1)?.id ?? null;
    const createdAt = isRecord(head) && 'createdAt' in head ? old.createdAt : (messages[0]?.createdAt ?? old.updatedAt);
    objects.put({ ...old, createdAt, leafId } satisfies ConversationHead, `head:${id}`);
    for (const message of messages) {
      objects.put(message, `message:${id}:${message.id}`);
      const oldKey = `routing:${message.id}`;
      const routing = await promisifyRequest<unknown>(objects.get(oldKey));
      if (routing === undefined) continue;
      objects.put(routing, `routing:${id}:${message.id}`);
      objects.delete(oldKey);
    }
    if (places.length > 0) setAsideStore.getState().happened();
  }
  objects.delete(bodyKey);
}

/** Times were not written down: the messages get one each, in their order, up to when the conversation changed last. */
function asChain(body: unknown, updatedAt: number, report: Report): Message[] {
  if (!Array.isArray(body)) {
    report('body');
    return [];
  }
  const messages: Message[] = [];
  body.forEach((old: unknown, index) => {
    const place = `body.${index}`;
    const id = isRecord(old) && 'id' in old && typeof old.id === 'string' ? old.id : '';
    if (!v.is(Id, id) || !isRecord(old)) {
      report(place);
      return;
    }
    const parentId = messages.at(-1)?.id ?? null;
    const createdAt = Math.max(0, updatedAt - (body.length - index));
    const message = parseMessage(id, { ...old, parentId, createdAt }, (within) => report(`${place}.${within}`));
    if (message !== null) messages.push(message);
  });
  return messages;
}
