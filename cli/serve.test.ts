import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MODELS = 'public/models';
/** A build without a bundled model is a valid one; then there is nothing to serve. */
const file = existsSync(MODELS) ? readdirSync(MODELS).find((name) => name.endsWith('.gguf')) : undefined;

function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['tools/run-ts.mjs', 'tools/serve.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

describe.runIf(file !== undefined)('npm run serve', () => {
  let child: ChildProcess;
  let client: OpenAI;

  beforeAll(async () => {
    child = start('--model', `${MODELS}/${file ?? ''}`, '--port', '0', '--name', 'tiny');
    const line = await new Promise<string>((resolve, reject) => {
      if (child.stdout) createInterface(child.stdout).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`It ended with ${code}`)));
    });
    const baseURL = /^tiny answers at (http:\/\/127\.0\.0\.1:\d+\/v1)$/.exec(line)?.[1];
    client = new OpenAI({ baseURL: baseURL ?? line, apiKey: 'none' });
  });
  afterAll(() => child.kill('SIGKILL'));

  test('OpenAI’s client gets an answer, streamed and whole', async () => {
    const question = {
      model: 'tiny',
      messages: [{ role: 'user', content: 'What is the capital of Japan?' }],
      temperature: 0,
    } as const satisfies OpenAI.Chat.ChatCompletionCreateParams;
    const whole = await client.chat.completions.create(question);
    expect(whole.choices[0]?.message.content).toContain('Tokyo');
    let text = '';
    for await (const chunk of await client.chat.completions.create({ ...question, stream: true }))
      text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe(whole.choices[0]?.message.content);
  });

  test('a port that is taken is said in words', async () => {
    const second = start('--model', `${MODELS}/${file ?? ''}`, '--port', new URL(client.baseURL).port);
    let stderr = '';
    second.stderr?.on('data', (text) => (stderr += String(text)));
    expect(await exitOf(second)).toBe(1);
    expect(stderr).toMatch(/^Port \d+ is taken\. Choose another with --port\.$/m);
  });

  test('Ctrl-C ends an answer, and then the server', async () => {
    const stream = await client.completions.create({ model: 'tiny', prompt: 'Once', max_tokens: 200, stream: true });
    const ended = exitOf(child);
    let pieces = 0;
    const reading = (async () => {
      // Once: a second one does not wait for anything.
      for await (const _ of stream) if (++pieces === 1) child.kill('SIGINT');
    })();
    // The connection breaks off, unless the answer came to its end just before.
    const outcome = reading.then(
      () => 'ended',
      () => 'broke off',
    );
    expect(await ended).toBe(0);
    expect(await outcome).toMatch(/ended|broke off/);
    await expect(fetch(`${client.baseURL}/models`)).rejects.toThrow(/fetch failed/);
  });
});

test('what is wrong with a command is said in a line', async () => {
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--port', '80'], /--model is missing/],
    [['--model', 'nowhere.gguf'], /nowhere\.gguf cannot be opened/],
    [['--model', 'x', '--allow-origin', 'example'], /--allow-origin wants an origin/],
    [['--modle', 'x'], /--modle'[^.]*\..* Usage: npm run serve/],
  ];
  await Promise.all(
    wrong.map(async ([args, message]) => {
      const child = start(...args);
      let stderr = '';
      child.stderr?.on('data', (text) => (stderr += String(text)));
      expect(await exitOf(child)).toBe(1);
      expect(stderr).toMatch(message);
    }),
  );
});

test('--help tells the options', async () => {
  const child = start('--help');
  let stdout = '';
  child.stdout?.on('data', (text) => (stdout += String(text)));
  expect(await exitOf(child)).toBe(0);
  expect(stdout).toMatch(/^Usage: npm run serve -- --model FILE/);
});
