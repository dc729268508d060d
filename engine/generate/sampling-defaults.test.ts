import { describe, expect, test } from 'vitest';
import type { SamplingDefaults } from '../api.ts';
import { Metadata, type MetadataValue } from '../formats/metadata.ts';
import { samplingDefaults } from './sampling-defaults.ts';

const read = (values: Readonly<Record<string, MetadataValue>>): SamplingDefaults =>
  samplingDefaults(
    new Metadata(new Map(Object.entries(values).map(([key, value]) => [`general.sampling.${key}`, value]))),
  );

describe('sampling defaults of a file', () => {
  test('are read by llama.cpp’s names, as they were meant before they became f32', () => {
    const values = {
      temp: Math.fround(0.7),
      top_k: 20,
      top_p: Math.fround(0.95),
      min_p: 0,
      penalty_repeat: Math.fround(1.05),
    };
    expect(read(values)).toEqual({ temperature: 0.7, topK: 20, topP: 0.95, minP: 0, repetitionPenalty: 1.05 });
  });

  test('are none where the file says nothing', () => expect(read({})).toEqual({}));

  test.each<[string, MetadataValue]>([
    ['temp', NaN],
    ['temp', Infinity],
    ['temp', -1],
    ['temp', 1e9],
    ['temp', 'hot'],
    ['temp', [0.7]],
    ['top_k', 1e12],
    ['top_k', 2n ** 60n],
    ['top_k', NaN],
    ['top_p', 1.5],
    ['top_p', true],
    ['min_p', -0.1],
    ['penalty_repeat', 0],
    ['penalty_repeat', 50],
  ])('%s %s is left out, and its neighbours are kept', (key, value) => {
    expect(read({ temp: 0.5, [key]: value, min_p: key === 'min_p' ? value : 0.25 })).toEqual({
      ...(key !== 'temp' && { temperature: 0.5 }),
      ...(key !== 'min_p' && { minP: 0.25 }),
    });
  });

  test('top-k -1 is off, as 0', () => expect(read({ top_k: -1 })).toEqual({ topK: 0 }));
  test('a penalty over no tokens is none', () => {
    expect(read({ penalty_repeat: 1.1, penalty_last_n: 0 })).toEqual({});
    expect(read({ penalty_repeat: 1.1, penalty_last_n: 64 })).toEqual({ repetitionPenalty: 1.1 });
  });
});
