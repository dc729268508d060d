// What real clients of OpenAI's API make of ours: their results are asserted, not our bytes.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { APICallError, generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mixtab, mixtabOver } from './mixtab.ts';
import { bundledFile, openBundledModel } from './testing/node-backend.ts';
import { type Script, ScriptedBackend } from './testing/scripted-backend.ts';

const BASE_URL = 'https://mixtab.invalid/v1';
const JAPAN = 'What is the capital of Japan?';

function openai(mixtab: Mixtab): OpenAI {
  return new OpenAI({ fetch: mixtab.fetch, baseURL: BASE_URL, apiKey: 'none', maxRetries: 1 });
}

function aiSdk(mixtab: Mixtab): ReturnType<typeof createOpenAICompatible> {
  return createOpenAICompatible({ name: 'mixtab', baseURL: BASE_URL, fetch: mixtab.fetch, includeUsage: true });
}

function langchain(mixtab: Mixtab, model = 'bundled'): ChatOpenAI {
  return new ChatOpenAI({
    model,
    apiKey: 'none',
    temperature: 0,
    maxRetries: 0,
    configuration: { baseURL: BASE_URL, fetch: mixtab.fetch },
  });
}

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe.runIf(bundledFile !== undefined)('with the bundled model', () => {
  let mixtab: Mixtab;
  beforeAll(async () => {
    mixtab = mixtabOver(await openBundledModel());
  });
  afterAll(() => mixtab.close());

  const question = {
    model: 'bundled',
    messages: [{ role: 'user', content: JAPAN }],
    temperature: 0,
  } as const satisfies OpenAI.Chat.ChatCompletionCreateParams;

  describe('openai', () => {
    test('an answer', async () => {
      const { choices, usage, model } = await openai(mixtab).chat.completions.create(question);
      expect(model).toBe('bundled');
      expect(choices).toHaveLength(1);
      expect(choices[0]?.message).toMatchObject({
        role: 'assistant',
        content: expect.stringContaining('Tokyo') as string,
      });
      expect(choices[0]?.finish_reason).toBe('stop');
      expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    });

    test('.stream(): events, and the whole at the end', async () => {
      const stream = openai(mixtab).chat.completions.stream({ ...question, stream_options: { include_usage: true } });
      const deltas: string[] = [];
      stream.on('content', (delta) => deltas.push(delta));
      const content = await stream.finalContent();
      expect(content).toContain('Tokyo');
      expect(deltas.join('')).toBe(content);
      expect(deltas.length).toBeGreaterThan(2);
      const final = await stream.finalChatCompletion();
      expect(final.choices[0]?.finish_reason).toBe('stop');
      expect((await stream.totalUsage()).completion_tokens).toBeGreaterThan(2);
    });

    test('log-probabilities spell the answer', async () => {
      const { choices } = await openai(mixtab).chat.completions.create({
        ...question,
        logprobs: true,
        top_logprobs: 3,
      });
      const tokens = choices[0]?.logprobs?.content ?? [];
      expect(tokens.map(({ token }) => token).join('')).toBe(choices[0]?.message.content);
      for (const { token, logprob, bytes, top_logprobs } of tokens) {
        expect(new TextDecoder().decode(Uint8Array.from(bytes ?? []))).toBe(token);
        expect(top_logprobs).toHaveLength(3);
        expect(top_logprobs[0]).toEqual({ token, logprob, bytes }); // greedy
      }
    });

    test('a seed, a stop text, a limit', async () => {
      const client = openai(mixtab);
      const create = async (more: Partial<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming>): Promise<string> => {
        const story = [{ role: 'user', content: 'Tell me a story about a dragon named Ruby.' }] as const;
        const params = { ...question, messages: [...story], temperature: 1.5, max_completion_tokens: 24, ...more };
        const { choices } = await client.chat.completions.create(params);
        return choices[0]?.message.content ?? '';
      };
      const [first, again, other] = [await create({ seed: 7 }), await create({ seed: 7 }), await create({ seed: 8 })];
      expect(again).toBe(first);
      expect(other).not.toBe(first);
      const stopped = await client.chat.completions.create({ ...question, stop: [' Tok'] });
      expect(stopped.choices[0]).toMatchObject({
        finish_reason: 'stop',
        message: { content: 'The capital of Japan is' },
      });
      const short = await client.chat.completions.create({ ...question, max_tokens: 3 });
      expect(short.choices[0]?.finish_reason).toBe('length');
      expect(short.usage?.completion_tokens).toBe(3);
    });

    test('completions and models', async () => {
      const client = openai(mixtab);
      const { choices } = await client.completions.create({
        model: 'bundled',
        prompt: 'The capital of',
        max_tokens: 4,
      });
      expect(choices[0]).toMatchObject({ finish_reason: 'length', text: expect.stringMatching(/\w/) as string });
      const models = await listOf(client.models.list());
      expect(models.map(({ id }) => id)).toEqual(['bundled']);
      expect(await client.models.retrieve('bundled')).toMatchObject({ id: 'bundled', object: 'model' });
    });

    test('the error classes', async () => {
      const client = openai(mixtab);
      await expect(client.chat.completions.create({ ...question, model: 'gpt-4' })).rejects.toBeInstanceOf(
        OpenAI.NotFoundError,
      );
      const long = [{ role: 'user', content: 'word '.repeat(5000) }] as const;
      await expect(client.chat.completions.create({ ...question, messages: [...long] })).rejects.toMatchObject({
        constructor: OpenAI.BadRequestError,
        code: 'context_length_exceeded',
        type: 'invalid_request_error',
      });
      await expect(client.chat.completions.create({ ...question, n: 2 })).rejects.toMatchObject({
        constructor: OpenAI.BadRequestError,
        param: 'n',
      });
      await expect(client.embeddings.create({ model: 'bundled', input: '' })).rejects.toBeInstanceOf(
        OpenAI.NotFoundError,
      );
    });

    test('an aborted stream ends the generation', async () => {
      const client = openai(mixtab);
      const story = [{ role: 'user', content: 'Tell me a story about a dragon named Ruby.' }] as const;
      const stream = await client.chat.completions.create({ ...question, messages: [...story], stream: true });
      let chunks = 0;
      for await (const _ of stream) if (++chunks === 2) stream.controller.abort();
      expect(chunks).toBeLessThan(5);
      // The next has its turn at once.
      expect((await client.chat.completions.create({ ...question, max_tokens: 1 })).choices).toHaveLength(1);
    });
  });

  test('the AI SDK: generateText and streamText', async () => {
    const model = aiSdk(mixtab)('bundled');
    const generated = await generateText({ model, prompt: JAPAN, temperature: 0 });
    expect(generated.text).toContain('Tokyo');
    expect(generated.finishReason).toBe('stop');
    const streamed = streamText({ model, prompt: JAPAN, temperature: 0 });
    let text = '';
    for await (const part of streamed.textStream) text += part;
    expect(text).toBe(generated.text);
    expect((await streamed.usage).outputTokens).toBe(generated.usage.outputTokens);
    expect(generated.usage.outputTokens).toBeGreaterThan(2);
    const sum = await generateText({ model, prompt: 'What is 27 + 58?', temperature: 0 });
    expect(sum.text).toContain('85');
    expect(sum.reasoningText).toContain('85');
  });

  test('LangChain: invoke and stream', async () => {
    const model = langchain(mixtab);
    const answer = await model.invoke([new HumanMessage(JAPAN)]);
    expect(answer).toBeInstanceOf(AIMessage);
    expect(answer.text).toContain('Tokyo');
    expect(answer.usage_metadata).toMatchObject({ output_tokens: expect.any(Number) as number });
    expect(answer.response_metadata['finish_reason']).toBe('stop');
    let text = '';
    for await (const chunk of await model.stream([new SystemMessage('Be brief.'), new HumanMessage(JAPAN)]))
      text += chunk.text;
    expect(text).toContain('Tokyo');
    // What it answered is sent back as it came.
    const messages = [new HumanMessage(JAPAN), answer, new HumanMessage('What is 27 + 58?')];
    expect((await model.invoke(messages)).text).toMatch(/\w/);
  });
});

describe('with an engine that follows a script', () => {
  function scripted(script: Script): { mixtab: Mixtab; backend: ScriptedBackend } {
    const backend = new ScriptedBackend(script);
    return { backend, mixtab: mixtabOver(Object.assign(backend, { countTokens: async () => 3, close: () => {} })) };
  }
  const THOUGHT: Script = {
    says: [
      { text: 'I should ', channel: 'reasoning' },
      { text: 'ask.', channel: 'reasoning' },
      { text: 'One moment.' },
      { text: '{"name": "weather", "arguments": {"city": "Rome"}}', channel: 'tool-call' },
      { text: '' },
    ],
  };
  const messages = [{ role: 'user', content: 'Weather?' }] as const;

  test('openai: reasoning and calls, whole and streamed', async () => {
    const client = openai(scripted(THOUGHT).mixtab);
    const params = { model: 'scripted', messages: [...messages] };
    const whole = await client.chat.completions.create(params);
    const stream = client.chat.completions.stream(params);
    // What it does not know by name, the helper does not join: who wants it reads the chunks.
    let reasoning = '';
    stream.on('chunk', ({ choices: [choice] }) => {
      const { reasoning_content = '' } = (choice?.delta ?? {}) as { reasoning_content?: string };
      reasoning += reasoning_content;
    });
    const streamed = await stream.finalChatCompletion();
    expect(reasoning).toBe('I should ask.');
    expect(whole.choices[0]?.message).toMatchObject({ reasoning_content: 'I should ask.' });
    for (const { choices } of [whole, streamed]) {
      expect(choices[0]?.finish_reason).toBe('tool_calls');
      expect(choices[0]?.message).toMatchObject({
        content: 'One moment.',
        tool_calls: [{ type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }],
      });
    }
  });

  test('openai: an error in the middle of a stream, and one that is tried again', async () => {
    const broken = scripted({ says: [{ text: 'Hi' }], breaks: { code: 'device-lost', message: 'The GPU was reset.' } });
    const stream = await openai(broken.mixtab).chat.completions.create({
      model: 'scripted',
      messages: [...messages],
      stream: true,
    });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toMatchObject({ message: 'The GPU was reset.', code: 'device_lost' });

    const lost = scripted({ refuses: { code: 'device-lost', message: 'The GPU was reset.' } });
    await expect(
      openai(lost.mixtab).chat.completions.create({ model: 'scripted', messages: [...messages] }),
    ).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect(lost.backend.requests).toHaveLength(2); // it says that it may go well later
    const hopeless = scripted({ refuses: { code: 'out-of-memory', message: 'Too large.' } });
    await expect(
      openai(hopeless.mixtab).chat.completions.create({ model: 'scripted', messages: [...messages] }),
    ).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect(hopeless.backend.requests).toHaveLength(1); // it says that it will not
  });

  test('openai: an abort signal', async () => {
    const { mixtab, backend } = scripted({ says: [{ text: 'on ' }], endless: true });
    const stop = new AbortController();
    const asked = openai(mixtab).chat.completions.create(
      { model: 'scripted', messages: [...messages] },
      { signal: stop.signal },
    );
    await expect.poll(() => backend.tokens, { timeout: 20_000 }).toBeGreaterThan(0);
    stop.abort();
    await expect(asked).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await expect.poll(() => backend.running, { timeout: 20_000 }).toBe(0);
  });

  test('the AI SDK: parts of reasoning and calls', async () => {
    const result = streamText({
      model: aiSdk(scripted(THOUGHT).mixtab)('scripted'),
      prompt: 'Weather?',
      maxRetries: 0,
    });
    const parts = await listOf(result.fullStream);
    const textOf = (type: 'reasoning-delta' | 'text-delta'): string =>
      parts.map((part) => (part.type === type ? part.text : '')).join('');
    expect(textOf('reasoning-delta')).toBe('I should ask.');
    expect(textOf('text-delta')).toBe('One moment.');
    expect(parts.find(({ type }) => type === 'tool-call')).toMatchObject({
      toolName: 'weather',
      input: { city: 'Rome' },
    });
    expect(await result.finishReason).toBe('tool-calls');
    expect(await result.totalUsage).toMatchObject({ inputTokens: 3, outputTokens: 5, reasoningTokens: 2 });
  });

  test('the AI SDK: an error', async () => {
    const { mixtab } = scripted({ refuses: { code: 'context-full', message: 'Too long.' } });
    const asked = generateText({ model: aiSdk(mixtab)('scripted'), prompt: 'Hi', maxRetries: 0 });
    await expect(asked).rejects.toSatisfy(APICallError.isInstance);
    await expect(asked).rejects.toMatchObject({ statusCode: 400, message: 'Too long.', isRetryable: false });
  });

  test('LangChain: calls, and an error', async () => {
    const answer = await langchain(scripted(THOUGHT).mixtab, 'scripted').invoke('Weather?');
    expect(answer.tool_calls).toMatchObject([{ name: 'weather', args: { city: 'Rome' } }]);
    const { mixtab } = scripted({ refuses: { code: 'context-full', message: 'Too long.' } });
    await expect(langchain(mixtab, 'scripted').invoke('Hi')).rejects.toMatchObject({ status: 400 });
  });
});
