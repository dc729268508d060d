// @vitest-environment happy-dom
import '../i18n/i18n.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineErrorData, GenerateRequest } from '../../engine/api.ts';
import type { AnswerEvent } from '../state/answer-source.ts';
import { createServerSource, type SourceLimits, type SourceTarget } from './server-source.ts';
import { base64, npy } from './testing/npy.ts';
import {
  ANSWER,
  PROMPT_TOKENS,
  REASONING,
  routedIds,
  sglangStream,
  STREAMS,
  TOKENS,
  vllmAnswer,
  vllmStream,
} from './testing/recorded.ts';

const TARGET: SourceTarget = {
  url: 'http://localhost:8000/v1',
  key: 'sk-secret',
  model: 'm',
  kind: 'vllm',
  routing: null,
};

const ASK: GenerateRequest = { prompt: { kind: 'chat', messages: [{ role: 'user', content: 'Capital?' }] } };

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
  readonly body: Record<string, unknown>;
}

let sent: Sent[] = [];
let waits: number[] = [];

type Reply = Response | Error | ((signal: AbortSignal) => Response);

/** Answers one after the other; the last one again and again. */
function serve(...replies: readonly Reply[]): void {
  let turn = 0;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, init, body: JSON.parse((init.body ?? 'null') as string) as Record<string, unknown> });
    const reply = replies[Math.min(turn++, replies.length - 1)];
    if (reply instanceof Error) throw reply;
    return typeof reply === 'function' ? reply(init.signal as AbortSignal) : reply;
  });
}

/** In pieces of so many bytes, so that characters and lines are cut anywhere. */
function streamed(text: string, size = 7, end: 'close' | 'error' | 'open' = 'close'): Response {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += size)));
      else if (end === 'error') controller.error(new TypeError('network error'));
      else if (end === 'close') controller.close();
      else return new Promise(() => undefined);
      return undefined;
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
}

function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } });
}

interface Collected {
  readonly reasoning: string;
  readonly answer: string;
  readonly calls: string;
  readonly events: readonly AnswerEvent[];
  readonly error: EngineErrorData | null;
}

async function collect(
  target: Partial<SourceTarget> = {},
  {
    signal,
    limits = {},
    request = ASK,
  }: { signal?: AbortSignal; limits?: Partial<SourceLimits>; request?: GenerateRequest } = {},
  onEvent: (event: AnswerEvent) => void = () => undefined,
): Promise<Collected> {
  const source = createServerSource({ ...TARGET, ...target }, limits, async (ms) => void waits.push(ms));
  const events: AnswerEvent[] = [];
  let error: EngineErrorData | null = null;
  try {
    for await (const event of source.generate(request, signal)) {
      events.push(event);
      onEvent(event);
    }
  } catch (thrown) {
    error = thrown as EngineErrorData;
  }
  const textOf = (channel: string): string =>
    events.map((event) => (event.type === 'token' && event.token.channel === channel ? event.token.text : '')).join('');
  return { reasoning: textOf('reasoning'), answer: textOf('answer'), calls: textOf('tool-call'), events, error };
}

const doneOf = ({ events }: Collected): Extract<AnswerEvent, { type: 'done' }> | undefined =>
  events.find((event) => event.type === 'done');

beforeEach(() => {
  sent = [];
  waits = [];
});
afterEach(() => vi.unstubAllGlobals());

describe('a stream in the form of', () => {
  for (const [kind, stream] of Object.entries(STREAMS)) {
    test.each([1, 3, 4096])(`${kind}, cut into pieces of %i bytes`, async (size) => {
      serve(streamed(stream(), size));
      const result = await collect();
      expect(result.error).toBeNull();
      expect(result).toMatchObject({ reasoning: REASONING, answer: ANSWER });
      const done = doneOf(result);
      expect(done?.finishReason).toBe('stop');
      expect(done?.timings).toMatchObject({ promptTokens: PROMPT_TOKENS, outputTokens: TOKENS.length });
    });

    test(`${kind}, with CRLF, comments, unknown fields and no [DONE]`, async () => {
      const text = `: keep-alive\n\nretry: 5000\n${stream().replace('data: [DONE]\n\n', '')}`;
      serve(streamed(`\uFEFF${text.replaceAll('\n', '\r\n')}: bye\r\n\r\n`, 5));
      expect(await collect()).toMatchObject({ reasoning: REASONING, answer: ANSWER, error: null });
    });
  }

  test('any that ends without its last empty line', async () => {
    serve(streamed('data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: {"choices":[{"finish_reason":"length"}]}'));
    const result = await collect();
    expect(result.answer).toBe('Hi');
    expect(doneOf(result)?.finishReason).toBe('length');
    expect(doneOf(result)?.timings).toMatchObject({ promptTokens: 0, outputTokens: 0 });
  });

  test('one that was started without a parser for reasoning', async () => {
    const text = `<think>\n${REASONING}\n</think>\n\n${ANSWER}`;
    const pieces = [...text].map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
    serve(streamed(`${pieces.join('')}data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n`, 4096));
    const result = await collect();
    expect(result).toMatchObject({ answer: ANSWER, error: null });
    expect(result.reasoning.trim()).toBe(REASONING);
  });

  test('one with calls of tools', async () => {
    const calls = [
      { index: 0, id: 'a', type: 'function', function: { name: 'weather', arguments: '' } },
      { index: 0, function: { arguments: '{"city":' } },
      { index: 0, function: { arguments: '"Paris"}' } },
      { index: 1, id: 'b', type: 'function', function: { name: 'time', arguments: '{}' } },
    ];
    const pieces = calls.map((call) => `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [call] } }] })}\n\n`);
    serve(streamed(`${pieces.join('')}data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}\n\n`));
    expect((await collect()).calls).toBe('weather\n{"city":"Paris"}\n\ntime\n{}');
  });

  test('a server that does not stream, whatever it is asked', async () => {
    serve(json({ choices: [{ message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }] }));
    expect(await collect()).toMatchObject({ answer: 'Hi', error: null });
  });
});

describe('what is sent', () => {
  test('is the key for this address, and nothing that tells who asks', async () => {
    serve(streamed(vllmStream()));
    await collect();
    expect(sent[0]?.url).toBe('http://localhost:8000/v1/chat/completions');
    expect(sent[0]?.init).toMatchObject({
      method: 'POST',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'manual',
      headers: { Authorization: 'Bearer sk-secret' },
    });
    expect(JSON.stringify(sent[0]?.body)).not.toContain('sk-secret');
  });

  test('are the words, and of the settings only those that were chosen', async () => {
    serve(streamed(vllmStream()));
    await collect({ kind: 'other', key: null });
    expect(sent[0]?.body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Capital?' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(sent[0]?.init.headers).not.toHaveProperty('Authorization');
  });

  test.each([
    ['vllm', { top_k: -1, min_p: 0, repetition_penalty: 1.1, reasoning_effort: 'none' }],
    ['sglang', { top_k: -1, min_p: 0, repetition_penalty: 1.1 }],
    ['llama-server', { top_k: 0, min_p: 0, repeat_penalty: 1.1, reasoning_effort: 'none' }],
    ['ollama', { reasoning_effort: 'none' }],
    ['other', { reasoning_effort: 'none' }],
  ] as const)('has the names that %s knows', async (kind, own) => {
    serve(streamed(vllmStream()));
    const sampling = { temperature: 0.5, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1.1, seed: 3 };
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'assistant', content: 'Yes', reasoning: 'Hm', tokens: [1] },
    ] as const;
    const prompt = { kind: 'chat', messages, continueLast: true } as const;
    await collect({ kind }, { request: { prompt, sampling, maxTokens: 9, thinking: { mode: 'off' }, trace: true } });
    const hasTemplate = kind !== 'ollama' && kind !== 'other';
    expect(sent[0]?.body).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'assistant', content: 'Yes' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 9,
      temperature: 0.5,
      top_p: 1,
      seed: 3,
      ...own,
      ...(hasTemplate && { chat_template_kwargs: { enable_thinking: false, thinking: false } }),
      ...((kind === 'vllm' || kind === 'sglang') && { continue_final_message: true, add_generation_prompt: false }),
    });
  });
});

describe('experts', () => {
  const [LAYERS, USED, EXPERTS] = [6, 4, 32];
  const ids = routedIds(LAYERS, USED, EXPERTS);
  const shape = [PROMPT_TOKENS + TOKENS.length - 1, LAYERS, USED];

  test('of vLLM come with the whole answer', async () => {
    serve(json(vllmAnswer(base64(npy(shape, ids, '|u1')))));
    const result = await collect({ routing: 'vllm' });
    expect(sent[0]?.body).toMatchObject({ stream: false, logprobs: true });
    expect(sent[0]?.body).not.toHaveProperty('stream_options');
    expect(result).toMatchObject({ reasoning: REASONING, answer: ANSWER, error: null });
    const told = result.events.find((event) => event.type === 'routing');
    expect(told?.routing).toMatchObject({ layers: [1, 2, 3, 4, 5], used: USED, texts: TOKENS, isIdsOnly: true });
  });

  test('of SGLang come at the end of the stream', async () => {
    serve(streamed(sglangStream(base64(new Uint8Array(Int32Array.from(ids).buffer)))));
    const result = await collect({ routing: 'sglang', kind: 'sglang' });
    expect(sent[0]?.body).toMatchObject({ stream: true, logprobs: true, return_routed_experts: true });
    const told = result.events.find((event) => event.type === 'routing');
    expect(told?.routing).toMatchObject({ layers: [1, 2, 3, 4, 5], used: USED, texts: TOKENS });
    expect(result.events.at(-1)?.type).toBe('done');
  });

  test('that make no sense cost the answer nothing', async () => {
    serve(json(vllmAnswer('AAAA')));
    const result = await collect({ routing: 'vllm' });
    expect(result).toMatchObject({ answer: ANSWER, error: null });
    expect(result.events.some((event) => event.type === 'routing')).toBe(false);
  });
});

describe('a server that fails', () => {
  test.each([408, 409, 429, 500, 503])('with %i is asked again, as the OpenAI SDKs do', async (status) => {
    serve(json({ error: { message: 'Busy' } }, status), json('', status), streamed(vllmStream()));
    expect(await collect()).toMatchObject({ answer: ANSWER, error: null });
    expect(sent).toHaveLength(3);
    expect(waits[0]).toBeGreaterThanOrEqual(375);
    expect(waits[0]).toBeLessThanOrEqual(500);
    expect(waits[1]).toBeGreaterThanOrEqual(750);
    expect(waits[1]).toBeLessThanOrEqual(1000);
  });

  test('says when it wants to be asked again, and is obeyed', async () => {
    serve(json('', 429, { 'retry-after': '2' }), json('', 503, { 'retry-after-ms': '150' }), streamed(vllmStream()));
    await collect();
    expect(waits).toEqual([2000, 150]);
  });

  test('is not waited for where that is far off, or where it says that it does not help', async () => {
    serve(json('', 429, { 'retry-after': '3600' }));
    expect((await collect()).error?.code).toBe('busy');
    serve(json('', 500, { 'x-should-retry': 'false' }));
    expect((await collect()).error?.code).toBe('network');
    expect(waits).toEqual([]);
  });

  test('is asked three times where nothing answers, and then it is said', async () => {
    serve(new TypeError('Failed to fetch'));
    const { error } = await collect();
    expect(sent).toHaveLength(3);
    expect(error).toMatchObject({ code: 'network', detail: 'Failed to fetch' });
    expect(error?.message).toContain('localhost:8000 cannot be reached');
  });

  test.each([
    [401, { error: { message: 'Incorrect API key provided: sk-secret', code: 'invalid_api_key' } }, 'bad-request'],
    [400, { error: { message: "This model's maximum context length is 4096 tokens." } }, 'context-full'],
    [
      400,
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size',
          type: 'exceed_context_size_error',
        },
      },
      'context-full',
    ],
    [404, { object: 'error', message: 'The model does not exist.', code: 404 }, 'bad-request'],
    [422, { detail: 'temperature must be positive' }, 'bad-request'],
    [400, { error: 'model is required' }, 'bad-request'],
    [400, '<html><h1>Bad</h1></html>', 'bad-request'],
    [400, { error: { inner: { Authorization: 'Bearer sk-secret' } } }, 'bad-request'],
  ])('with %i and %j says so once, in words, without the key', async (status, body, code) => {
    serve(json(body, status));
    const { error } = await collect();
    expect(sent).toHaveLength(1);
    expect(error?.code).toBe(code);
    expect(error?.message).toContain('localhost:8000');
    expect(JSON.stringify({ ...error, message: error?.message })).not.toMatch(/sk-secret|<h1>/);
  });

  test('of lists within lists without end is an error like any other', async () => {
    serve(new Response(`{"error":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`, { status: 400 }));
    expect((await collect()).error).toMatchObject({ code: 'bad-request' });
  });

  test('in the midst of the answer keeps what came before', async () => {
    const first = 'data: {"choices":[{"delta":{"content":"The"}}]}\n\n';
    const errors = [
      'data: {"error":{"message":"CUDA out of memory","type":"InternalServerError","code":500}}\n\n',
      'event: error\ndata: {"object":"error","message":"CUDA out of memory"}\n\n',
      'data: {"error":"CUDA out of memory"}\n\n',
    ];
    for (const error of errors) {
      serve(streamed(first + error));
      const result = await collect();
      expect(result.answer).toBe('The');
      expect(result.error?.message).toContain('CUDA out of memory');
    }
    expect(sent).toHaveLength(errors.length);
  });

  test('by breaking off, or by ending without a word, did not answer', async () => {
    const first = 'data: {"choices":[{"delta":{"content":"The"}}]}\n\n';
    for (const reply of [streamed(first, 7, 'error'), streamed(first), streamed(`${first}data: [DONE]\n\n`)]) {
      serve(reply);
      const result = await collect();
      expect(result.answer).toBe('The');
      expect(result.error).toMatchObject({ code: 'network' });
      expect(result.error?.message).toContain('was lost before');
    }
  });

  test('by giving up says so', async () => {
    serve(streamed('data: {"choices":[{"delta":{"content":"The"},"finish_reason":"abort"}]}\n\n'));
    expect((await collect()).error?.message).toContain('was lost before');
  });
});

describe('a hostile server', () => {
  test('sends a line without end: it is left', async () => {
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls++;
        controller.enqueue(new Uint8Array(64_000).fill(0x61));
      },
    });
    serve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    const { error } = await collect();
    expect(error?.message).toContain('more than an answer can be');
    expect(pulls).toBeLessThan(60);
  });

  test('sends text without end: it is left, and what came is kept', async () => {
    const event = new TextEncoder().encode(
      `data: ${JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(1000) } }] })}\n\n`,
    );
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(event) });
    serve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
    const result = await collect({}, { limits: { mostText: 50_000 } });
    expect(result.error?.message).toContain('more than an answer can be');
    expect(result.answer).toHaveLength(50_000);
  });

  test('sends JSON of hundreds of megabytes: it is left', async () => {
    let pulls = 0;
    const piece = new Uint8Array(4 * 2 ** 20).fill(0x20);
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls++;
        controller.enqueue(piece);
      },
    });
    serve(new Response(body, { headers: { 'content-type': 'application/json' } }));
    expect((await collect()).error?.message).toContain('more than an answer can be');
    expect(pulls).toBeLessThan(30);
  });

  test('drips, and falls silent: it is left in time', async () => {
    serve(() => streamed('data: {"choices":[{"delta":{"content":"The"}}]}\n\n', 4096, 'open'));
    const result = await collect({}, { limits: { idleMs: 30 } });
    expect(result.answer).toBe('The');
    expect(result.error?.message).toContain('went silent');
  });

  test.each([
    '{"choices":[{"delta":{"content":42,"reasoning":{"a":1},"tool_calls":"x"},"finish_reason":7}]}',
    '{"choices":{"length":1}}',
    '[]',
    '"text"',
    'null',
    '{"choices":[null],"usage":{"prompt_tokens":-1,"completion_tokens":"many"}}',
    '{"choices":[{"delta":[],"logprobs":{"content":"no"}}],"sglext":{"routed_experts":{}}}',
    '['.repeat(100_000),
    '{"__proto__":{"polluted":true},"choices":[{"delta":{"content":""}}]}',
  ])('sends wrong types: %.60s', async (data) => {
    serve(streamed(`data: ${data}\n\n${vllmStream()}`, 4096));
    expect(await collect()).toMatchObject({ answer: ANSWER, error: null });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('sends nothing that is an answer', async () => {
    for (const reply of [json('<html>Welcome to nginx</html>'), json({ ok: true }), streamed('data: hello\n\n')]) {
      serve(reply);
      expect((await collect()).error?.message).toContain('no answer of a model');
    }
  });

  test('sends the page elsewhere: the key does not go there', async () => {
    serve(new Response(null, { status: 307, headers: { location: 'https://evil.example/' } }));
    const { error } = await collect();
    expect(error?.message).toContain('another address');
    expect(sent).toHaveLength(1);
  });
});

describe('Stop', () => {
  test('ends the answer with what there is, and the request with it', async () => {
    const stop = new AbortController();
    let signal: AbortSignal | null = null;
    serve((own) => {
      signal = own;
      return streamed('data: {"choices":[{"delta":{"content":"The"}}]}\n\n', 4096, 'open');
    });
    const result = await collect({}, { signal: stop.signal, limits: { idleMs: 50 } }, () => stop.abort());
    expect(result).toMatchObject({ answer: 'The', error: null });
    expect(doneOf(result)?.finishReason).toBe('aborted');
    expect((signal as AbortSignal | null)?.aborted).toBe(true);
  });

  test('ends the waiting before another attempt', async () => {
    const stop = new AbortController();
    serve(json('', 503));
    const source = createServerSource(TARGET, {}, async () => stop.abort());
    const events: AnswerEvent[] = [];
    for await (const event of source.generate(ASK, stop.signal)) events.push(event);
    expect(events).toMatchObject([{ type: 'done', finishReason: 'aborted' }]);
    expect(sent).toHaveLength(1);
  });

  test('by leaving the loop ends the request', async () => {
    let signal: AbortSignal | null = null;
    serve((own) => {
      signal = own;
      return streamed(vllmStream());
    });
    for await (const event of createServerSource(TARGET).generate(ASK)) if (event.type === 'token') break;
    expect((signal as AbortSignal | null)?.aborted).toBe(true);
  });
});
