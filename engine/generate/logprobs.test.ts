import { expect, test } from 'vitest';
import { gaussian, generator } from '../testing/random.ts';
import { topLogprobs } from './logprobs.ts';

test('matches the softmax, for any number of results', () => {
  const logits = gaussian(generator(3), 1000, 2);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  const expected = Array.from(logits, (logit, id) => ({ id, logprob: Math.log(Math.exp(logit) / total) })).sort(
    (a, b) => b.logprob - a.logprob,
  );
  for (const count of [0, 1, 5, 100, 250, 251, 999, 1000, 2000]) {
    const top = topLogprobs(logits, count);
    expect(top.map(({ id }) => id)).toEqual(expected.slice(0, count).map(({ id }) => id));
    top.forEach(({ logprob }, i) => expect(logprob).toBeCloseTo(expected[i]?.logprob ?? NaN, 10));
  }
});

test('orders equal ones by id', () => {
  const logits = new Float32Array(100).fill(1);
  expect(topLogprobs(logits, 3).map(({ id }) => id)).toEqual([0, 1, 2]);
  expect(topLogprobs(logits, 1)[0]?.logprob).toBeCloseTo(-Math.log(100), 10);
});

test('is finite for broken logits', () => {
  const top = topLogprobs(Float32Array.of(NaN, -Infinity, 2, Infinity), 4);
  expect(top.map(({ id }) => id)).toEqual([3, 2, 0, 1]);
  expect(top[0]?.logprob).toBe(0);
  expect(top.every(({ logprob }) => Number.isFinite(logprob))).toBe(true);
});
