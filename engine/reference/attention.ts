import { softcapReference } from './pointwise.ts';

/** What may bend a head's attention. */
export interface AttentionForm {
  /** Scores become cap · tanh(score / cap). */
  readonly softcap?: number | undefined;
  /** One more logit, of a key without a value. */
  readonly sink?: number | undefined;
}

/** One query head's causal attention: keys and values of the positions that it sees, [positions][dimensions]. */
export function attentionReference(
  query: Float32Array,
  keys: readonly Float32Array[],
  values: readonly Float32Array[],
  scale: number,
  { softcap, sink = -Infinity }: AttentionForm = {},
): Float32Array {
  const scores = keys.map((key) => {
    const score = scale * key.reduce((sum, value, i) => sum + value * (query[i] ?? NaN), 0);
    return softcap === undefined ? score : softcapReference(score, softcap);
  });
  const highest = Math.max(sink, ...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, Math.exp(sink - highest));
  const out = new Float64Array(values[0]?.length ?? 0);
  values.forEach((row, s) => {
    row.forEach((value, i) => {
      out[i] = (out[i] ?? 0) + ((weights[s] ?? NaN) / total) * value;
    });
  });
  return new Float32Array(out);
}

/** Positions that the token at `position` sees: those before it, and itself, at less than `window`. */
export function positionsSeen(position: number, window = Infinity): readonly number[] {
  const first = Math.max(0, position + 1 - window);
  return Array.from({ length: position + 1 - first }, (_, i) => first + i);
}

/** What queries are multiplied by at a position, so that attention stays sharp in long contexts. */
export function temperatureReference(
  position: number,
  { factor, length }: { readonly factor: number; readonly length: number },
): number {
  return 1 + factor * Math.log(1 + Math.floor(position / length));
}

/** What a gate's number multiplies by. */
export function openingReference(x: number, opening: 'sigmoid' | 'softplus'): number {
  return opening === 'sigmoid' ? 1 / (1 + Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** What a row becomes in a cache of bytes with a factor for each 32 numbers. */
export function q8Reference(row: Float32Array): Float32Array<ArrayBuffer> {
  const rounded = new Float32Array(row.length);
  for (let block = 0; block < row.length; block += 32) {
    const numbers = row.subarray(block, block + 32);
    const largest = numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    numbers.forEach((x, i) => {
      rounded[block + i] = largest === 0 ? 0 : (Math.floor(0.5 + (127 * x) / largest) / 127) * largest;
    });
  }
  return rounded;
}
