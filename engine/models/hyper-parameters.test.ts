import { describe, expect, test } from 'vitest';
import { goldenModels } from '../../oracle/models.ts';
import { EngineError } from '../errors.ts';
import type { Gguf, GgufTensor } from '../formats/gguf.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import { Metadata, type MetadataValue } from '../formats/metadata.ts';
import { memoryOf, type Reservation, reserve } from '../generate/reserve.ts';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';
import { HyperParameters } from './hyper-parameters.ts';
import { deepseekRope } from './rope-parameters.ts';

const BOUNDS = { least: 1, most: 8 };
const file = (values: Readonly<Record<string, MetadataValue>>): HyperParameters =>
  new HyperParameters(new Metadata(new Map(Object.entries(values).map(([key, value]) => [`a.${key}`, value]))), 'a');

function errorOf(make: () => unknown): EngineError {
  try {
    make();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a number of a header', () => {
  test.each<[string, MetadataValue]>([
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
    ['-1', -1],
    ['9', 9],
    ['2.5', 2.5],
    ['18446744073709551615 (beyond 2^53)', 2n ** 64n - 1n],
    ['the string "8"', '8'],
    ['true', true],
    ['a list of 1 strings', ['8']],
    ['a list of 0 values', []],
    ['NaN', [NaN, NaN]],
  ])('%s is no count: the error names key, value and range', (said, value) => {
    const error = errorOf(() => file({ n: value }).count('n', BOUNDS));
    expect(error.code).toBe('corrupt-file');
    expect(error.message).toContain(`a.n = ${said}, where `);
    expect(error.message).toContain('1 to 8 makes sense');
  });

  test('within bounds, the ends included, is taken as it is; a list that says one thing is that thing', () => {
    expect([1, 8].map((n) => file({ n }).count('n', BOUNDS))).toEqual([1, 8]);
    expect(file({ n: [4, 4, 4] }).count('n', BOUNDS)).toBe(4);
    expect(file({}).count('n', BOUNDS, 3)).toBe(3);
    expect(errorOf(() => file({}).count('n', BOUNDS)).message).toContain('does not say "a.n"');
    expect(errorOf(() => file({ n: [4, 5] }).count('n', BOUNDS))).toMatchObject({ code: 'unsupported-architecture' });
  });

  test('lists are as long as they must be, and of numbers within bounds', () => {
    expect(file({ n: [1, 2, 8, 99] }).list('n', 3, BOUNDS)).toEqual([1, 2, 8]);
    for (const n of [[1, 2], 5, 'x', [1, 2, 9], [1, 2, NaN], [1, 2, 2.5]])
      expect(errorOf(() => file({ n }).list('n', 3, BOUNDS))).toMatchObject({ code: 'corrupt-file' });
    expect(file({ n: [1.5, 2, 3] }).numberPerLayer('n', 2, BOUNDS)).toEqual([1.5, 2]);
    expect(errorOf(() => file({ n: [1.5, Infinity] }).numberPerLayer('n', 2, BOUNDS)).message).toContain('1 to 8');
  });

  test('sizes are multiples of four', () => {
    expect(file({ n: 12 }).size('n')).toBe(12);
    expect(errorOf(() => file({ n: 10 }).size('n')).message).toContain('a multiple of 4; here it is 10');
    expect(errorOf(() => file({ n: 0 }).size('n')).code).toBe('corrupt-file');
  });

  test('a factor of 0 is none; negative and boundless ones are refused', () => {
    expect(file({ n: 0 }).factor('n', 7)).toBe(7);
    expect(file({}).factor('n', 7)).toBe(7);
    expect(file({ n: 0.25 }).factor('n', 7)).toBe(0.25);
    for (const value of [-1, NaN, Infinity, 1e30, 1e-30])
      expect(errorOf(() => file({ n: value }).factor('n', 7)).message).toContain(
        `a.n = ${value}, where 0 for none, or`,
      );
  });
});

describe('rotation', () => {
  const rope = (values: Readonly<Record<string, MetadataValue>>) => deepseekRope(file(values), 64);

  test('a factor without a type is linear, one of 0 is none, and the old key is read', () => {
    expect(rope({}).scaling).toEqual({ kind: 'none' });
    expect(rope({ 'rope.scaling.factor': 0 }).scaling).toEqual({ kind: 'none' });
    expect(rope({ 'rope.scaling.factor': 0, 'rope.scaling.type': 'linear' }).scaling).toEqual({ kind: 'none' });
    expect(rope({ 'rope.scaling.factor': 4 }).scaling).toEqual({ kind: 'linear', factor: 4 });
    expect(rope({ 'rope.scale_linear': 4 }).scaling).toEqual({ kind: 'linear', factor: 4 });
    expect(rope({ 'rope.scaling.factor': 4, 'rope.scaling.type': 'none' }).scaling).toEqual({ kind: 'none' });
    const yarn = { 'rope.scaling.type': 'yarn', context_length: 4096 };
    expect(rope({ ...yarn, 'rope.scaling.factor': 0 }).scaling).toMatchObject({ kind: 'yarn', factor: 1 });
  });

  test.each([...['freq_base', 'scaling.factor', 'scale_linear', 'scaling.original_context_length']])(
    'rope.%s is positive and finite',
    (name) => {
      for (const value of [-1, NaN, Infinity, 'x']) {
        const values = { 'rope.scaling.type': 'yarn', context_length: 4096, [`rope.${name}`]: value };
        expect(errorOf(() => rope(values)).message).toContain(`a.rope.${name} = `);
      }
    },
  );
});

const FEED_FORWARD_FORMS = [
  ...['qwen2moe-f16', 'phimoe-q8_0', 'smallthinker-q4_0', 'smallthinker-windows-f16', 'ernie4_5-moe-interleaved-q8_0'],
];

/** Every number that an architecture reads of a header, in every form of the small models. */
describe.each(
  goldenModels.filter(
    ({ name }) =>
      (/^(olmoe|qwen3moe|granitemoe|deepseek2|lfm2|granitehybrid|nemotron_h|mellum|laguna|afmoe|qwen35|bailingmoe3)-/.test(
        name,
      ) &&
        /f32|q8_0/.test(name)) ||
      [
        'gpt-oss-f16',
        'gemma4-tied-q4_0',
        'gemma4-dense-f16',
        'lfm2moe-q4_0',
        'nemotron_h_moe-q5_0',
        'qwen35moe-q4_0',
        'qwen3next-q8_0',
      ].includes(name) ||
      FEED_FORWARD_FORMS.includes(name),
  ),
)('$name', (model) => {
  const open = (): Promise<Gguf> => readGguf([new MemorySource(model.build())]);
  const target = { profile: 'rows', f16: false, subgroups: false } as const;

  test('NaN, infinite, negative, huge or of another kind: refused in words, or not read', async () => {
    const gguf = await open();
    const architecture = gguf.metadata.string('general.architecture');
    const keys = [...gguf.metadata.keys()].filter((key) => key.startsWith(`${architecture}.`));
    expect(keys.length).toBeGreaterThan(8);
    for (const key of keys) {
      const before = gguf.metadata.get(key);
      if (typeof before !== 'number') continue;
      for (const value of [NaN, Infinity, -Infinity, -1, 1e30, 2n ** 63n, 'x', [NaN], [1, 2]]) {
        const values = new Map([...gguf.metadata.keys()].map((each) => [each, gguf.metadata.get(each) ?? 0]));
        const metadata = new Metadata(values.set(key, value));
        try {
          reserve(target, paperDevice(NO_LIMITS), { ...gguf, metadata }, { contextLength: 64 });
          if (key.endsWith('.kda.gate_lower_bound') && value === -1) continue; // is one
          expect(UNREAD.test(key) || WITHOUT_POSITIONS.test(key), `${key} = ${String(value)} was accepted`).toBe(true);
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          expect(['corrupt-file', 'unsupported-architecture']).toContain(error.code);
          // A list may be one of numbers per layer, which the tensors then contradict.
          if (!(Array.isArray(value) && error.message.includes('does not have the shape')))
            expect(error.message).toContain(key);
        }
      }
    }
  });
});

describe('nothing of a file is left out silently', () => {
  const target = { profile: 'rows', f16: false, subgroups: false } as const;

  /** A small model with other metadata or tensors. */
  async function changed(
    name: string,
    change: (values: Map<string, MetadataValue>, tensors: Map<string, GgufTensor>) => void,
  ): Promise<() => unknown> {
    const gguf = await readGguf([
      new MemorySource(goldenModels.find((one) => one.name === name)?.build() ?? new Uint8Array()),
    ]);
    const values = new Map([...gguf.metadata.keys()].map((key) => [key, gguf.metadata.get(key) ?? 0]));
    const tensors = new Map(gguf.tensors);
    change(values, tensors);
    const other = { ...gguf, metadata: new Metadata(values), tensors };
    return () => reserve(target, paperDevice(NO_LIMITS), other, { contextLength: 64 });
  }

  test.each([
    ['blk.1.attn_gate.weight', 'qwen3moe-f16'],
    ['rope_freqs.weight', 'deepseek2-lite-f32'],
    ['blk.0.attn_q_norm.bias', 'olmoe-f32'],
    ['blk.1.ffn_gate_inp.scale', 'deepseek2-lite-f32'],
    ['blk.0.attn_sub_norm.weight', 'olmoe-f32'],
    ['blk.1.attn_kv_a_norm.bias', 'deepseek2-lite-f32'],
  ])('a tensor %s that %s has no use for is named', async (name, model) => {
    const open = await changed(model, (_, tensors) => {
      const [first] = tensors.values();
      if (first) tensors.set(name, { ...first, name });
    });
    const error = errorOf(open);
    expect(error.code).toBe('unsupported-architecture');
    expect(error.message).toContain(name);
  });

  test('how positions are scaled means nothing where there are none', async () => {
    const open = await changed('granitehybrid-experts-q8_0', (values) => {
      values.set('granitehybrid.rope.scaling.type', 'yarn');
      values.set('granitehybrid.rope.scaling.factor', 4);
      values.set('granitehybrid.rope.scaling.attn_factor', 1.5);
    });
    expect(open).not.toThrow();
  });

  test.each<[string, string, MetadataValue, MetadataValue]>([
    ['qwen3moe-f16', 'attention.sliding_window', 128, 0],
    ['qwen3moe-f16', 'final_logit_softcapping', 30, 0],
    ['qwen3moe-f16', 'expert_gating_func', 2, 1],
    ['olmoe-f32', 'attention.clamp_kqv', 8, 0],
    ['olmoe-f32', 'attention.temperature_scale', 0.5, 0],
    ['qwen3moe-f16', 'attention.shared_kv_layers', 4, 0],
  ])('%s with %s = %s is refused by its name, with %s it runs', async (model, name, value, neutral) => {
    const architecture = model.replace(/-.*/, '');
    const withValue = (one: MetadataValue) => changed(model, (values) => values.set(`${architecture}.${name}`, one));
    expect(errorOf(await withValue(value)).message).toContain(`${architecture}.${name} = ${String(value)}`);
    expect(await withValue(neutral)).not.toThrow();
  });

  test('blocks for multi-token prediction are no layers, and cost nothing', async () => {
    const without = (
      await changed('deepseek2-predictor-q8_0', (values, tensors) => {
        values.set('deepseek2.block_count', 2);
        values.set('deepseek2.nextn_predict_layers', 0);
        for (const name of tensors.keys()) if (name.startsWith('blk.2.')) tensors.delete(name);
      })
    )() as Reservation;
    const with1 = (await changed('deepseek2-predictor-q8_0', () => {}))() as Reservation;
    expect(with1.model.shape.layers).toBe(2);
    expect(memoryOf(with1)).toEqual(memoryOf(without));
  });
});

/** What the engine has no use for: sizes that the tensors say as well, or that belong to another form of the file. */
const UNREAD = /\.(feed_forward_length|attention\.value_length|attention\.key_length|attention\.head_count_kv)$/;
/** Hybrids know the order of tokens from their states; Nemotron-H's shared experts are one. */
const WITHOUT_POSITIONS =
  /^(granitehybrid|nemotron_h|nemotron_h_moe)\.(rope\.freq_base|rope\.dimension_count|attention\.layer_norm_epsilon|expert_shared_count)$/;
