/**
 * Conversations in IndexedDB: `head:<id>` is small and lists them; `message:<conversation>:<id>` holds one message and
 * `routing:<conversation>:<id>` the trace of one answer, so that saving while an answer streams writes that answer alone, and
 * two tabs that add to one conversation never overwrite each other. A database of its own, so that clearing models never
 * touches what a person wrote. Another version of the page, or anything else, may have written there: each record is parsed
 * when it is read (`records/`), and one that does not parse, or not wholly, also lies under `set-aside:<key>` from then on.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval';
import { inTransaction, keyvalStore } from '../../idb/keyval-store.ts';
import { compactRecord, type RoutingRecord } from '../routing/routing-record.ts';
import { orInMemory } from '../storage/database.ts';
import type { ConversationHead, Message } from './conversation.ts';
import { migrateConversations } from './conversations-migration.ts';
import { type ReadRecord, recordHead, recordMessage, recordRouting } from './records/conversation-records.ts';
import { SET_ASIDE, type SetAsideRecord, setAsideStore } from './records/set-aside.ts';

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
  /** The same of many conversations at once, in one transaction: all of it or nothing. Heads in the same order. */
  writeAll(changes: readonly (readonly [id: string, changes: Changes])[]): Promise<(ConversationHead | null)[]>;
  /** @returns what was deleted, so that it can be written again; null where there was nothing. */
  remove(id: string): Promise<StoredConversation | null>;
  /** What did not parse, as it was. */
  setAside(): Promise<SetAsideRecord[]>;
  /** Throws that away. */
  discardSetAside(): Promise<void>;
}

const HEADS = rangeOf('head:');
const MESSAGES = rangeOf('message:');
/** Kept of what is wrong with a record. */
const MOST_PLACES = 20;

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

  /** @returns what was understood; the records of which something was not are set aside, each once. */
  function understood<T>(records: readonly ReadRecord<T>[]): T[] {
    const faulty = records.filter(({ places }) => places.length > 0);
    // Nobody waits for it: the record itself stays where it lies, and is used as far as it is understood.
    if (faulty.length > 0) keepAside(faulty).catch(() => setAsideStore.getState().happened());
    return records.map(({ value }) => value).filter((value) => value !== null);
  }

  async function keepAside(faulty: readonly ReadRecord<unknown>[]): Promise<void> {
    const isNew = await inTransaction(store, async (objects) => {
      let found = false;
      for (const { key, places, record } of faulty) {
        const before = await promisifyRequest(objects.getKey(SET_ASIDE + key));
        if (before !== undefined) continue;
        objects.put({ key, places: places.slice(0, MOST_PLACES), record } satisfies SetAsideRecord, SET_ASIDE + key);
        found = true;
      }
      return found;
    });
    if (isNew) setAsideStore.getState().happened();
  }

  /** Within a transaction. @returns the head as it will be; null where the conversation is not there. */
  async function writeInto(
    objects: IDBObjectStore,
    id: string,
    changes: Changes,
  ): Promise<{ head: ConversationHead; faulty: readonly ReadRecord<unknown>[] } | null> {
    const record = await promisifyRequest<unknown>(objects.get(headKey(id)));
    if (record === undefined && changes.create === undefined) return null;
    const stored = record === undefined ? null : recordHead(headKey(id), record);
    const before = stored?.value ?? changes.create;
    if (before === undefined) return null;
    const updatedAt = Math.max(before.updatedAt, changes.head?.updatedAt ?? 0);
    const head: ConversationHead = { ...before, ...changes.head, updatedAt };
    // What a newer version of the page keeps there stays.
    objects.put({ ...(stored === null ? {} : stored.unknown), ...head }, headKey(id));
    for (const message of changes.messages ?? []) putMessage(objects, id, message);
    for (const messageId of changes.deleted ?? []) {
      objects.delete(messagesOf(id) + messageId);
      objects.delete(routingOf(id) + messageId);
    }
    return { head, faulty: stored === null || stored.places.length === 0 ? [] : [stored] };
  }

  async function writeAll(all: readonly (readonly [string, Changes])[]): Promise<(ConversationHead | null)[]> {
    const done = await change(async (objects) => {
      const results = [];
      for (const [id, changes] of all) results.push(await writeInto(objects, id, changes));
      return results;
    });
    all.forEach(([, { messages = [] }], at) => {
      if (done[at] === null) return;
      for (const message of messages) {
        if (message.role === 'assistant' && message.routing !== null) written.add(message.routing);
      }
    });
    understood(done.flatMap((one) => one?.faulty ?? []));
    return done.map((one) => one?.head ?? null);
  }

  /** All records under these keys, with their keys. */
  async function entriesOf(objects: IDBObjectStore, range: IDBKeyRange): Promise<[string, unknown][]> {
    const [keys, records] = await Promise.all([
      keysOf(objects, range),
      promisifyRequest<unknown[]>(objects.getAll(range)),
    ]);
    return keys.map((key, index) => [key, records[index]]);
  }

  return {
    name,

    heads: async () => {
      const entries = await read((objects) => entriesOf(objects, IDBKeyRange.bound(...HEADS)));
      return understood(entries.map(([key, record]) => recordHead(key, record))).sort(compareHeads);
    },

    head: async (id) => {
      const record = await read((objects) => promisifyRequest<unknown>(objects.get(headKey(id))));
      return record === undefined ? null : (understood([recordHead(headKey(id), record)])[0] ?? null);
    },

    messages: async (id) => {
      const range = IDBKeyRange.bound(...rangeOf(messagesOf(id)));
      const entries = await read((objects) => entriesOf(objects, range));
      return understood(entries.map(([key, record]) => recordMessage(key, record)));
    },

    allMessages: async () => {
      const entries = await read((objects) => entriesOf(objects, IDBKeyRange.bound(...MESSAGES)));
      return understood(
        entries.map(([key, record]) => {
          const read = recordMessage(key, record);
          const conversation = key.split(':')[1] ?? '';
          return { ...read, value: read.value === null ? null : { conversation, message: read.value } };
        }),
      );
    },

    message: async (conversation, id) => {
      const key = messagesOf(conversation) + id;
      const record = await read((objects) => promisifyRequest<unknown>(objects.get(key)));
      return record === undefined ? null : (understood([recordMessage(key, record)])[0] ?? null);
    },

    routing: async (conversation, messageIds) => {
      const keys = messageIds.map((id) => routingOf(conversation) + id);
      const records = await read((objects) =>
        Promise.all(keys.map((key) => promisifyRequest<unknown>(objects.get(key)))),
      );
      const found = new Map<string, RoutingRecord>();
      const parsed = keys.flatMap((key, index) =>
        records[index] === undefined ? [] : [recordRouting(key, records[index])],
      );
      understood(parsed);
      for (const { key, value } of parsed) {
        if (value === null) continue;
        written.add(value);
        found.set(key.slice(routingOf(conversation).length), value);
      }
      return found;
    },

    write: async (id, changes) => (await writeAll([[id, changes]]))[0] ?? null,

    writeAll,

    remove: (id) =>
      change(async (objects) => {
        const messageRange = IDBKeyRange.bound(...rangeOf(messagesOf(id)));
        const routingRange = IDBKeyRange.bound(...rangeOf(routingOf(id)));
        const [head, messages, routings] = await Promise.all([
          promisifyRequest<unknown>(objects.get(headKey(id))),
          entriesOf(objects, messageRange),
          entriesOf(objects, routingRange),
        ]);
        objects.delete(headKey(id));
        objects.delete(messageRange);
        objects.delete(routingRange);
        const stored = head === undefined ? null : recordHead(headKey(id), head).value;
        if (stored === null) return null;
        const records = new Map(
          routings.map(([key, record]) => [key.split(':')[2], recordRouting(key, record).value] as const),
        );
        return {
          head: stored,
          messages: messages.flatMap(([key, record]) => {
            const message = recordMessage(key, record).value;
            return message === null ? [] : [withRouting(message, records.get(message.id) ?? null)];
          }),
        };
      }),

    setAside: () =>
      read((objects) => promisifyRequest<SetAsideRecord[]>(objects.getAll(IDBKeyRange.bound(...rangeOf(SET_ASIDE))))),

    discardSetAside: () =>
      change(async (objects) => {
        const keys = await keysOf(objects, IDBKeyRange.bound(...rangeOf(SET_ASIDE)));
        for (const aside of keys) {
          const key = aside.slice(SET_ASIDE.length);
          const record = await promisifyRequest<unknown>(objects.get(key));
          const parse = PARSERS.find(([prefix]) => key.startsWith(prefix))?.[1];
          // Where it was, only what is understood of it is left: else it would be found again.
          if (record !== undefined && parse !== undefined) {
            const { value } = parse(key, record);
            if (value === null) objects.delete(key);
            else objects.put(value, key);
          }
          objects.delete(aside);
        }
      }),
  };
}

/** By the beginning of their keys. */
const PARSERS = [
  ['head:', recordHead],
  ['message:', recordMessage],
  ['routing:', recordRouting],
] as const;

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

function withRouting(message: Message, routing: RoutingRecord | null): Message {
  return message.role === 'user' || routing === null ? message : { ...message, routing };
}
