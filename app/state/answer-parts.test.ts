import { describe, expect, test } from 'vitest';
import type { Channel, GeneratedToken } from '../../engine/api.ts';
import { answer } from '../testing/messages.ts';
import type { AssistantMessage } from './conversation.ts';
import { AnswerBuilder, callsOf } from './answer-parts.ts';
import { MAX_ANSWER_TOKENS } from './records/bounds.ts';

const empty: AssistantMessage = { ...answer('a', null, 1, ''), status: { kind: 'waiting' } };
const token = (channel: Channel, text: string, id = 7): GeneratedToken => ({ id, channel, text, logprob: 0 });

describe('the parts of an answer', () => {
  test('and how long the reasoning took: from the first token to the first word of what follows', () => {
    const builder = new AnswerBuilder(empty);
    expect(builder.parts).toEqual({ content: '', reasoning: null, toolCalls: [], reasoningMs: null });
    builder.add(token('reasoning', '', 1), 1000);
    builder.add(token('reasoning', 'Hm.', 2), 1500);
    builder.add(token('answer', '', 3), 2000);
    expect(builder.parts.reasoningMs).toBeNull();
    builder.add(token('answer', 'Yes', 4), 2500);
    builder.add(token('answer', '.', 5), 4000);
    expect(builder.parts).toEqual({ content: 'Yes.', reasoning: 'Hm.', toolCalls: [], reasoningMs: 1500 });
    expect(builder.tokens).toEqual([1, 2, 3, 4, 5]);
  });

  test('calls, each by itself', () => {
    const builder = new AnswerBuilder(empty);
    const call = '{"name": "f", "arguments": {"a": 1}}';
    for (const [channel, text] of [
      ['tool-call', ''],
      ['tool-call', call],
      ['answer', ''],
      ['tool-call', '[g(1)]'],
      ['answer', 'Done.'],
    ] as const)
      builder.add(token(channel, text), 0);
    expect(builder.parts).toMatchObject({
      content: 'Done.',
      toolCalls: [
        { name: 'f', arguments: '{"a":1}' },
        { name: '', arguments: '[g(1)]' },
      ],
    });
  });

  test('go on where an answer broke off, with its ids where all of them are known', () => {
    const status = {
      kind: 'done',
      finishReason: 'length',
      timings: { promptTokens: 1, reusedTokens: 0, prefillMs: 1, outputTokens: 1, decodeMs: 700 },
    } as const;
    const before = { ...empty, reasoning: 'Hm', status, tokens: [1, 2] };
    const builder = new AnswerBuilder(before);
    builder.add(token('reasoning', ', so.', 3), 100);
    builder.add(token('answer', 'Yes.', 4), 300);
    expect(builder.parts).toMatchObject({ content: 'Yes.', reasoning: 'Hm, so.', reasoningMs: 900 });
    expect(builder.tokens).toEqual([1, 2, 3, 4]);
    const unknown = new AnswerBuilder({ ...before, tokens: null });
    unknown.add(token('answer', 'Yes.', 4), 300);
    expect(unknown.tokens).toBeNull();
  });

  test('ids of very long answers are not kept', () => {
    const builder = new AnswerBuilder(empty);
    for (let i = 0; i < MAX_ANSWER_TOKENS; i++) builder.add(token('answer', 'x'), 0);
    expect(builder.tokens).toHaveLength(MAX_ANSWER_TOKENS);
    builder.add(token('answer', 'x'), 0);
    expect(builder.tokens).toBeNull();
  });
});

test.each([
  ['{"name": "f", "arguments": {"a": 1}}', { name: 'f', arguments: '{"a":1}' }],
  ['{"name": "f", "parameters": {}}', { name: 'f', arguments: '{}' }],
  ['{"name": "f", "arguments": "{}"}', { name: 'f', arguments: '{}' }],
  ['functions.f\n{"a": 1}', { name: 'functions.f', arguments: '{"a": 1}' }],
  ['<function=f>\n</function>', { name: '', arguments: '<function=f>\n</function>' }],
  ['{"name": "f", "argu', { name: '', arguments: '{"name": "f", "argu' }],
  ['null', { name: '', arguments: 'null' }],
])('a call as it is written: %j', (written, call) => {
  expect(callsOf(written)).toEqual([call]);
});

test('calls in a row are several, also while the last is written', () => {
  const f = { name: 'f', arguments: '{"a":1}' };
  const first = '{"name": "f", "arguments": {"a": 1}}';
  expect(callsOf(`${first}\n\nfunctions.g\n{}`)).toEqual([f, { name: 'functions.g', arguments: '{}' }]);
  expect(callsOf(`${first}\n\n{"name": "f", "argu`)).toEqual([f, { name: '', arguments: '{"name": "f", "argu' }]);
  const withEmptyLine = '<function=f>\n\n</function>';
  expect(callsOf(withEmptyLine)).toEqual([{ name: '', arguments: withEmptyLine }]);
});
