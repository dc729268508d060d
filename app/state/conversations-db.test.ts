import 'fake-indexeddb/auto';
import { createStore, entries, getMany, setMany } from 'idb-keyval';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RoutingRecord } from '../routing/routing-record.ts';
import { answer, head, question } from '../testing/messages.ts';
import { openConversationsDb } from './conversations-db.ts';

let name = '';
let databases = 0;
beforeEach(() => {
  name = `db-${++databases}`;
});

const RECORD: RoutingRecord = {
  layers: [1, 2],
  experts: 8,
  used: 2,
  texts: ['one', ' two', 'not yet counted'],
  count: 2,
  chosen: new Uint16Array([1, 2, 3, 4, 5, 6, 7, 0, 99, 99]).subarray(0, 8),
  weights: new Float32Array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
};

describe('conversations in IndexedDB', () => {
  test('are listed pinned first, then the newest', async () => {
    const db = openConversationsDb(name);
    await db.write('a', { create: head('a', { updatedAt: 3 }) });
    await db.write('b', { create: head('b', { updatedAt: 5 }) });
    await db.write('c', { create: head('c', { updatedAt: 1, isPinned: true }) });
    expect((await db.heads()).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  test('give their messages back, the routing apart', async () => {
    const db = openConversationsDb(name);
    const a1 = { ...answer('a1', 'q1', 2), routing: RECORD };
    await db.write('c', { create: head('c'), messages: [question('q1', null, 1), a1] });
    expect(await db.messages('c')).toEqual([{ ...a1, routing: null }, question('q1', null, 1)]);
    const routing = await db.routing('c', ['a1', 'q1']);
    expect([...routing.keys()]).toEqual(['a1']);
    expect(routing.get('a1')).toEqual({ ...RECORD, texts: ['one', ' two'] });
    expect(routing.get('a1')?.chosen.buffer.byteLength).toBe(16); // not the whole buffer behind it
  });

  test('saving an answer writes that message alone', async () => {
    const db = openConversationsDb(name);
    await db.write('c', { create: head('c'), messages: [question('q1', null, 1), answer('a1', 'q1', 2)] });
    const raw = createStore(name, 'conversations');
    await setMany([['message:c:q1', 'marked']], raw);
    await db.write('c', { messages: [answer('a1', 'q1', 2, 'more')] });
    expect(await getMany(['message:c:q1', 'message:c:a1'], raw)).toEqual(['marked', answer('a1', 'q1', 2, 'more')]);
  });

  test('two tabs that write at once lose nothing', async () => {
    const [one, other] = [openConversationsDb(name), openConversationsDb(name)];
    await one.write('c', { create: head('c', { updatedAt: 1 }), messages: [question('q', null, 0)] });
    await Promise.all([
      one.write('c', { head: { title: 'Renamed here', updatedAt: 50 }, messages: [answer('a', 'q', 1)] }),
      other.write('c', { head: { isPinned: true, updatedAt: 40 }, messages: [answer('b', 'q', 2)] }),
      one.write('d', { create: head('d'), messages: [question('x', null, 0)] }),
      other.write('e', { create: head('e'), messages: [question('y', null, 0)] }),
    ]);
    expect(await one.head('c')).toMatchObject({ title: 'Renamed here', isPinned: true, updatedAt: 50 });
    expect((await other.messages('c')).map(({ id }) => id)).toEqual(['a', 'b', 'q']);
    expect(await one.heads()).toHaveLength(3);
  });

  test('what another tab deleted does not come back by half', async () => {
    const [one, other] = [openConversationsDb(name), openConversationsDb(name)];
    await one.write('c', { create: head('c'), messages: [question('q', null, 0)] });
    await other.remove('c');
    expect(await one.write('c', { head: { title: 'Again' }, messages: [answer('a', 'q', 1)] })).toBeNull();
    expect(await entries(createStore(name, 'conversations'))).toEqual([]);
  });

  test('deleting gives back all that is needed to undo it, and touches no neighbour', async () => {
    const db = openConversationsDb(name);
    const a1 = { ...answer('a1', 'q1', 2), routing: RECORD };
    await db.write('c', { create: head('c'), messages: [question('q1', null, 1), a1] });
    await db.write('c2', { create: head('c2'), messages: [question('q9', null, 1)] });
    const removed = await db.remove('c');
    expect(removed?.head).toEqual(head('c'));
    expect(removed?.messages).toEqual([
      { ...a1, routing: { ...RECORD, texts: ['one', ' two'] } },
      question('q1', null, 1),
    ]);
    expect(await db.messages('c')).toEqual([]);
    expect(await db.messages('c2')).toHaveLength(1);
    expect(await db.remove('c')).toBeNull();
  });

  test('messages are deleted with their routing', async () => {
    const db = openConversationsDb(name);
    const a1 = { ...answer('a1', 'q1', 2), routing: RECORD };
    await db.write('c', { create: head('c'), messages: [question('q1', null, 1), a1] });
    await db.write('c', { deleted: ['a1'] });
    expect((await db.messages('c')).map(({ id }) => id)).toEqual(['q1']);
    expect((await db.routing('c', ['a1'])).size).toBe(0);
  });

  test('all messages know their conversation', async () => {
    const db = openConversationsDb(name);
    await db.write('c', { create: head('c'), messages: [question('q1', null, 1)] });
    await db.write('d', { create: head('d'), messages: [question('q2', null, 1)] });
    expect(await db.allMessages()).toEqual([
      { conversation: 'c', message: question('q1', null, 1) },
      { conversation: 'd', message: question('q2', null, 1) },
    ]);
  });
});

describe('the first layout', () => {
  const old = [
    { id: 'm1', role: 'user', content: 'Hi' },
    {
      id: 'm2',
      role: 'assistant',
      content: 'Hello',
      status: { kind: 'streaming', tokens: 1, since: 5 },
      model: 'Tiny',
      routing: null,
    },
  ];
  const oldHead = { id: 'c', title: 'Hi', updatedAt: 1000 };

  test('becomes one record a message, with its routing', async () => {
    const raw = createStore(name, 'conversations');
    await setMany(
      [
        ['head:c', oldHead],
        ['body:c', old],
        ['routing:m2', RECORD],
      ],
      raw,
    );
    const db = openConversationsDb(name);
    expect(await db.heads()).toEqual([head('c', { title: 'Hi', createdAt: 998, updatedAt: 1000, leafId: 'm2' })]);
    expect(await db.messages('c')).toEqual([
      { ...question('m1', null, 998, 'Hi') },
      {
        ...answer('m2', 'm1', 999, 'Hello'),
        status: { kind: 'streaming', tokens: 1, since: 5 },
        model: 'Tiny',
      },
    ]);
    expect((await db.routing('c', ['m2'])).get('m2')?.count).toBe(2);
    expect((await entries(raw)).map(([key]) => key)).toEqual([
      'head:c',
      'message:c:m1',
      'message:c:m2',
      'routing:c:m2',
    ]);
  });

  test('an old tab that writes again is read at the next start, without losing the new settings', async () => {
    const raw = createStore(name, 'conversations');
    await setMany(
      [
        ['head:c', oldHead],
        ['body:c', old.slice(0, 1)],
      ],
      raw,
    );
    await openConversationsDb(name).write('c', { head: { isPinned: true } });
    const written = await getMany(['head:c'], raw);
    await setMany(
      [
        ['head:c', { ...(written[0] as object), updatedAt: 2000 }],
        ['body:c', old],
      ],
      raw,
    );
    const db = openConversationsDb(name);
    expect((await db.messages('c')).map(({ id }) => id)).toEqual(['m1', 'm2']);
    expect(await db.head('c')).toMatchObject({ isPinned: true, leafId: 'm2', updatedAt: 2000 });
  });

  test('two tabs may do it at once', async () => {
    const raw = createStore(name, 'conversations');
    await setMany(
      [
        ['head:c', oldHead],
        ['body:c', old],
      ],
      raw,
    );
    const [one, other] = [openConversationsDb(name), openConversationsDb(name)];
    const [a, b] = await Promise.all([one.messages('c'), other.messages('c')]);
    expect(a).toHaveLength(2);
    expect(b).toEqual(a);
  });
});
