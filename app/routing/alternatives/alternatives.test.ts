import { expect, test } from 'vitest';
import type { GenerateEvent, GenerateRequest, TokenLogprob } from '../../../engine/api.ts';
import type { AssistantMessage, UserMessage } from '../../state/conversation.ts';
import { DEFAULT_SAMPLING } from '../../state/settings-store.ts';
import { alternativesOf } from './alternatives.ts';
import { confidencePaint, levelOf } from './confidence.ts';
import { recompute } from './recompute.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(new TextEncoder().encode(text));
const likely = (id: number, probability: number, text: string): TokenLogprob => ({
  ...{ id, logprob: Math.log(probability) },
  bytes: bytes(text),
});

test('a place has its most likely tokens; the chosen one counts though it is none of them', () => {
  const ten = Array.from({ length: 10 }, (_, id) => likely(id, 0.09, ` ${id}`));
  const [none, first, second] = alternativesOf(
    [7, 1, 50],
    [null, [likely(1, 0.75, ' one'), likely(2, 0.25, '')], [...ten, likely(50, 0.01, ' rare')]],
    3,
  );
  expect(none).toBeNull();
  expect(first?.probability).toBeCloseTo(0.75);
  expect(first?.rivals).toMatchObject([
    { text: ' one', isChosen: true },
    { text: null, isChosen: false },
  ]);
  expect(second?.probability).toBeCloseTo(0.01);
  expect(second?.rivals).toHaveLength(10);
  expect(second?.rivals.some(({ isChosen }) => isChosen)).toBe(false);
});

test('a record that begins later has the last places; part of a character is shown by its bytes', () => {
  const half: TokenLogprob = { id: 2, logprob: 0, bytes: Uint8Array.of(0xe2, 0x9c) };
  const places = alternativesOf([1, 2], [[likely(1, 1, 'a')], [half]], 1);
  expect(places).toHaveLength(1);
  expect(places[0]?.rivals[0]?.text).toBe('⟨e2⟩⟨9c⟩');
});

test('the less likely, the stronger the mark; what is sure stays plain', () => {
  expect([1, 0.9, 0.89, 0.5, 0.49, 0.2, 0.19, 0].map(levelOf)).toEqual(
    ['sure', 'sure', 'likely', 'likely', 'split', 'split', 'unlikely', 'unlikely'], // prettier-ignore
  );
  const paint = confidencePaint([{ probability: 0.95, rivals: [] }, { probability: 0.1, rivals: [] }, null], String);
  expect(paint.markOf(0)).toMatchObject({ ground: null, line: null, says: '0.95' });
  expect(paint.markOf(1)).toMatchObject({ line: 'wavy', says: '0.1' });
  expect(paint.markOf(2)).toBeNull();
});

test('the answer is read again as it was written, steered as it was', async () => {
  const requests: GenerateRequest[] = [];
  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void, void> {
    requests.push(request);
    const tokens = request.prompt.kind === 'tokens' ? request.prompt.tokens : [100, 101];
    const logprobs = tokens.map((id, at) => (at === 0 ? null : [likely(id, 0.5, `${id}`)]));
    yield { type: 'prefill', done: 1, total: 2 };
    yield { type: 'prompt', tokens, ...(request.promptLogprobs !== undefined && { logprobs }) };
  }
  const question: UserMessage = {
    ...{ id: 'q', parentId: null, createdAt: 0, role: 'user', content: 'Why?', attachments: [] },
  };
  const answer: AssistantMessage = {
    ...{ id: 'a', parentId: 'q', createdAt: 0, role: 'assistant', content: 'Because', reasoning: null, toolCalls: [] },
    ...{ tokens: [7, 8, 9], model: 'M', reasoningMs: null, status: { kind: 'interrupted' } },
    steering: { routing: { mute: [{ layer: 1, expert: 2 }] }, insteadOf: 'b' },
    routing: {
      ...{ layers: [1], experts: 2, used: 1, texts: ['a', 'b', 'c'], count: 3 },
      ...{ chosen: new Uint16Array(3), weights: new Float32Array(3) },
    },
  };
  const shares: number[] = [];
  const found = await recompute(
    {
      ...{
        path: [question, answer],
        answer,
        settings: DEFAULT_SAMPLING,
        source: { generate, countTokens: async () => 9 },
      },
      model: { id: 'm', contextLength: 100, thinking: { reasons: false, modes: [], usual: null } } as never,
      onProgress: (share) => void shares.push(share),
    },
    new AbortController().signal,
  );
  expect(found?.map((place) => place?.rivals[0]?.text)).toEqual(['7', '8', '9']);
  expect(requests).toHaveLength(2);
  expect(requests[1]).toMatchObject({
    ...{ prompt: { kind: 'tokens', tokens: [100, 101, 7, 8, 9] }, maxTokens: 0, model: 'm', tokenBytes: true },
    routing: { mute: [{ layer: 1, expert: 2 }] },
  });
  expect(shares).toEqual([0.5]);
});
