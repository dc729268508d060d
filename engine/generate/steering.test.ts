// Experts that are muted, boosted or left alone, and how many are used: against the same model with another file, token for token.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenModels } from '../../oracle/models.ts';
import type { GeneratedToken, GenerateEvent, GenerateRequest, RoutingRequest, RoutingTrace } from '../api.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import type { Gpu } from '../gpu/device.ts';
import { openTestGpu } from '../testing/gpu.ts';
import { generate, type TextModel } from './generate.ts';
import { loadTextModel } from './load-model.ts';
import { steeringOf } from './steering.ts';

const PROMPT = Array.from({ length: 40 }, (_, i) => (i * 7 + 3) % 60);
const ANSWER = 8;

/** One per way of gating: softmax, with groups and a balancing bias by sigmoid, over the chosen; a state that cannot be taken back. */
const MODELS = ['qwen3moe-q4_0', 'deepseek2-v3-bf16', 'deepseek2-chosen-softmax-f32', 'lfm2moe-q4_0'] as const;

/** One per way of remembering: what steering does to memory does not depend on how a layer gates. */
const MEMORIES: readonly string[] = ['qwen3moe-q4_0', 'lfm2moe-q4_0'];

/** One for all: what is compiled is kept. */
let gpu: Gpu;
beforeAll(async () => {
  gpu = await openTestGpu({ profile: 'rows', subgroups: false });
});
afterAll(() => gpu.device.destroy());

interface Answer {
  readonly tokens: readonly GeneratedToken[];
  readonly prompt: Extract<GenerateEvent, { type: 'prompt' }>;
  readonly reused: number;
}

describe.each(MODELS)('%s', (name) => {
  let model: TextModel;
  beforeAll(async () => {
    const golden = goldenModels.find((one) => one.name === name);
    if (golden === undefined) throw new Error(`no golden model is called ${name}`);
    const gguf = await readGguf([new MemorySource(golden.build())]);
    const { text } = await loadTextModel(gpu, gguf, { contextLength: 128, chunkTokens: 16, kvCache: 'f32' });
    model = { ...text, tokenizer: { ...text.tokenizer, endOfTurn: new Set() } };
  });
  afterAll(() => model.session.destroy());

  async function ask(routing?: RoutingRequest, more: Partial<GenerateRequest> = {}): Promise<Answer> {
    const events: GenerateEvent[] = [];
    const request: GenerateRequest = {
      prompt: { kind: 'tokens', tokens: PROMPT },
      maxTokens: ANSWER,
      trace: true,
      traceScores: true,
      ...(routing && { routing }),
      ...more,
    };
    for await (const event of generate(model, request, new AbortController().signal)) events.push(event);
    const prompt = events.find((event) => event.type === 'prompt');
    const done = events.find((event) => event.type === 'done');
    if (prompt === undefined || done === undefined) throw new Error('it did not end');
    return {
      tokens: events.flatMap((event) => (event.type === 'token' ? [event.token] : [])),
      prompt,
      reused: done.timings.reusedTokens,
    };
  }
  const layers = (): number => model.session.model.routed.length;
  /** [layers][used] */
  function chosen({ experts }: RoutingTrace): number[][] {
    const used = experts.length / layers();
    return Array.from({ length: layers() }, (_, layer) => [...experts.slice(layer * used, (layer + 1) * used)]);
  }
  const traces = ({ tokens }: Answer): RoutingTrace[] => tokens.flatMap(({ routing }) => (routing ? [routing] : []));
  const said = ({ tokens }: Answer): unknown => tokens.map(({ id, logprob, routing }) => [id, logprob, routing]);

  test.runIf(MEMORIES.includes(name))(
    'what is steered is computed apart from what is not',
    async () => {
      const plain = await ask();
      const [first] = traces(plain);
      const { layer, used } = model.session.model.routed[0] ?? { layer: NaN, used: NaN };
      const favourite = chosen(first as RoutingTrace)[0]?.[0] ?? NaN;
      const mute = { mute: [{ layer, expert: favourite }] };

      const muted = await ask(mute);
      expect(muted.reused).toBe(0);
      for (const trace of traces(muted)) expect(chosen(trace)[0]).not.toContain(favourite);
      expect(said(muted)).not.toEqual(said(plain));
      // Neither goes on from what the other has computed, and both are as they were.
      const again = await ask(mute);
      expect(again.reused).toBeGreaterThan(0);
      const back = await ask();
      expect(back.tokens.map(({ id }) => id)).toEqual(plain.tokens.map(({ id }) => id));
      model.session.forget();
      const fresh = await ask();
      expect(fresh.reused).toBe(0);
      expect(said(fresh)).toEqual(said(plain));
      model.session.forget();
      expect(said(await ask(mute))).toEqual(said(muted));

      // Muted is as if all others were left; a request of nothing is none.
      const { experts } = model.session.model.routed[0] ?? { experts: 0 };
      const others = Array.from({ length: experts }, (_, e) => e).filter((expert) => expert !== favourite);
      model.session.forget();
      expect(said(await ask({ only: [{ layer, experts: others }] }))).toEqual(said(muted));
      model.session.forget();
      expect(said(await ask({ mute: [], boost: [{ layer, expert: 0, amount: 0 }], expertsUsed: used }))).toEqual(
        said(plain),
      );
    },
    240_000,
  );

  test('weights come from the gate alone, and a boost decides the choice', async () => {
    const { layer, experts, used } = model.session.model.routed[0] ?? { layer: NaN, experts: NaN, used: NaN };
    const [first] = traces(await ask());
    const unloved = Array.from({ length: experts }, (_, e) => e).find(
      (expert) => chosen(first as RoutingTrace)[0]?.includes(expert) !== true,
    );
    if (unloved === undefined) throw new Error('all experts are chosen');
    const boosted = await ask({ boost: [{ layer, expert: unloved, amount: 1000 }] });
    for (const { scores, ...trace } of traces(boosted)) {
      expect(chosen(trace)[0]?.[0]).toBe(unloved);
      expect(scores?.choice[0]).toBeGreaterThan(900);
      expect(scores?.gate[0]).toBeLessThan(900);
      expect(trace.weights[0]).toBeLessThanOrEqual(3); // of the gate: not of the boost
      // Row by row the choice falls, down to who was not chosen.
      const row = [...(scores?.choice.slice(0, used + 1) ?? [])];
      expect(row).toEqual(row.toSorted((a, b) => b - a));
    }
  }, 240_000);

  test('from one expert to twice as many', async () => {
    const [{ used, experts, groups = 1, groupsUsed = 1 } = { used: NaN, experts: NaN }] = model.session.model.routed;
    for (const count of new Set([1, Math.min(2 * used, (experts / groups) * groupsUsed)])) {
      for (const trace of traces(await ask({ expertsUsed: count })))
        for (const row of chosen(trace)) expect(new Set(row).size).toBe(count);
    }
  }, 240_000);

  test.runIf(MEMORIES.includes(name))(
    "tells how the prompt's tokens were routed, to the last but one",
    async () => {
      const plain = await ask();
      const traced = await ask(undefined, { promptTrace: true });
      expect(traced.reused).toBe(0);
      expect(traced.prompt.routing).toHaveLength(PROMPT.length - 1);
      expect(traced.tokens.map(({ id }) => id)).toEqual(plain.tokens.map(({ id }) => id));
      // A prompt that ends there is answered by a pass that was traced here.
      for (const at of [1, 16, 17, 39]) {
        const shorter = await ask(undefined, { prompt: { kind: 'tokens', tokens: PROMPT.slice(0, at) }, maxTokens: 1 });
        expect(chosen(traced.prompt.routing?.[at - 1] as RoutingTrace)).toEqual(
          chosen(traces(shorter)[0] as RoutingTrace),
        );
      }
    },
    240_000,
  );
});

// Files are what llama.cpp agrees with us about (oracle/golden): a file with another bias, or that says another number, is the oracle.
describe('as a file that was changed', () => {
  const golden = goldenModels.find(({ name }) => name === 'deepseek2-v3-bf16');

  async function answers(file: Uint8Array<ArrayBuffer>, routing?: RoutingRequest): Promise<unknown> {
    const gguf = await readGguf([new MemorySource(file)]);
    const { text } = await loadTextModel(gpu, gguf, { contextLength: 128 });
    const prompt = { kind: 'tokens', tokens: PROMPT } as const;
    const request = { prompt, maxTokens: ANSWER, trace: true, ...(routing && { routing }) };
    const found: unknown[] = [];
    for await (const event of generate(text, request, new AbortController().signal))
      if (event.type === 'token') found.push([event.token.id, event.token.logprob, event.token.routing]);
    text.session.destroy();
    return found;
  }

  test('whose balancing bias mutes two experts', async () => {
    const file = Uint8Array.from(golden?.build() ?? []);
    const { tensors, metadata } = await readGguf([new MemorySource(file)]);
    expect(metadata.get('deepseek2.expert_count')).toBeDefined();
    const bias = [...tensors.values()].find(({ name }) => name.endsWith('exp_probs_b.bias'));
    if (bias === undefined) throw new Error('no layer has a balancing bias');
    const layer = Number(/\d+/.exec(bias.name)?.[0]);
    const changed = file.slice();
    const view = new DataView(changed.buffer);
    for (const expert of [0, 3]) view.setFloat32(bias.offset + expert * 4, -1e30, true);
    const mute = [0, 3].map((expert) => ({ layer, expert }));
    const muted = await answers(file, { mute });
    expect(muted).toEqual(await answers(changed));
    expect(muted).not.toEqual(await answers(file));
  }, 240_000);

  test('that says another number of experts', async () => {
    const file = Uint8Array.from(golden?.build() ?? []);
    const key = new TextEncoder().encode('deepseek2.expert_used_count');
    const at = file.findIndex((_, i) => key.every((byte, j) => file[i + j] === byte)) + key.length + 4; // past the value's type
    const view = new DataView(file.buffer);
    const used = view.getUint32(at, true);
    const changed = file.slice();
    new DataView(changed.buffer).setUint32(at, used + 1, true);
    expect(await answers(file, { expertsUsed: used + 1 })).toEqual(await answers(changed));
  }, 240_000);
});

describe('what cannot be', () => {
  const routed = [1, 2, 4].map((layer) => ({ layer, experts: 8, used: 3 }));
  const grouped = [{ layer: 0, experts: 8, used: 4, groups: 4, groupsUsed: 2 }];
  const place = { layer: 1, expert: 2 };
  test.each<[string, RoutingRequest, RegExp]>([
    ['a dense layer', { mute: [{ layer: 3, expert: 0 }] }, /Layer 3 has no experts.*1 to 2, 4/],
    ['a layer that is no number', { mute: [{ layer: NaN, expert: 0 }] }, /Layer NaN/],
    ['an expert too many', { mute: [{ layer: 1, expert: 8 }] }, /0 to 7/],
    ['half an expert', { boost: [{ layer: 1, expert: 0.5, amount: 1 }] }, /no expert 0\.5/],
    ['a boost that is no number', { boost: [{ ...place, amount: NaN }] }, /not NaN/],
    ['a boost without end', { boost: [{ ...place, amount: Infinity }] }, /not Infinity/],
    ['twice', { mute: [place, place] }, /twice/],
    ['muted and boosted', { mute: [place], boost: [{ ...place, amount: 1 }] }, /twice/],
    ['too few left', { only: [{ layer: 2, experts: [1, 2] }] }, /only 2 would be left/],
    ['none', { expertsUsed: 0 }, /from 1 to 6/],
    ['too many', { expertsUsed: 7 }, /from 1 to 6/],
    ['some', { expertsUsed: 2.5 }, /2\.5/],
  ])('%s', (_, request, words) => {
    expect(() => steeringOf(request, routed)).toThrow(words);
  });

  test('too few left in the groups that may be chosen', () => {
    const mute = [0, 2].map((expert) => ({ layer: 0, expert }));
    expect(() => steeringOf({ mute }, grouped)).not.toThrow(); // two groups are whole, and come first
    expect(() => steeringOf({ mute: [...mute, { layer: 0, expert: 4 }] }, grouped)).toThrow(/only 3 would be left/);
  });

  test('experts where there are none', () => {
    expect(() => steeringOf({ expertsUsed: 1 }, [])).toThrow(/dense/);
    expect(steeringOf({}, [])).toBeUndefined();
  });
});
