// CPU twin of the sampling kernels (shaders/sample_*.wgsl): the same tokens for the same seed.
import type { SamplingSettings } from '../kernels/sampling-settings.ts';

const LARGEST_LOGIT = 1e38;
const PENALTY_WINDOW = 64;

export interface ReferenceSample {
  readonly token: number;
  /** In the distribution before penalty, filters and temperature. */
  readonly logprob: number;
}

/** Draws the token that follows `tokens`, whose last one gave `logits`. */
export function sampleReference(
  logits: Float32Array,
  tokens: readonly number[],
  settings: SamplingSettings,
  seed: number,
): ReferenceSample {
  const raw = finite(logits);
  const scores = penalize(raw, tokens, settings.repetitionPenalty);
  const weights = settings.temperature > 0 ? raceScores(scores, tokens.length, settings, seed) : scores;
  let token = 0;
  weights.forEach((weight, id) => {
    if (weight > (weights[token] ?? -Infinity)) token = id;
  });
  return { token, logprob: logprobReference(raw, token) };
}

function logprobReference(logits: Float32Array, token: number): number {
  const highest = logits.reduce((best, logit) => Math.max(best, logit), -Infinity);
  const mass = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
  return (logits[token] ?? NaN) - highest - Math.log(mass);
}

/** NaN counts as the lowest logit, infinities are cut. */
function finite(logits: Float32Array): Float32Array {
  return logits.map((logit) =>
    Number.isNaN(logit) ? -LARGEST_LOGIT : Math.min(Math.max(logit, -LARGEST_LOGIT), LARGEST_LOGIT),
  );
}

function penalize(scores: Float32Array, tokens: readonly number[], penalty: number): Float32Array {
  const penalized = scores.slice();
  for (const id of new Set(tokens.slice(-PENALTY_WINDOW))) {
    const score = scores[id];
    if (score !== undefined) penalized[id] = score > 0 ? score / Math.fround(penalty) : score * Math.fround(penalty);
  }
  return penalized;
}

/** Ids that survive top-k, then top-p of the rest's mass, then min-p; ties with the last survivor survive too. */
export function survivors(scores: Float32Array, { topK, topP, minP }: SamplingSettings): number[] {
  const score = (id: number): number => scores[id] ?? -Infinity;
  let ids = Array.from(scores.keys()).sort((a, b) => score(b) - score(a));
  const highest = score(ids[0] ?? 0);
  if (topK > 0 && topK < ids.length) {
    const lowest = score(ids[topK - 1] ?? 0);
    ids = ids.filter((id) => score(id) >= lowest);
  }
  if (topP < 1) {
    const masses = ids.map((id) => Math.exp(score(id) - highest));
    const goal = topP * masses.reduce((sum, mass) => sum + mass, 0);
    let sum = 0;
    const last = masses.findIndex((mass) => (sum += mass) >= goal);
    const lowest = last < 0 ? -Infinity : score(ids[last] ?? 0);
    ids = ids.filter((id) => score(id) >= lowest);
  }
  const margin = Math.fround(highest + Math.fround(Math.log(minP)));
  return ids.filter((id) => score(id) >= margin || score(id) === highest);
}

/** score / temperature - ln(waiting time) of the survivors, -Infinity for the others. */
function raceScores(scores: Float32Array, position: number, settings: SamplingSettings, seed: number): Float32Array {
  const ids = survivors(scores, settings);
  const highest = ids.reduce((best, id) => Math.max(best, scores[id] ?? best), -Infinity);
  const race = new Float32Array(scores.length).fill(-Infinity);
  for (const id of ids) {
    const score = Math.fround((scores[id] ?? 0) - highest) / Math.fround(settings.temperature);
    race[id] = Math.max(-LARGEST_LOGIT, score - Math.log(waitingTime(randomBits(seed, position, id))));
  }
  return race;
}

/** pcg3d of Jarzynski and Olano, Hash Functions for GPU Rendering (JCGT 2020): its first word. */
export function randomBits(seed: number, position: number, id: number): number {
  const scramble = (word: number): number => Math.imul(word, 1664525) + 1013904223;
  const shift = (word: number): number => word ^ (word >>> 16);
  let [x, y, z] = [scramble(seed), scramble(position), scramble(id)];
  x = (x + Math.imul(y, z)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  [x, y, z] = [shift(x), shift(y), shift(z)];
  return (x + Math.imul(y, z)) >>> 0;
}

/** -ln(1 - u) with u uniform in (0, 1). */
export function waitingTime(bits: number): number {
  const u = Math.min(Math.fround(Math.fround(Math.fround(bits) + 0.5) * 2 ** -32), 0.99999994);
  return -Math.log1p(-u);
}
