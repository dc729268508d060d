// A conversation that is edited, branched, asked again, stopped and continued says token for token what a fresh run says, for every
// kind of memory, and runs no more than what changed since the last kept turn.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenModels } from '../../oracle/models.ts';
import type { Sampling } from '../api.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import type { Gpu } from '../gpu/device.ts';
import { openTestGpu } from '../testing/gpu.ts';
import { generator } from '../testing/random.ts';
import { generate, type TextModel } from './generate.ts';
import { loadTextModel } from './load-model.ts';
import { Session } from './session.ts';

/** One for each kind of memory. */
const MODELS = {
  'a cache of all tokens': 'qwen3moe-fused-q4_0',
  'states of short convolutions': 'lfm2moe-q4_0',
  'windows as rings, and states': 'lfm2-window-f32',
  'states of gated delta nets': 'qwen35moe-q4_0',
  'latents, and states of Kimi Delta Attention': 'bailingmoe3-q8_0',
  'states of Mamba-2': 'granitehybrid-experts-q8_0',
} as const;

const CONTEXT = 256;
const CHUNK = 16;
const ANSWER = 12;

interface Answer {
  readonly tokens: readonly number[];
  readonly reused: number;
}

describe.each(Object.entries(MODELS))('%s', (_, name) => {
  let gpu: Gpu;
  let kept: TextModel;

  beforeAll(async () => {
    gpu = await openTestGpu({ profile: 'rows', subgroups: false });
    const golden = goldenModels.find((model) => model.name === name);
    if (golden === undefined) throw new Error(`no golden model is called ${name}`);
    const gguf = await readGguf([new MemorySource(golden.build())]);
    const { text } = await loadTextModel(gpu, gguf, { contextLength: 1 });
    text.session.destroy();
    const session = await Session.load(gpu, gguf, { contextLength: CONTEXT, chunkTokens: CHUNK, kvCache: 'f32' });
    // No token ends an answer: all answers have their full length.
    kept = { ...text, session, tokenizer: { ...text.tokenizer, endOfTurn: new Set() } };
  });
  afterAll(() => {
    kept.session.destroy();
    gpu.device.destroy();
  });

  async function ask(prompt: readonly number[], stopAfter = ANSWER, sampling: Sampling = {}): Promise<Answer> {
    const tokens: number[] = [];
    let reused = NaN;
    const stop = new AbortController();
    const request = { prompt: { kind: 'tokens', tokens: prompt }, maxTokens: ANSWER, sampling } as const;
    for await (const event of generate(kept, request, stop.signal)) {
      if (event.type === 'token') tokens.push(event.token.id);
      if (tokens.length === stopAfter) stop.abort();
      if (event.type === 'done') reused = event.timings.reusedTokens;
    }
    return { tokens, reused };
  }

  async function askAfresh(prompt: readonly number[], sampling: Sampling = {}): Promise<readonly number[]> {
    kept.session.forget();
    const { tokens, reused } = await ask(prompt, ANSWER, sampling);
    expect(reused).toBe(0);
    return tokens;
  }

  const random = generator(7);
  const some = (count: number): number[] =>
    Array.from({ length: count }, () => Math.floor(random() * kept.session.model.shape.vocabularySize));

  test('asked again, branched, edited and gone on', async () => {
    const question = some(40);
    const first = await ask(question);
    expect(first.tokens).toHaveLength(ANSWER);

    const again = await ask(question);
    expect(again).toEqual({ tokens: first.tokens, reused: 39 });

    const second = [...question, ...first.tokens, ...some(9)];
    const answers = await ask(second);
    expect(answers.reused).toBe(40 + ANSWER - 1);

    // The second question in other words, and once more.
    const otherwise = [...question, ...first.tokens, ...some(7)];
    const branched = await ask(otherwise);
    expect(branched.reused).toBeGreaterThanOrEqual(39);
    expect(await ask(otherwise)).toEqual({ tokens: branched.tokens, reused: otherwise.length - 1 });

    const edited = [...question.slice(0, 20), ...some(20)];
    const afterEdit = await ask(edited);

    expect(first.tokens).toEqual(await askAfresh(question));
    expect(answers.tokens).toEqual(await askAfresh(second));
    expect(branched.tokens).toEqual(await askAfresh(otherwise));
    expect(afterEdit.tokens).toEqual(await askAfresh(edited));
  });

  test('stopped and continued', async () => {
    const question = some(21);
    const stopped = await ask(question, 4);
    expect(stopped.tokens).toHaveLength(4);
    const soFar = [...question, ...stopped.tokens];
    const goneOn = await ask(soFar);
    expect(goneOn.reused).toBe(soFar.length - 1);
    const changed = [...soFar.slice(0, -2), ...some(3)];
    const corrected = await ask(changed);
    expect(corrected.reused).toBeGreaterThanOrEqual(20);

    expect(goneOn.tokens).toEqual(await askAfresh(soFar));
    expect(corrected.tokens).toEqual(await askAfresh(changed));
  });

  test('two conversations by turns', async () => {
    const system = some(30);
    const talks = [some(18), some(25)].map((own) => [...system, ...own]);
    const heard: { readonly prompt: readonly number[]; readonly answer: Answer }[] = [];
    for (let turn = 0; turn < 3; turn++) {
      for (const [i, prompt] of talks.entries()) {
        const answer = await ask(prompt);
        heard.push({ prompt, answer });
        talks[i] = [...prompt, ...answer.tokens, ...some(6)];
      }
    }
    for (const { prompt, answer } of heard) expect(answer.tokens).toEqual(await askAfresh(prompt));
  });

  test('three conversations by turns: each goes on where it ended, also where it is changed', async () => {
    const sampling = { repetitionPenalty: 1.3 }; // looks at the tokens before
    const system = some(8);
    const talks = [40, 50, 45].map((own) => ({ next: [...system, ...some(own)], asked: 0 }));
    const heard: { readonly prompt: readonly number[]; readonly answer: Answer }[] = [];
    const hear = async (prompt: readonly number[]): Promise<Answer> => {
      const answer = await ask(prompt, ANSWER, sampling);
      heard.push({ prompt, answer });
      return answer;
    };
    for (let turn = 0; turn < 3; turn++) {
      for (const talk of talks) {
        const { next: prompt, asked } = talk;
        // Its question at the least; a memory that forgets may have lost the very end of the answer.
        const { tokens, reused } = await hear(prompt);
        expect(reused).toBeGreaterThanOrEqual(asked - 1);
        talk.asked = prompt.length;
        talk.next = [...prompt, ...tokens, ...some(6)];
      }
    }
    // The last question of each in other words, from what is parked.
    for (const { next, asked } of talks) {
      const { reused } = await hear([...next.slice(0, asked - 3), ...some(3)]);
      expect(reused).toBeGreaterThanOrEqual(kept.session.memory.forgets ? 0 : asked - 3);
    }
    expect(kept.session.memoryReport().kvCache).toBeGreaterThan(kept.session.memory.bytes);
    for (const { prompt, answer } of heard) expect(answer.tokens).toEqual(await askAfresh(prompt, sampling));
    expect(kept.session.memoryReport().kvCache).toBe(kept.session.memory.bytes);
  });
});
