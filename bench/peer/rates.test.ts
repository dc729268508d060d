import { expect, test } from 'vitest';
import { best, median, ratesOf } from './rates.ts';

test('counts the first token of an answer to the prefill', () => {
  const measurement = { promptTokens: 128, prefillMs: 1000, outputTokens: 64, decodeMs: 3150 };
  expect(ratesOf(measurement)).toEqual({ prefill: 128, decode: 20 });
});

test('finds the best and the median of rounds', () => {
  const rounds = [
    { prefill: 30, decode: 1 },
    { prefill: 10, decode: 4 },
    { prefill: 20, decode: 2 },
  ];
  expect(best(rounds)).toEqual({ prefill: 30, decode: 4 });
  expect(median(rounds)).toEqual({ prefill: 20, decode: 2 });
  expect(median(rounds.slice(0, 2))).toEqual({ prefill: 20, decode: 2.5 });
});
