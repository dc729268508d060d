// What the web platform tests expect of `LanguageModel` (web-platform-tests/wpt, ai/language-model/, and ai/resources/util.js), as far
// as it is not about browsers, pictures or sound. Each test says which file it follows. The engine echoes, as theirs does.
import { describe, expect, test } from 'vitest';
import { type LanguageModelFactory, promptApiOver } from './prompt/language-model.ts';
import { EchoBackend } from './testing/echo-backend.ts';

const TEST_PROMPT = 'Please write a sentence in English.';
const AVAILABILITIES = ['unavailable', 'downloadable', 'downloading', 'available'];

function api(backend = new EchoBackend()): LanguageModelFactory {
  return promptApiOver(() => backend);
}

/** What a page may pass, whatever the types say. */
function loose(value: unknown): never {
  return value as never;
}

interface Progress extends Event {
  readonly loaded: number;
  readonly total: number;
  readonly lengthComputable: boolean;
}

describe('create (language-model-create)', () => {
  test('its monitor is told of the download', async () => {
    const events: Progress[] = [];
    let isCreated = false;
    const monitor = (target: EventTarget): void =>
      target.addEventListener('downloadprogress', (event) => {
        expect(isCreated).toBe(false);
        events.push(event as Progress);
      });
    await api().create({ monitor });
    isCreated = true;
    expect(events.length).toBeGreaterThanOrEqual(2);
    expect(events[0]?.loaded).toBe(0);
    expect(events.at(-1)?.loaded).toBe(1);
    let last = -1;
    for (const { loaded, total, lengthComputable } of events) {
      expect({ total, lengthComputable }).toEqual({ total: 1, lengthComputable: true });
      expect(loaded % (1 / 0x10000)).toBe(0);
      expect(loaded).toBeGreaterThan(last);
      last = loaded;
    }
  });

  test.each([0, 1])('no more is told after an abort at %i', async (at) => {
    const controller = new AbortController();
    const error = new Error('test');
    let told = 0;
    const monitor = (target: EventTarget): void =>
      target.addEventListener('downloadprogress', (event) => {
        expect(controller.signal.aborted).toBe(false);
        if ((event as Progress).loaded !== at) return;
        told++;
        controller.abort(error);
      });
    await expect(api().create({ monitor, signal: controller.signal })).rejects.toBe(error);
    expect(told).toBe(1);
  });

  test('a monitor that throws ends it with what was thrown', async () => {
    const error = new Error('test');
    const monitor = (): void => {
      throw error;
    };
    await expect(api().create({ monitor })).rejects.toBe(error);
  });

  test('topK and temperature go together, and have bounds', async () => {
    expect(await api().create({ topK: 3, temperature: 0.6 })).toBeTruthy();
    await expect(api().create({ topK: 3 })).rejects.toMatchObject({ name: 'NotSupportedError' });
    await expect(api().create({ temperature: 0.5 })).rejects.toMatchObject({ name: 'NotSupportedError' });
    await expect(api().create({ topK: 3, temperature: -0.5 })).rejects.toBeInstanceOf(RangeError);
    await expect(api().create({ topK: 0, temperature: 0.5 })).rejects.toBeInstanceOf(RangeError);
    await expect(api().create({ topK: -2, temperature: 0.5 })).rejects.toBeInstanceOf(RangeError);
    expect((await api().create({ topK: 1.5, temperature: 0.5 })).topK).toBe(1);
  });

  test('initialPrompts: the system’s only as the first', async () => {
    const system = { role: 'system', content: 'you are a robot' } as const;
    const talk = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'hello' },
    ] as const;
    for (const initialPrompts of [[], talk, [system, ...talk]])
      expect(await api().create({ initialPrompts })).toBeTruthy();
    for (const initialPrompts of [
      [...talk, system],
      [system, system, ...talk],
    ])
      await expect(api().create({ initialPrompts })).rejects.toBeInstanceOf(TypeError);
  });

  test('what does not fit is refused with both numbers', async () => {
    const initialPrompts = [{ role: 'user', content: 'a'.repeat(30) }] as const;
    await expect(api(new EchoBackend(20)).create({ initialPrompts })).rejects.toMatchObject({
      name: 'QuotaExceededError',
      requested: 30,
      quota: 20,
    });
  });

  test('what Mixtab has not is refused by name', async () => {
    const tools = [{ name: 'f', description: '', inputSchema: {} }];
    await expect(api().create(loose({ tools }))).rejects.toMatchObject({
      name: 'NotSupportedError',
      message: expect.stringContaining('tools') as string,
    });
    await expect(api().create(loose({ expectedInputs: [{ type: 'image' }] }))).rejects.toMatchObject({
      name: 'NotSupportedError',
    });
  });
});

describe('availability (language-model-availability, -availability-available)', () => {
  test('one of four words, whatever plausible options', async () => {
    const options: readonly unknown[] = [
      undefined,
      {},
      { topK: -2 },
      { topK: 1.5, temperature: 7 },
      { expectedInputs: [] },
      { expectedInputs: [{ type: 'text' }, { type: 'audio' }, { type: 'image' }] },
      { expectedOutputs: [{ type: 'text', languages: ['en', 'ja', 'ko'] }] },
      { initialPrompts: [{ role: 'system', content: 'have fun' }] },
      {
        initialPrompts: [
          { role: 'system', content: 'have fun' },
          { role: 'system', content: 'be bad' },
        ],
      },
    ];
    for (const one of options) expect(AVAILABILITIES).toContain(await api().availability(loose(one)));
    expect(await api().availability({ topK: 99, temperature: 2 })).toBe('downloadable');
    expect(await api().availability({ expectedInputs: [{ type: 'text', languages: ['en'] }] })).toBe('downloadable');
  });

  test.each([
    { expectedInputs: [{ type: 'text', languages: ['unk'] }] },
    { expectedOutputs: [{ type: 'text', languages: ['unk'] }] },
    { expectedOutputs: [{ type: 'image' }] },
    { expectedOutputs: [{ type: 'audio' }] },
    { topK: 0, temperature: 0.5 },
    { topK: -3, temperature: 0.5 },
    { topK: 3, temperature: -0.5 },
    { topK: 3 },
    { temperature: 0.5 },
  ])('unavailable with %j', async (options) => {
    expect(await api().availability(loose(options))).toBe('unavailable');
  });

  test('what is invalid is refused', async () => {
    await expect(api().availability(loose({ expectedInputs: [{ type: 'soup' }] }))).rejects.toBeInstanceOf(TypeError);
    await expect(
      api().availability({ expectedInputs: [{ type: 'text', languages: ['en-abc-invalid'] }] }),
    ).rejects.toBeInstanceOf(RangeError);
  });
});

test('params (language-model-params)', async () => {
  expect(await api().params()).toEqual({
    defaultTopK: expect.any(Number) as number,
    maxTopK: expect.any(Number) as number,
    defaultTemperature: expect.any(Number) as number,
    maxTemperature: expect.any(Number) as number,
  });
  const session = await api().create({ topK: 2, temperature: 0.6 });
  expect(session).toMatchObject({ topK: 2, temperature: Math.fround(0.6) });
  expect(await session.clone()).toMatchObject({ topK: 2, temperature: Math.fround(0.6) });
  expect(typeof (await api().create()).topK).toBe('number');
});

describe('prompt (language-model-prompt)', () => {
  test('an answer', async () => {
    const backend = new EchoBackend();
    const session = await api(backend).create({ topK: 2, temperature: 0.6 });
    expect(await session.prompt(TEST_PROMPT)).toBe(`You said: ${TEST_PROMPT}`);
    expect(backend.requests[0]?.sampling).toMatchObject({ topK: 2, temperature: 0.6 });
    await session.prompt('And?');
    expect(backend.requests[1]?.prompt).toEqual({
      kind: 'chat',
      messages: [
        { role: 'user', content: TEST_PROMPT },
        { role: 'assistant', content: `You said: ${TEST_PROMPT}` },
        { role: 'user', content: 'And?' },
      ],
    });
  });

  test('an empty list is allowed, and what is no list is made a text', async () => {
    const session = await api().create();
    expect(await session.prompt([])).toBeTruthy();
    expect(await session.prompt([{ role: 'user', content: [] }])).toBeTruthy();
    expect(await session.prompt(loose({}))).toMatch(/\[object Object\]/);
    expect(await session.prompt(loose(undefined))).toMatch(/undefined/);
    expect(await session.prompt(loose(null))).toMatch(/null/);
    expect(await (await api().create()).prompt([{ role: 'system', content: 'shorthand' }])).toMatch(/shorthand/);
  });

  test('initialPrompts count towards the usage, and are known', async () => {
    const value = 'The word of the day is regurgitation.';
    const initialPrompts = [{ role: 'user', content: [{ type: 'text', value }] }] as const;
    const session = await api().create({ initialPrompts });
    const usage = await session.measureInputUsage(initialPrompts);
    expect(usage).toBeGreaterThan(0);
    expect(session.inputUsage).toBe(usage);
    expect(await session.prompt([{ role: 'system', content: '' }])).toMatch(/regurgitation/);
  });

  test('when the quota is full the oldest is forgotten, and quotaoverflow fired', async () => {
    const backend = new EchoBackend();
    const session = await api(backend).create({ initialPrompts: [{ role: 'system', content: 'Be kind.' }] });
    const fired: string[] = [];
    session.onquotaoverflow = () => fired.push('handler');
    session.addEventListener('quotaoverflow', () => fired.push('listener'));
    const long = TEST_PROMPT.repeat(10);
    expect(session.inputQuota).toBeGreaterThan(await session.measureInputUsage(long));
    await session.prompt(long);
    expect(session.inputUsage).toBeGreaterThan(0);
    expect(fired).toEqual([]);
    // Theirs counts questions alone; here answers take room too.
    await session.prompt(long.repeat(Math.floor((session.inputQuota - 10) / long.length)));
    expect(fired).toEqual(['handler', 'listener']);
    const { prompt } = backend.requests.at(-1) ?? {};
    expect(prompt?.kind === 'chat' && prompt.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(session.inputUsage).toBeGreaterThan(0);
  });

  test('what exceeds all of the quota is refused', async () => {
    const session = await api(new EchoBackend(100)).create();
    const text = TEST_PROMPT.repeat(session.inputQuota);
    const requested = await session.measureInputUsage(text);
    const refusal = { name: 'QuotaExceededError', requested, quota: session.inputQuota };
    await expect(session.prompt(text)).rejects.toMatchObject(refusal);
    await expect(session.append(text)).rejects.toMatchObject(refusal);
    expect(session.inputUsage).toBe(0);
    expect(await session.prompt('Hi')).toBe('You said: Hi');
  });

  test.each([
    [[{ role: 'robot', content: '' }], 'TypeError'],
    [[{ role: 'user' }], 'TypeError'],
    [['hello'], 'TypeError'],
    [[{ role: 'user', content: [{ type: 'text', value: 5 }] }], 'TypeError'],
    [[{ role: 'user', content: [{ type: 'soup', value: '' }] }], 'TypeError'],
    [[{ role: 'user', content: [{ type: 'image', value: '' }] }], 'NotSupportedError'],
    [[{ role: 'user', content: 'a', prefix: true }], 'SyntaxError'],
  ])('%j is refused', async (input, name) => {
    const session = await api().create();
    await expect(session.prompt(loose(input))).rejects.toMatchObject({ name });
    await expect(session.measureInputUsage(loose(input))).rejects.toMatchObject({ name });
    const reader = session.promptStreaming(loose(input)).getReader();
    await expect(reader.read()).rejects.toMatchObject({ name });
  });

  test('a prefix is gone on with (language-model-prompt-prefix)', async () => {
    const backend = new EchoBackend();
    const session = await api(backend).create();
    await session.prompt([
      { role: 'user', content: 'A sheet?' },
      { role: 'assistant', content: '```toml\n', prefix: true },
    ]);
    expect(backend.requests[0]?.prompt).toMatchObject({ continueLast: true });
    await session.prompt('And?');
    const { prompt } = backend.requests[1] ?? {};
    expect(prompt?.kind === 'chat' && prompt.messages[1]?.content).toBe('```toml\nYou said: A sheet?```toml\n');
  });

  test('a constraint is refused by name', async () => {
    const session = await api().create();
    await expect(session.prompt('Hi', loose({ responseConstraint: { type: 'array' } }))).rejects.toMatchObject({
      name: 'NotSupportedError',
      message: expect.stringContaining('responseConstraint') as string,
    });
  });

  test('prompts of one session have their turns', async () => {
    const backend = new EchoBackend();
    const session = await api(backend).create();
    const answers = await Promise.all(['a', 'b'].map((text) => session.prompt(text)));
    expect(answers).toEqual(['You said: a', 'You said: aYou said: ab']);
  });
});

test('promptStreaming (language-model-prompt-streaming)', async () => {
  const session = await api().create();
  const stream = session.promptStreaming(TEST_PROMPT);
  expect(Object.prototype.toString.call(stream)).toBe('[object ReadableStream]');
  const pieces: string[] = [];
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) pieces.push(read.value);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe(`You said: ${TEST_PROMPT}`);
  expect(session.inputUsage).toBeGreaterThan(0);
});

describe('append (language-model-append)', () => {
  test('adds to what the next prompt knows', async () => {
    const session = await api().create();
    expect(session.contextUsage).toBe(0);
    const usage = await session.measureContextUsage(TEST_PROMPT);
    expect(await session.append(TEST_PROMPT)).toBeUndefined();
    expect(session.contextUsage).toBe(usage);
    expect(await session.prompt('Go on.')).toContain(TEST_PROMPT);
  });

  test('an empty list adds nothing', async () => {
    const session = await api().create();
    await session.append([]);
    expect(session.contextUsage).toBe(0);
    await session.append(loose({}));
    expect(session.contextUsage).toBeGreaterThan(0);
  });
});

test('clone (language-model-clone)', async () => {
  const session = await api().create();
  await session.prompt('One.');
  const copy = await session.clone();
  const { inputQuota, inputUsage, topK, temperature } = session;
  expect(copy).toMatchObject({ inputQuota, inputUsage, topK, temperature });
  expect(await copy.prompt('Two.')).toContain('One.');
  expect(await session.prompt('Three.')).not.toContain('Two.');
  session.destroy();
  expect(await copy.prompt('Four.')).toContain('Two.');
});

test('destroy (language-model-destroy)', async () => {
  const session = await api().create();
  const asked = session.prompt(TEST_PROMPT);
  session.destroy();
  await expect(asked).rejects.toMatchObject({ name: 'InvalidStateError' });
  await expect(session.prompt(TEST_PROMPT)).rejects.toMatchObject({ name: 'InvalidStateError' });
  await expect(session.clone()).rejects.toMatchObject({ name: 'InvalidStateError' });
  for (const name of ['inputQuota', 'inputUsage', 'temperature', 'topK'] as const)
    expect(typeof session[name]).toBe('number');
});

describe('abort (language-model-api-abort, -prompt-post-abort)', () => {
  /** @param ask takes the signal */
  async function checkAborts(ask: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    for (const reason of [undefined, new Error('test')]) {
      const controller = new AbortController();
      const asked = ask(controller.signal);
      controller.abort(reason);
      const expected = reason ?? expect.objectContaining({ name: 'AbortError' });
      await expect(asked).rejects.toEqual(expected);
      await expect(ask(controller.signal)).rejects.toEqual(expected);
    }
  }

  test('of create, clone, prompt, append and measureInputUsage', async () => {
    await checkAborts((signal) => api().create({ signal }));
    const session = await api().create();
    await checkAborts((signal) => session.clone({ signal }));
    await checkAborts((signal) => session.prompt(TEST_PROMPT, { signal }));
    await checkAborts((signal) => session.append(TEST_PROMPT, { signal }));
    await checkAborts((signal) => session.measureInputUsage(TEST_PROMPT, { signal }));
    expect((await session.prompt(TEST_PROMPT)).length).toBeGreaterThan(0);
  });

  test('of promptStreaming: the stream fails, and a signal that was aborted before throws', async () => {
    const session = await api().create();
    for (const reason of [undefined, new DOMException('test', 'VersionError')]) {
      const controller = new AbortController();
      const stream = session.promptStreaming(TEST_PROMPT, { signal: controller.signal });
      controller.abort(reason);
      const name = reason?.name ?? 'AbortError';
      await expect(stream.pipeTo(new WritableStream())).rejects.toMatchObject({ name });
      expect(() => session.promptStreaming(TEST_PROMPT, { signal: controller.signal })).toThrow(
        expect.objectContaining({ name }),
      );
    }
  });

  test('in the middle: what was begun is forgotten', async () => {
    const session = await api().create();
    const controller = new AbortController();
    const reader = session.promptStreaming(TEST_PROMPT, { signal: controller.signal }).getReader();
    await reader.read();
    controller.abort();
    await expect(reader.read().then(async () => reader.read())).rejects.toMatchObject({ name: 'AbortError' });
    expect(await session.prompt('Again.')).toBe('You said: Again.');
  });

  test('the signal of create ends the session later', async () => {
    const controller = new AbortController();
    const session = await api().create({ signal: controller.signal });
    const asked = session.prompt(TEST_PROMPT);
    const error = new Error('test');
    controller.abort(error);
    await expect(asked).rejects.toBe(error);
    await expect(session.prompt(TEST_PROMPT)).rejects.toBe(error);
  });

  test('a stream that is left', async () => {
    const session = await api().create();
    for await (const piece of session.promptStreaming(TEST_PROMPT) as unknown as AsyncIterable<string>) {
      expect(piece).not.toBe('');
      break;
    }
    expect(await session.prompt('Again.')).toBe('You said: Again.');
  });
});
