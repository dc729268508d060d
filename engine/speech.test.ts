import 'fake-indexeddb/auto';
import { create, globals } from 'webgpu';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { qwen3moe } from '../oracle/architectures.ts';
import type { RandomModel } from '../oracle/random-model.ts';
import { granite } from '../oracle/recurrent-architectures.ts';
import { VOCABULARY } from '../oracle/vocabulary.ts';
import type { Channel, ChatMessage, GeneratedToken, GenerateEvent, GenerateRequest, ModelInfo } from './api.ts';
import { LocalEngine } from './local-engine.ts';

Object.assign(globalThis, globals);
const dawn = create([]);

const SMALL = {
  types: 'Q8_0',
  ...{ layers: 1, width: 64, heads: 2, keyHeads: 1, headWidth: 32 },
  ...{ experts: 4, expertsUsed: 2, expertWidth: 32 },
} as const;

const HYBRID = {
  types: 'Q8_0',
  ...{ name: 'thinks', pattern: 'SAS', layers: 3, width: 64, heads: 4, keyHeads: 2, headWidth: 16 },
  ...{ experts: 0, expertsUsed: 0, expertWidth: 32, denseWidth: 96, denseLayers: 1, inner: 128, scanHeads: 8 },
  ...{ groups: 1, stateSize: 32, sharedWidth: 0, positions: false },
} as const;

/** A memory that can be taken back to any position, and one that cannot. */
const MODELS: readonly (readonly [string, () => RandomModel])[] = [
  ['a cache', () => qwen3moe({ ...SMALL, name: 'thinks' })],
  ['recurrent states', () => granite(HYBRID)],
];

/** Opens the reasoning itself, unless it is told not to, and writes it into later turns. */
const THINKING = `{%- for m in messages -%}
<|{{ m.role }}|>
{%- if m.role == 'assistant' -%}<think>
{{ m.reasoning_content }}
</think>

{% endif -%}
{{ m.content }}<|end|>
{%- endfor -%}
{%- if add_generation_prompt -%}<|assistant|><think>
{% if enable_thinking is defined and not enable_thinking %}
</think>

{% endif -%}
{%- endif -%}`;

/** Behind it come four control tokens. */
const LAST_TEXT_TOKEN = VOCABULARY.length - 5;

const QUESTION = { role: 'user', content: 'Hello there' } as const;

/** What a model that writes at random says, in parts. */
interface Turn {
  readonly tokens: readonly GeneratedToken[];
  readonly said: Readonly<Record<Channel, string>>;
  readonly done: Extract<GenerateEvent, { type: 'done' }>;
  readonly prompt: readonly number[];
}

describe.each(MODELS)('a model that thinks, with %s', (_, build) => {
  const engine = new LocalEngine(dawn);
  let info: ModelInfo;

  beforeAll(async () => {
    const model = build().chatTemplate(THINKING).build();
    info = await engine.load({ kind: 'file', files: [new File([model], 'm.gguf')] }, { contextLength: 256 }, () => {});
  }, 60_000);
  afterAll(() => engine.unload());

  async function ask(messages: readonly ChatMessage[], request: Partial<GenerateRequest> = {}): Promise<Turn> {
    const events: GenerateEvent[] = [];
    await engine.generate({ prompt: { kind: 'chat', messages }, maxTokens: 12, ...request }, (batch) => {
      events.push(...batch);
    });
    const said = { reasoning: '', answer: '', 'tool-call': '' };
    const tokens = events.flatMap((event) => (event.type === 'token' ? [event.token] : []));
    for (const { channel, text } of tokens) said[channel] += text;
    const [done, prompt] = [events.at(-1), events.find((event) => event.type === 'prompt')];
    if (done?.type !== 'done' || prompt?.type !== 'prompt') throw new Error('no end');
    return { tokens, said, done, prompt: prompt.tokens };
  }
  const ids = ({ tokens }: Turn): number[] => tokens.map(({ id }) => id);
  const messageOf = (turn: Turn): ChatMessage => ({
    role: 'assistant',
    content: turn.said.answer,
    reasoning: turn.said.reasoning,
    tokens: ids(turn),
  });

  test('says what its template listens to', () => {
    expect(info.thinking).toEqual({ reasons: true, modes: ['off', 'on'], usual: 'on' });
  });

  test('a block that the template opened is reasoning, also where it is cut off', async () => {
    const turn = await ask([QUESTION]);
    expect(turn.said.answer).toBe('');
    expect(turn.said.reasoning).not.toBe('');
    expect(turn.tokens.every(({ channel }) => channel === 'reasoning')).toBe(true);
    const off = await ask([QUESTION], { thinking: { mode: 'off' } });
    expect(off.said.reasoning).toBe('');
    expect(off.prompt.length).toBeGreaterThan(turn.prompt.length);
    expect((await ask([QUESTION], { thinking: { mode: 'on' } })).prompt).toEqual(turn.prompt);
    await expect(ask([QUESTION], { thinking: { mode: 'high' } })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(ask([QUESTION], { thinking: { limit: -1 } })).rejects.toMatchObject({ code: 'bad-request' });
    const prompt = { kind: 'text', text: 'Hi' } as const;
    await expect(ask([], { prompt, thinking: { limit: 1 } })).rejects.toMatchObject({ code: 'bad-request' });
  });

  test.each([0, 1, 3, 5])('a thought ends properly after %i tokens, and the answer follows', async (limit) => {
    const free = await ask([QUESTION], { maxTokens: 40 });
    const turn = await ask([QUESTION], { maxTokens: 40, thinking: { limit } });
    const end = turn.tokens.findIndex(({ channel }) => channel === 'answer');
    expect(end).toBeGreaterThan(limit);
    expect(ids(turn).slice(0, limit)).toEqual(ids(free).slice(0, limit));
    expect(turn.said.answer).not.toBe('');
    // What follows is what the model says after these very tokens.
    const forced = [...turn.prompt, ...ids(turn).slice(0, end)];
    const events: GenerateEvent[] = [];
    await engine.generate(
      { prompt: { kind: 'tokens', tokens: forced }, maxTokens: turn.tokens.length - end },
      (batch) => {
        events.push(...batch);
      },
    );
    expect(events.flatMap((event) => (event.type === 'token' ? [event.token.id] : []))).toEqual(ids(turn).slice(end));
  });

  test('the limit counts within the longest answer', async () => {
    const turn = await ask([QUESTION], { maxTokens: 5, thinking: { limit: 3 } });
    expect(turn.tokens).toHaveLength(5);
    expect(turn.done.finishReason).toBe('length');
  });

  test('the next turn finds all of the answer in the cache, however odd its tokens', async () => {
    // One without control tokens in its midst, which no template would write there.
    let question: ChatMessage = QUESTION;
    let first = await ask([question], { maxTokens: 40, thinking: { limit: 6 } });
    for (
      let seed = 0;
      first.tokens.some(({ id, text, logprob }) => id > LAST_TEXT_TOKEN && text === '' && logprob !== 0);
      seed++
    ) {
      question = { ...QUESTION, content: `Hello ${seed}` };
      first = await ask([question], { maxTokens: 24, thinking: { limit: 6 }, sampling: { temperature: 1, seed } });
    }
    expect(first.said.answer.trim()).not.toBe('');
    const messages = [question, messageOf(first), { role: 'user', content: 'And then?' } as const];
    const second = await ask(messages);
    const inCache = first.prompt.length + first.tokens.length;
    expect(second.prompt.slice(0, inCache)).toEqual([...first.prompt, ...ids(first)]);
    // The last token was chosen, but nothing came after it: it had not run.
    expect(second.done.timings.reusedTokens).toBeGreaterThanOrEqual(inCache - 1);

    const changed = [question, { ...messageOf(first), content: 'Other words.' }, messages[2] as ChatMessage];
    const other = await ask(changed);
    expect(other.prompt.slice(0, inCache)).not.toEqual(second.prompt.slice(0, inCache));
  });

  test('also where the thought has said the same before', async () => {
    const { prompt: opening } = await ask([QUESTION], { maxTokens: 1 });
    const { prompt: written } = await ask([
      QUESTION,
      { role: 'assistant', reasoning: 'It is 5.', content: '5' },
      QUESTION,
    ]);
    // Letter by letter, as no tokenizer would cut it.
    const text = 'It is 5.\n</think>\n\n5';
    const tokens = [...new TextEncoder().encode(text)];
    const answered = { role: 'assistant', reasoning: 'It is 5.', content: '5', tokens } as const;
    const { prompt } = await ask([QUESTION, answered, QUESTION], { maxTokens: 1 });
    expect(prompt.slice(0, opening.length + tokens.length)).toEqual([...opening, ...tokens]);
    expect(prompt.slice(-10)).toEqual(written.slice(-10));
  });

  test('an answer that broke off goes on from its very tokens', async () => {
    const first = await ask([QUESTION], { maxTokens: 7 });
    const prompt = { kind: 'chat', messages: [QUESTION, messageOf(first)], continueLast: true } as const;
    const rest = await ask([], { prompt, maxTokens: 4 });
    expect(rest.prompt).toEqual([...first.prompt, ...ids(first)]);
    expect(rest.tokens.every(({ channel }) => channel === 'reasoning')).toBe(true);
    const whole = await ask([QUESTION], { maxTokens: 11 });
    expect([...ids(first), ...ids(rest)]).toEqual(ids(whole));
    expect(rest.done.timings.reusedTokens).toBeGreaterThanOrEqual(rest.prompt.length - 1);
  });

  test('ids that say something else than the message are of no use', async () => {
    const spelled: ChatMessage = { role: 'assistant', content: '<|end|><|user|>', tokens: [] };
    const plain = await ask([QUESTION, spelled, QUESTION]);
    for (const tokens of [[-1], [1e9], [0.5], plain.prompt.slice(-3)]) {
      const turn = await ask([QUESTION, { ...spelled, tokens }, QUESTION]);
      expect(turn.prompt).toEqual(plain.prompt);
    }
  });
});
