import { describe, expect, test } from 'vitest';
import { goldenModels } from '../../oracle/models.ts';
import { EngineError } from '../errors.ts';
import type { Gguf } from '../formats/gguf.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import { Metadata, type MetadataValue } from '../formats/metadata.ts';
import { reserve } from '../generate/reserve.ts';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';
import { HyperParameters } from './hyper-parameters.ts';
import { ropeParameters } from './rope-parameters.ts';

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
  const rope = (values: Readonly<Record<string, MetadataValue>>) => ropeParameters(file(values), 64);

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

  test.each([
    ...['freq_base', 'scaling.factor', 'scale_linear', 'scaling.yarn_beta_fast', 'scaling.yarn_beta_slow'],
    ...['scaling.yarn_log_multiplier', 'scaling.original_context_length'],
  ])('rope.%s is positive and finite', (name) => {
    for (const value of [-1, NaN, Infinity, 'x']) {
      const values = { 'rope.scaling.type': 'yarn', context_length: 4096, [`rope.${name}`]: value };
      expect(errorOf(() => rope(values)).message).toContain(`a.rope.${name} = `);
    }
  });
});

/** Every number that an architecture reads of a header, in every form of the small models. */
describe.each(
  goldenModels.filter(({ name }) => /^(olmoe|qwen3moe|granitemoe|deepseek2)-/.test(name) && /f32|q8_0/.test(name)),
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
          expect(UNREAD.test(key), `${key} = ${String(value)} was accepted`).toBe(true);
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          expect(['corrupt-file', 'unsupported-architecture']).toContain(error.code);
          expect(error.message).toContain(key);
        }
      }
    }
  });
});

/** What the engine has no use for: sizes that the tensors say as well, or that belong to another form of the file. */
const UNREAD = /\.(feed_forward_length|attention\.value_length|attention\.key_length|attention\.head_count_kv)$/;
