/** One query head's causal attention: keys and values of the positions that it sees, [positions][dimensions]. */
export function attentionReference(
  query: Float32Array,
  keys: readonly Float32Array[],
  values: readonly Float32Array[],
  scale: number,
): Float32Array {
  const scores = keys.map((key) => scale * key.reduce((sum, value, i) => sum + value * (query[i] ?? NaN), 0));
  const highest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const out = new Float64Array(values[0]?.length ?? 0);
  values.forEach((row, s) => {
    row.forEach((value, i) => {
      out[i] = (out[i] ?? 0) + ((weights[s] ?? NaN) / total) * value;
    });
  });
  return new Float32Array(out);
}
