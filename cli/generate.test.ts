import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeGguf } from '../engine/formats/gguf-writer.ts';
import { qwen3moe } from '../oracle/architectures.ts';
import { goldenModels } from '../oracle/models.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixtab-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve) => {
    execFile(command, args, { env: { ...process.env, ...environment } }, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** What drivers and the Vulkan loader write to stderr on this machine whatever is computed: not the words of our command. */
let driversWords: ReadonlySet<string>;
const openDevice = ['tools/run-ts.mjs', 'tools/open-device.ts'] as const;
beforeAll(async () => {
  driversWords = new Set(linesOf((await run(process.execPath, openDevice)).stderr));
});

/** `npm run --silent generate -- …`, as the README has it; of stderr the lines that are ours. */
async function generate(...args: readonly string[]): Promise<Run> {
  const { stderr, ...rest } = await run('npm', ['run', '--silent', 'generate', '--', ...args]);
  const own = linesOf(stderr).filter((line) => !driversWords.has(line));
  return { ...rest, stderr: own.join('\n') };
}

interface Candidate {
  readonly id: number;
  readonly logprob: number;
}

interface Report {
  readonly model: Record<string, unknown>;
  readonly prompt: { readonly tokens: number[]; readonly logprobs?: (Candidate[] | null)[] };
  readonly output: {
    readonly text: string;
    readonly reasoning: string;
    readonly tokens: (Candidate & {
      readonly channel: string;
      readonly text: string;
      readonly top: Candidate[];
      readonly experts?: unknown;
    })[];
    readonly finishReason: string;
  };
  readonly timings: Record<string, unknown>;
  readonly device: Record<string, unknown>;
}

async function report(...args: readonly string[]): Promise<Report> {
  const { exitCode, stdout, stderr } = await generate(...args, '--json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Report;
}

const golden = goldenModels.find(({ name }) => name === 'qwen3moe-q4_0');
if (golden === undefined) throw new Error('The golden models have no qwen3moe-q4_0 any more');
const MODEL = file('model.gguf', golden.build());
const PROMPT = ['--model', MODEL, '--tokens', '10,20,30,40', '--temperature', '0', '--max-tokens', '6'];

describe('a model and a prompt', () => {
  test('--json reports model, prompt, output, timings and device', async () => {
    const { model, prompt, output, timings, device } = await report(...PROMPT);
    expect(model).toEqual({
      architecture: 'qwen3moe',
      parameters: expect.any(Number),
      activeParameters: expect.any(Number),
      experts: 16,
      expertsUsed: 4,
      moeLayers: expect.any(Array),
      quantization: 'Q4_0',
    });
    expect(model['activeParameters']).toBeLessThan(model['parameters'] as number);
    expect(prompt.tokens).toEqual([10, 20, 30, 40]);
    expect(output.tokens.length).toBeLessThanOrEqual(6);
    expect(['stop', 'length']).toContain(output.finishReason);
    expect(output.text).toBe(output.tokens.map(({ text }) => text).join(''));
    expect(timings).toEqual({
      loadMs: expect.any(Number),
      prefillTokensPerSecond: expect.any(Number),
      decodeTokensPerSecond: expect.any(Number),
    });
    expect(Object.keys(device).length).toBeGreaterThan(0);
  });

  test('the same prompt gives the same answer, and greedy takes the likeliest token', async () => {
    const first = await report(...PROMPT, '--logprobs', '3');
    const second = await report(...PROMPT, '--logprobs', '3');
    expect(second.output).toEqual(first.output);
    for (const { id, logprob, top } of first.output.tokens) {
      expect(top).toHaveLength(3);
      expect(top[0]).toEqual({ id, logprob });
      expect(top.map((candidate) => candidate.logprob)).toEqual(
        top.map((candidate) => candidate.logprob).sort((a, b) => b - a),
      );
    }
  });

  test('a seed makes sampling repeatable', async () => {
    const sampled = [...PROMPT.slice(0, 4), '--max-tokens', '12', '--temperature', '1.5', '--seed'];
    const [a, b, c] = await Promise.all(['7', '7', '8'].map((seed) => report(...sampled, seed)));
    expect(b?.output.tokens).toEqual(a?.output.tokens);
    expect(c?.output.tokens).not.toEqual(a?.output.tokens);
  });

  test('what the file recommends counts where the command says nothing else', async () => {
    const shape = {
      layers: 1,
      width: 64,
      heads: 4,
      keyHeads: 2,
      headWidth: 16,
      experts: 4,
      expertsUsed: 2,
      expertWidth: 32,
    };
    const model = qwen3moe({ ...shape, name: 'recommending', types: 'F32' });
    const plain = file('plain.gguf', model.build());
    const recommending = file(
      'recommending.gguf',
      model.recommendSampling({ temp: 1.5, top_k: 40, min_p: NaN }).build(),
    );
    const ask = (path: string, ...args: readonly string[]): Promise<Report> =>
      report('--model', path, '--tokens', '10,20,30,40', '--max-tokens', '12', '--seed', '7', ...args);
    const [recommended, chosen, greedy, plainly] = await Promise.all([
      ask(recommending),
      ask(plain, '--temperature', '1.5', '--top-k', '40'),
      ask(recommending, '--temperature', '0'),
      ask(plain),
    ]);
    expect(recommended?.output).toEqual(chosen?.output);
    expect(greedy?.output).toEqual(plainly?.output);
    expect(recommended?.output).not.toEqual(greedy?.output);
  });

  test('--prompt-logprobs: none for the first token; over the whole vocabulary they sum to one', async () => {
    const everything = String(2 ** 20); // more than any vocabulary: as many as there are
    const { prompt } = await report(...PROMPT, '--prompt-logprobs', everything);
    expect(prompt.logprobs).toHaveLength(4);
    expect(prompt.logprobs?.[0]).toBeNull();
    for (const distribution of prompt.logprobs?.slice(1) ?? []) {
      const sum = distribution?.reduce((total, { logprob }) => total + Math.exp(logprob), 0);
      expect(sum).toBeCloseTo(1, 4);
    }
  });

  test('--trace adds the experts of each layer', async () => {
    const { model, output } = await report(...PROMPT, '--trace');
    for (const { experts } of output.tokens) expect(experts).toHaveLength((model['moeLayers'] as number[]).length);
    const { output: untraced } = await report(...PROMPT);
    for (const { experts } of untraced.tokens) expect(experts).toBeUndefined();
  });

  test('--mute, --boost and --experts-used are seen in the trace', async () => {
    const steered = ['--mute', '0:1,0:2', '--boost', '0:5=100', '--experts-used', '3'];
    const { output } = await report(...PROMPT, '--trace', ...steered);
    for (const { experts } of output.tokens) {
      const row = ((experts as { readonly id: number }[][])[0] ?? []).map(({ id }) => id);
      expect(row[0]).toBe(5);
      expect(row).toHaveLength(3);
      expect(row.filter((id) => id === 1 || id === 2)).toEqual([]);
    }
  });

  test('--prompt goes through the chat template unless --raw', async () => {
    const short = ['--model', MODEL, '--prompt', 'the', '--max-tokens', '1'];
    const chat = await report(...short);
    const raw = await report(...short, '--raw');
    expect(raw.prompt.tokens.length).toBeGreaterThan(0);
    expect(chat.prompt.tokens.length).toBeGreaterThan(raw.prompt.tokens.length);
  });

  test('--messages is a conversation in parts, --thinking a switch of its template', async () => {
    const shape = { layers: 1, width: 64, heads: 4, keyHeads: 2, headWidth: 16 };
    const path = file(
      'thinks.gguf',
      qwen3moe({ ...shape, experts: 4, expertsUsed: 2, expertWidth: 32, name: 'thinks', types: 'F32' })
        .chatTemplate(
          "{% for m in messages %}[{{ m.role }}{{ '<think>' + m.reasoning_content + '</think>' if m.reasoning_content }}]" +
            "{{ m.content }}{% endfor %}<think>{{ '</think>' if enable_thinking is defined and not enable_thinking }}",
        )
        .build(),
    );
    const conversation = file(
      'conversation.json',
      new TextEncoder().encode(
        JSON.stringify([
          { role: 'system', content: 'Be kind.' },
          { role: 'user', content: 'Hi' },
          { role: 'assistant', reasoning: 'Hm.', content: 'Hello' },
          { role: 'user', content: 'Bye' },
        ]),
      ),
    );
    const ask = (...args: readonly string[]): Promise<Report> =>
      report('--model', path, '--messages', conversation, '--max-tokens', '4', '--temperature', '0', ...args);
    const thinking = await ask();
    expect(thinking.output).toMatchObject({ text: '', reasoning: expect.stringMatching(/./s) });
    expect(thinking.output.tokens.every(({ channel }) => channel === 'reasoning')).toBe(true);
    const off = await ask('--thinking', 'off');
    expect(off.output).toMatchObject({ text: expect.stringMatching(/./s), reasoning: '' });
    expect(off.prompt.tokens.length).toBeGreaterThan(thinking.prompt.tokens.length);
    expect(await ask('--thinking', 'on')).toMatchObject({ prompt: thinking.prompt });
    const limited = await report(
      '--model',
      path,
      '--messages',
      conversation,
      '--max-tokens',
      '30',
      '--thinking-limit',
      '2',
    );
    expect(limited.output.tokens.slice(0, 3).map(({ channel }) => channel)).toEqual(Array(3).fill('reasoning'));
    expect(limited.output.text).not.toBe('');

    const unknown = await generate('--model', path, '--messages', conversation, '--thinking', 'high');
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('off, on') });
    for (const [text, place] of [
      ['{}', /list of messages/],
      ['[{"role": "user"}]', /messages\[0\]\.content must be a string/],
      ['[{"role": "robot", "content": ""}]', /messages\[0\]\.role/],
      ['[{"role": "user", "content": "", "reasoning": ""}]', /no field "reasoning"/],
      ['[', /JSON/],
    ] as const) {
      const messages = file('bad.json', new TextEncoder().encode(text));
      const refused = await generate('--model', path, '--messages', messages);
      expect(refused).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(place) });
    }
    const latin1 = file('latin1.json', Buffer.from('[{"role": "user", "content": "é"}]', 'latin1'));
    const unread = await generate('--model', path, '--messages', latin1);
    expect(unread).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/JSON: .*encoded data/) });
  }, 120_000);

  test('without --json the text is all that stdout holds', async () => {
    const { output } = await report(...PROMPT);
    const { stdout, exitCode } = await generate(...PROMPT);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd()).toBe(output.text.trimEnd());
  });
});

describe('files that cannot be run end with exit code 1 and one line that says why', () => {
  const whole = golden.build();
  const foreign = writeGguf({ metadata: [['general.architecture', 'string', 'mamba']], tensors: [] });
  test.each([
    ['no GGUF', new TextEncoder().encode('This is a text, and not a model at all.\n'.repeat(10)), /GGUF/],
    ['an empty file', new Uint8Array(), /\w/],
    ['an unknown architecture', foreign, /mamba.*deepseek2.*olmoe|deepseek2.*olmoe.*mamba/],
    ['a file cut in its weights', whole.subarray(0, whole.length - 5000), /cut|truncat|short|incomplete|end/i],
    ['a file cut in its header', whole.subarray(0, 200), /cut|truncat|short|incomplete|end/i],
  ])('%s', async (name, content, message) => {
    const path = file(`${name.replaceAll(' ', '-')}.gguf`, content);
    const { exitCode, stdout, stderr } = await generate('--model', path, '--prompt', 'Hello', '--json');
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
  });

  test('a file that does not exist', async () => {
    const { exitCode, stderr } = await generate('--model', join(folder, 'missing.gguf'), '--prompt', 'Hello');
    expect(exitCode).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('missing.gguf');
  });
});
