import { describe, expect, test } from 'vitest';
import { ScriptedBackend, SERVED } from '../testing/scripted-backend.ts';
import { answerRequest } from './http.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { ApiService } from './service.ts';

const QUESTION = [{ role: 'user', content: 'Hello?' }];
const ANSWER = [{ text: 'Hel' }, { text: 'lo' }, { text: '' }];

function post(path: string, body: unknown, init: RequestInit = {}): Request {
  return new Request(`https://example.org${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
}

async function ask(
  body: unknown,
  backend = new ScriptedBackend({ says: ANSWER }),
  path = '/v1/chat/completions',
): Promise<{ status: number; json: Record<string, unknown> & { error?: Record<string, unknown> }; headers: Headers }> {
  const response = await answerRequest(new ApiService(backend), post(path, body));
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Record<string, unknown>,
  };
}

async function events(response: Response): Promise<Record<string, unknown>[]> {
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const lines = (await response.text()).split('\n\n');
  expect(lines.at(-1)).toBe('');
  expect(lines.at(-2)).toBe('data: [DONE]');
  return lines.slice(0, -2).map((line) => JSON.parse(line.replace(/^data: /, '')) as Record<string, unknown>);
}

describe('chat completions', () => {
  test('an answer', async () => {
    const { status, json } = await ask({ model: 'scripted', messages: QUESTION });
    expect(status).toBe(200);
    expect(json).toEqual({
      id: expect.stringMatching(/^chatcmpl-./) as string,
      object: 'chat.completion',
      created: expect.closeTo(Date.now() / 1000, -1) as number,
      model: 'scripted',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          finish_reason: 'stop',
          logprobs: null,
        },
      ],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 3,
        total_tokens: 6,
        prompt_tokens_details: { cached_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    });
  });

  test('what it asks of the engine', async () => {
    const backend = new ScriptedBackend({ says: ANSWER });
    backend.served = { ...SERVED, sampling: { topK: 20, temperature: 0.2 } };
    await ask(
      {
        messages: [
          {
            role: 'developer',
            content: [
              { type: 'text', text: 'Be ' },
              { type: 'text', text: 'kind.' },
            ],
          },
          { role: 'user', content: 'Weather?' },
          {
            role: 'assistant',
            content: null,
            refusal: null,
            reasoning_content: 'Hm.',
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'Rain' },
          { role: 'assistant', content: 'It' },
        ],
        continue_final_message: true,
        temperature: 0.5,
        top_p: 0.9,
        seed: -1,
        stop: 'END',
        max_completion_tokens: 7,
        logprobs: true,
        top_logprobs: 2,
        reasoning_effort: 'none',
        thinking_token_budget: 9,
        // All of these ask for nothing.
        n: 1,
        tools: [],
        tool_choice: 'auto',
        response_format: { type: 'text' },
        frequency_penalty: 0,
        presence_penalty: 0,
        logit_bias: {},
        user: 'me',
        stream: false,
        stream_options: null,
        metadata: { run: '1' },
        store: false,
      },
      backend,
    );
    expect(backend.requests).toEqual([
      {
        prompt: {
          kind: 'chat',
          messages: [
            { role: 'system', content: 'Be kind.' },
            { role: 'user', content: 'Weather?' },
            {
              role: 'assistant',
              content: '',
              reasoning: 'Hm.',
              toolCalls: [{ id: 'c1', name: 'weather', arguments: '{}' }],
            },
            { role: 'tool', content: 'Rain', callId: 'c1', name: 'weather' },
            { role: 'assistant', content: 'It' },
          ],
          continueLast: true,
        },
        sampling: { temperature: 0.5, topP: 0.9, minP: 0.05, topK: 20, seed: 2 ** 32 - 1 },
        stop: ['END'],
        maxTokens: 7,
        logprobs: 2,
        tokenBytes: true,
        thinking: { mode: 'off', limit: 9 },
      },
    ]);
  });

  test('in pieces, with usage', async () => {
    const service = new ApiService(new ScriptedBackend({ says: ANSWER, finish: 'length' }));
    const body = { messages: QUESTION, stream: true, stream_options: { include_usage: true } };
    const chunks = await events(await answerRequest(service, post('/some/where/v1/chat/completions', body)));
    expect(chunks.map(({ choices, usage }) => ({ choices, usage }))).toEqual([
      ...[{ role: 'assistant', content: '' }, { content: 'Hel' }, { content: 'lo' }].map((delta) => ({
        choices: [{ index: 0, delta, finish_reason: null, logprobs: null }],
        usage: null,
      })),
      { choices: [{ index: 0, delta: {}, finish_reason: 'length', logprobs: null }], usage: null },
      { choices: [], usage: expect.objectContaining({ total_tokens: 6 }) as unknown },
    ]);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  test('reasoning and calls have fields of their own', async () => {
    const backend = new ScriptedBackend({
      says: [
        { text: 'Let me ', channel: 'reasoning' },
        { text: 'look.', channel: 'reasoning' },
        { text: 'Looking. ' },
        { text: '{"name": "weather", ', channel: 'tool-call' },
        { text: '"arguments": {"city": "Rome"}}', channel: 'tool-call' },
        { text: '\n\n{"name": "time", "arguments": {}}', channel: 'tool-call' },
        { text: '' },
      ],
    });
    const { json } = await ask({ messages: QUESTION }, backend);
    expect(json['choices']).toEqual([
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Looking. ',
          refusal: null,
          reasoning_content: 'Let me look.',
          tool_calls: [
            {
              id: expect.stringMatching(/^call_\w{24}$/) as string,
              type: 'function',
              function: { name: 'weather', arguments: '{"city":"Rome"}' },
            },
            {
              id: expect.stringMatching(/^call_\w{24}$/) as string,
              type: 'function',
              function: { name: 'time', arguments: '{}' },
            },
          ],
        },
        finish_reason: 'tool_calls',
        logprobs: null,
      },
    ]);
    expect(json['usage']).toMatchObject({ completion_tokens_details: { reasoning_tokens: 2 } });
  });

  test('a notation that nobody understands is shown', async () => {
    const backend = new ScriptedBackend({ says: [{ text: 'call weather now', channel: 'tool-call' }] });
    const { json } = await ask({ messages: QUESTION }, backend);
    expect(json['choices']).toMatchObject([{ message: { content: 'call weather now' }, finish_reason: 'stop' }]);
  });

  test('log-probabilities are those of the answer’s own tokens', async () => {
    const says = [
      { text: 'Hm', channel: 'reasoning' },
      { text: 'Hé' },
      { text: '' },
      { text: 'llo' },
      { text: '' },
    ] as const;
    const tokensOf = async (finish: 'stop' | 'stop-string' | 'length'): Promise<string[]> => {
      const body = { messages: QUESTION, logprobs: true, top_logprobs: 1 };
      const { json } = await ask(body, new ScriptedBackend({ says, finish }));
      const [choice] = json['choices'] as { logprobs: { content: { token: string }[] } }[];
      expect(choice?.logprobs.content[0]).toEqual({
        token: 'Hé',
        logprob: -0.5,
        bytes: [72, 195, 169],
        top_logprobs: [{ token: 'Hé', logprob: -0.5, bytes: [72, 195, 169] }],
      });
      return choice?.logprobs.content.map(({ token }) => token) ?? [];
    };
    expect(await tokensOf('stop')).toEqual(['Hé', '', 'llo']); // the last ended the turn
    expect(await tokensOf('stop-string')).toEqual(['Hé', '', 'llo']); // the last was held back for a stop text
    expect(await tokensOf('length')).toEqual(['Hé', '', 'llo', '']);
  });
});

describe('completions', () => {
  test('an answer, with lists of log-probabilities', async () => {
    const backend = new ScriptedBackend({ says: ANSWER });
    const { json } = await ask({ prompt: ['Once'], logprobs: 1 }, backend, '/v1/completions');
    expect(json).toMatchObject({
      object: 'text_completion',
      choices: [
        {
          text: 'Hello',
          finish_reason: 'stop',
          logprobs: {
            tokens: ['Hel', 'lo'],
            token_logprobs: [-0.5, -0.5],
            top_logprobs: [{ Hel: -0.5 }, { lo: -0.5 }],
            text_offset: [0, 3],
          },
        },
      ],
      usage: { total_tokens: 6 },
    });
    expect(backend.requests[0]).toMatchObject({ prompt: { kind: 'text', text: 'Once' }, maxTokens: 16 });
  });

  test('ids as a prompt, in pieces', async () => {
    const backend = new ScriptedBackend({ says: ANSWER });
    const request = post('/v1/completions', { prompt: [[5, 6]], stream: true, max_tokens: 3 });
    const pieces = await events(await answerRequest(new ApiService(backend), request));
    expect(pieces.map(({ choices }) => (choices as { text: string; finish_reason: string | null }[])[0])).toMatchObject(
      [
        { text: 'Hel', finish_reason: null },
        { text: 'lo', finish_reason: null },
        { text: '', finish_reason: 'stop' },
      ],
    );
    expect(backend.requests[0]).toMatchObject({ prompt: { kind: 'tokens', tokens: [5, 6] }, maxTokens: 3 });
  });
});

describe('models', () => {
  const get = (path: string): Promise<Response> =>
    answerRequest(new ApiService(new ScriptedBackend()), new Request(`https://example.org${path}`));

  test('the list, and one by its name', async () => {
    const list = (await (await get('/v1/models')).json()) as { data: unknown[] };
    expect(list).toEqual({
      object: 'list',
      data: [
        {
          id: 'scripted',
          object: 'model',
          created: expect.any(Number) as number,
          owned_by: 'mixtab',
          max_model_len: 4096,
        },
      ],
    });
    expect(await (await get('/v1/models/scripted')).json()).toEqual(list.data[0]);
    expect((await get('/v1/models/other')).status).toBe(404);
  });
});

const user = (content: unknown): unknown => ({ messages: [{ role: 'user', content }] });
const chat = (fields: Record<string, unknown>): unknown => ({ messages: QUESTION, ...fields });

describe('refusals', () => {
  test.each([
    ['tools', chat({ tools: [{ type: 'function', function: { name: 'f' } }] }), 'tools', 'unsupported_parameter'],
    ['several answers', chat({ n: 2 }), 'n', 'unsupported_value'],
    ['a JSON schema', chat({ response_format: { type: 'json_object' } }), 'response_format', 'unsupported_parameter'],
    ['penalties', chat({ frequency_penalty: 0.5 }), 'frequency_penalty', 'unsupported_parameter'],
    ['biases', chat({ logit_bias: { 5: 1 } }), 'logit_bias', 'unsupported_parameter'],
    ['audio', chat({ modalities: ['text', 'audio'] }), 'modalities', 'unsupported_parameter'],
    ['a misspelling', chat({ temprature: 1 }), 'temprature', 'unknown_parameter'],
    ['a name like a method', chat({ toString: 1 }), 'toString', 'unknown_parameter'],
    ['a wrong number', chat({ temperature: 2.1 }), 'temperature', 'invalid_value'],
    ['text for a number', chat({ temperature: '1' }), 'temperature', 'invalid_value'],
    ['both names of one thing', chat({ max_tokens: 1, max_completion_tokens: 1 }), 'max_tokens', 'invalid_value'],
    ['alternatives without logprobs', chat({ top_logprobs: 2 }), 'top_logprobs', 'invalid_value'],
    ['options of no stream', chat({ stream_options: { include_usage: true } }), 'stream_options', 'invalid_value'],
    ['an effort it does not know', chat({ reasoning_effort: 'huge' }), 'reasoning_effort', 'unsupported_value'],
    ['no messages', {}, 'messages', 'missing_required_parameter'],
    ['an empty list', { messages: [] }, 'messages', 'invalid_value'],
    [
      'a picture',
      user([{ type: 'image_url', image_url: { url: 'x' } }]),
      'messages[0].content[0].type',
      'invalid_value',
    ],
    ['a role', { messages: [{ role: 'robot', content: '' }] }, 'messages[0].role', 'invalid_value'],
    ['no content', { messages: [{ role: 'user' }] }, 'messages[0].content', 'missing_required_parameter'],
    ['a name', { messages: [{ role: 'user', content: '', name: 'Bo' }] }, 'messages[0].name', 'unknown_parameter'],
    ['nothing to go on with', chat({ continue_final_message: true }), 'continue_final_message', 'invalid_value'],
    ['a list as body', [], null, null],
  ])('%s', async (_, body, param, code) => {
    const backend = new ScriptedBackend();
    const { status, json, headers } = await ask(body, backend);
    expect(status).toBe(400);
    expect(json).toEqual({
      error: { message: expect.stringMatching(/\w/) as string, type: 'invalid_request_error', param, code },
    });
    if (param !== null) expect(json.error?.['message']).toContain(param);
    expect(headers.get('x-should-retry')).toBe('false');
    expect(backend.requests).toEqual([]);
  });

  test.each([
    ['echo', { prompt: 'a', echo: true }, 'echo'],
    ['several prompts', { prompt: ['a', 'b'] }, 'prompt'],
    ['more alternatives than OpenAI gives', { prompt: 'a', logprobs: 6 }, 'logprobs'],
    ['a suffix', { prompt: 'a', suffix: 'b' }, 'suffix'],
    ['no prompt', {}, 'prompt'],
  ])('of completions: %s', async (_, body, param) => {
    const { status, json } = await ask(body, undefined, '/v1/completions');
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ param });
  });

  test.each([
    [415, 'unsupported_media_type', { headers: { 'content-type': 'text/plain' } }],
    [400, 'invalid_json', { body: '{' }],
    [400, 'invalid_body', { body: Uint8Array.of(0x22, 0xff, 0x22) }],
    [413, 'request_too_large', { body: ' '.repeat(MAX_BODY_BYTES + 1) }],
    [405, 'method_not_allowed', { method: 'PUT' }],
  ])('status %i: %s', async (status, code, init) => {
    const response = await answerRequest(
      new ApiService(new ScriptedBackend()),
      post('/v1/chat/completions', '{}', init),
    );
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code } });
  });

  test('an address that is none', async () => {
    for (const path of ['/v1/embeddings', '/models', '/'])
      expect(await ask({}, undefined, path)).toMatchObject({ status: 404, json: { error: { code: 'unknown_url' } } });
  });

  test('a model that is not there', async () => {
    expect(await ask(chat({ model: 'gpt-4' }))).toMatchObject({
      status: 404,
      json: { error: { code: 'model_not_found', message: expect.stringContaining(`'scripted'`) as string } },
    });
  });

  test('a chat with a model that has no template', async () => {
    const backend = new ScriptedBackend();
    backend.served = { ...SERVED, hasChatTemplate: false };
    expect(await ask(chat({}), backend)).toMatchObject({ status: 400, json: { error: { param: 'messages' } } });
  });

  test('a long text in the wrong place is not repeated', async () => {
    const { status, json } = await ask(chat({ messages: [{ role: 'x'.repeat(1_000_000), content: 'Hi' }] }));
    expect(status).toBe(400);
    expect(JSON.stringify(json).length).toBeLessThan(3000);
  });

  test('texts that are together too long', async () => {
    const content = 'a'.repeat(3 * 1024 * 1024);
    const service = new ApiService(new ScriptedBackend());
    const messages = [1, 2, 3].map(() => ({ role: 'user', content }));
    await expect(service.chat({ messages }, new AbortController().signal)).rejects.toMatchObject({ status: 400 });
  });
});

describe('what the engine refuses', () => {
  test.each([
    ['context-full', 400, 'context_length_exceeded', 'invalid_request_error', 'false'],
    ['device-lost', 503, 'device_lost', 'server_error', 'true'],
    ['out-of-memory', 500, 'out_of_memory', 'server_error', 'false'],
    ['internal', 500, 'internal', 'server_error', 'false'],
  ] as const)('%s', async (code, status, name, type, shouldRetry) => {
    const backend = new ScriptedBackend({ refuses: { code, message: 'In words.' } });
    for (const stream of [false, true]) {
      const { headers, ...answer } = await ask(chat({ stream }), backend);
      expect(answer).toEqual({ status, json: { error: { message: 'In words.', type, param: null, code: name } } });
      expect(headers.get('x-should-retry')).toBe(shouldRetry);
    }
  });

  test('in the middle of an answer: the last event says so', async () => {
    const breaks = { code: 'device-lost', message: 'The GPU was reset.' } as const;
    const service = new ApiService(new ScriptedBackend({ says: ANSWER, breaks }));
    const chunks = await events(await answerRequest(service, post('/v1/chat/completions', chat({ stream: true }))));
    expect(chunks.at(-1)).toEqual({
      error: { message: 'The GPU was reset.', type: 'server_error', param: null, code: 'device_lost' },
    });
    expect(chunks).toHaveLength(4);
  });

  test('stopped from elsewhere', async () => {
    const { status, json } = await ask(chat({}), new ScriptedBackend({ says: ANSWER, finish: 'aborted' }));
    expect({ status, code: json.error?.['code'] }).toEqual({ status: 503, code: 'stopped' });
  });
});

describe('turns', () => {
  const endless = { says: [{ text: 'on ' }], endless: true };

  async function until(condition: () => boolean): Promise<void> {
    await expect.poll(condition, { timeout: 20_000, interval: 1 }).toBe(true);
  }

  test('one at a time, in order', async () => {
    const backend = new ScriptedBackend({ says: ANSWER });
    const service = new ApiService(backend);
    const most: number[] = [];
    await Promise.all(
      ['a', 'b', 'c'].map(async (content) => {
        await service.chat(user(content), new AbortController().signal);
        most.push(backend.running);
      }),
    );
    expect(Math.max(...most)).toBeLessThanOrEqual(1);
    expect(backend.requests.map(({ prompt }) => (prompt.kind === 'chat' ? prompt.messages[0]?.content : ''))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('who hangs up ends the answer within a token, and the next begins', async () => {
    const backend = new ScriptedBackend(endless);
    const service = new ApiService(backend);
    const response = await answerRequest(service, post('/v1/chat/completions', chat({ stream: true })));
    const reader = response.body?.getReader();
    await reader?.read();
    const next = service.chat(chat({ max_tokens: 1 }), new AbortController().signal);
    await until(() => backend.tokens > 3);
    expect(backend.requests).toHaveLength(1);
    backend.script = { says: ANSWER };
    const before = backend.tokens;
    await reader?.cancel();
    await next;
    expect(backend.tokens - before).toBeLessThanOrEqual(1 + ANSWER.length);
  });

  test('an abort signal ends a stream, an answer and a wait', async () => {
    const backend = new ScriptedBackend(endless);
    const service = new ApiService(backend);
    const ask = (stream: boolean, signal: AbortSignal): Promise<Response> =>
      answerRequest(service, post('/v1/chat/completions', chat({ stream }), { signal }));
    const [streamed, whole, waiting] = [new AbortController(), new AbortController(), new AbortController()];

    const response = await ask(true, streamed.signal);
    const second = ask(false, whole.signal);
    const third = ask(false, waiting.signal);
    waiting.abort();
    await expect(third).rejects.toMatchObject({ name: 'AbortError' });
    streamed.abort();
    await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => backend.requests.length === 2);
    whole.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => backend.running === 0);
    expect(backend.requests).toHaveLength(2);
    await service.idle();
  });

  test('a reader who leaves the loop, or reads nothing, holds up nobody', async () => {
    const backend = new ScriptedBackend({ says: ANSWER });
    const service = new ApiService(backend);
    const ask = (): ReturnType<ApiService['chat']> =>
      service.chat(chat({ stream: true }), new AbortController().signal);
    await ask(); // not read
    const answer = await ask();
    if (answer.kind !== 'stream') throw new Error('no stream');
    for await (const chunk of answer.stream) {
      expect(chunk.choices[0]?.delta.role).toBe('assistant');
      break;
    }
    await service.idle();
    expect(backend.running).toBe(0);
  });

  test('only so many may wait', async () => {
    const backend = new ScriptedBackend(endless);
    const service = new ApiService(backend, { mostWaiting: 1 });
    const stop = new AbortController();
    const first = service.chat(chat({}), stop.signal).catch(() => undefined);
    const second = service.chat(chat({}), stop.signal).catch(() => undefined);
    await until(() => backend.tokens > 0);
    const response = await answerRequest(service, post('/v1/chat/completions', chat({})));
    expect(response.status).toBe(429);
    expect(response.headers.get('x-should-retry')).toBe('true');
    stop.abort();
    await Promise.all([first, second]);
  });
});
