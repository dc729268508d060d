import type { TokenLogprob } from '../api.ts';

/** Bounds of a logit, the sampler's on the GPU: a broken model gives bad tokens, and JSON has no NaN or Infinity. */
const LARGEST_LOGIT = 1e38;

/** Each token's best of so many: fewer subsets let more candidates through, more cost more to sort. */
const SUBSETS_PER_RESULT = 4;

function finite(logit: number): number {
  return Number.isNaN(logit) ? -LARGEST_LOGIT : Math.min(Math.max(logit, -LARGEST_LOGIT), LARGEST_LOGIT);
}

/** ln Σ exp(logit): a token's log-probability is its logit less this. NaN counts as the lowest logit. */
export function logSumExp(logits: Float32Array): number {
  let highest = -LARGEST_LOGIT;
  for (const logit of logits) if (logit > highest) highest = finite(logit);
  let mass = 0;
  for (const logit of logits) mass += Math.exp(finite(logit) - highest);
  return highest + Math.log(mass);
}

/**
 * The `count` most probable tokens with their natural log-probabilities, best first, of equal ones the lowest id first.
 * `count` may be as large as the vocabulary.
 */
export function topLogprobs(logits: Float32Array, count: number): TokenLogprob[] {
  const normalizer = logSumExp(logits);
  const bound = lowerBound(logits, count);
  const candidates: TokenLogprob[] = [];
  logits.forEach((logit, id) => {
    const value = finite(logit);
    if (value >= bound) candidates.push({ id, logprob: value - normalizer });
  });
  return candidates.sort((a, b) => b.logprob - a.logprob || a.id - b.id).slice(0, count);
}

/** As {@link topLogprobs}, with a token that is not among them as the last: what was written has its place too. */
export function topLogprobsWith(token: number, logits: Float32Array, count: number): TokenLogprob[] {
  const top = topLogprobs(logits, count);
  if (top.some(({ id }) => id === token)) return top;
  return [...top, { id: token, logprob: finite(logits[token] ?? NaN) - logSumExp(logits) }];
}

/** A value that the `count`-th highest logit reaches: the maximum of that rank among disjoint subsets. */
function lowerBound(logits: Float32Array, count: number): number {
  const subsets = count * SUBSETS_PER_RESULT;
  if (count < 1 || subsets > logits.length) return -Infinity;
  const maxima = new Float32Array(subsets).fill(-LARGEST_LOGIT);
  logits.forEach((logit, id) => {
    const value = finite(logit);
    if (value > (maxima[id % subsets] ?? value)) maxima[id % subsets] = value;
  });
  return maxima.sort()[subsets - count] ?? -Infinity;
}
