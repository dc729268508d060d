import { expect, test } from 'vitest';
import { highest, median, processorMsOf, ratesOf, ratio } from './rates.ts';

const round = {
  short: { promptTokens: 128, prefillMs: 1000, outputTokens: 1, decodeMs: 0, processorMs: 1920 },
  long: { promptTokens: 128, prefillMs: 9999, outputTokens: 64, decodeMs: 3150, processorMs: 1920 + 6300 },
};

test('counts the first token of an answer to the prefill', () => {
  expect(ratesOf(round)).toEqual({ prefill: 128, decode: 20 });
});

test('parts processor time into prefill and decode', () => {
  expect(processorMsOf(round)).toEqual({ prefill: 15, decode: 100 });
  const { processorMs, ...untold } = round.short;
  expect(processorMs).toBe(1920);
  expect(processorMsOf({ ...round, short: untold })).toBeUndefined();
});

test('finds the highest and the median of rounds', () => {
  const rounds = [
    { prefill: 30, decode: 1 },
    { prefill: 10, decode: 4 },
    { prefill: 20, decode: 2 },
  ];
  expect(highest(rounds)).toEqual({ prefill: 30, decode: 4 });
  expect(median(rounds)).toEqual({ prefill: 20, decode: 2 });
  expect(median(rounds.slice(0, 2))).toEqual({ prefill: 20, decode: 2.5 });
});

test('compares', () => {
  expect(ratio({ prefill: 10, decode: 2 }, { prefill: 30, decode: 1 })).toEqual({ prefill: 0.33, decode: 2 });
});
