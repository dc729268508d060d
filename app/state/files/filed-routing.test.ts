import { expect, test } from 'vitest';
import { writeReplay } from '../../../embed/replay.ts';
import type { RoutingRecord } from '../../routing/routing-record.ts';
import { answer, head, question } from '../../testing/messages.ts';
import type { AssistantMessage } from '../conversation.ts';
import { readConversations, writeConversations } from './conversation-file.ts';

const ROUTING: RoutingRecord = {
  ...{ layers: [1, 3], experts: 300, used: 2, texts: ['Say', ' a'], count: 2 },
  chosen: Uint16Array.from([0, 299, 7, 8, 1, 2, 3, 4]),
  weights: Float32Array.from([0.75, 0.25, 2.5, 0, 1, 1, 0.5, 0.5]),
};

async function filed(): Promise<string> {
  const messages = [question('q', null, 1), { ...answer('a', 'q', 2), routing: ROUTING }];
  return writeConversations([{ head: head('c', { leafId: 'a' }), messages }], new Date(0)).text();
}

function routingIn(text: string): { routing: AssistantMessage['routing']; faults: readonly string[]; content: string } {
  const { conversations, faults } = readConversations(text);
  const message = conversations[0]?.messages.find(({ role }) => role === 'assistant');
  if (message?.role !== 'assistant') throw new Error('There is no answer.');
  return { routing: message.routing, faults, content: message.content };
}

test('the routing of answers is written and read back: experts exactly, weights to 16 bits', async () => {
  const text = await filed();
  const { routing, faults } = routingIn(text);
  expect(faults).toEqual([]);
  expect(routing).toMatchObject({ layers: [1, 3], experts: 300, used: 2, texts: ROUTING.texts, count: 2 });
  expect(routing?.chosen).toEqual(ROUTING.chosen);
  routing?.weights.forEach((weight, at) => expect(weight).toBeCloseTo(ROUTING.weights[at] ?? 0, 3));
  const { conversations } = readConversations(text);
  expect(readConversations(await writeConversations(conversations, new Date(0)).text())).toEqual(
    readConversations(text),
  );
});

test.each([
  ['experts', 1],
  ['used', 4_000],
  ['used', 1],
  ['layers', [1]],
  ['layers', 'all'],
  ['chosen', '%%%%'],
  ['chosen', '//8='],
  ['weights', ''],
  ['texts', [3]],
  ['largest', 1e300],
])('routing whose %s is %j is left out, and the words stay', async (field, value) => {
  const file = JSON.parse(await filed()) as { conversations: { messages: { routing?: Record<string, unknown> }[] }[] };
  const routing = file.conversations[0]?.messages[1]?.routing;
  if (routing === undefined) throw new Error('There is no routing.');
  routing[field] = value;
  expect(routingIn(JSON.stringify(file))).toEqual({
    ...{ routing: null, content: 'Say a', faults: ['conversations.0.messages.1.routing'] },
  });
});

test('a recording that was shared is a conversation of its own', () => {
  const facts = { model: 'Mixtab 20M', question: 'Why?', answer: 'Say a', reasoning: 'Hm.', tokenMs: 20 };
  const text = writeReplay({ ...facts, promptTokens: 3, outputTokens: 2, routing: ROUTING });
  const { conversations } = readConversations(text);
  expect(conversations).toHaveLength(1);
  expect(conversations[0]?.head).toMatchObject({ title: 'Why?', leafId: conversations[0]?.messages[1]?.id });
  expect(conversations[0]?.messages[1]).toMatchObject({ model: 'Mixtab 20M', content: 'Say a', reasoning: 'Hm.' });
  expect(routingIn(text).routing?.chosen).toEqual(ROUTING.chosen);
  expect(() => readConversations(text.replace('"layers":[1,3]', '"layers":[]'))).toThrow('damaged');
});
