/**
 * A causal depthwise convolution in plain loops: y[t, c] = bias[c] + Σ_k weight[c, k] · u[t - taps + 1 + k, c].
 * @param u [tokens, channels]
 * @param before the taps - 1 rows before them, [taps - 1, channels]; zeros at the beginning of a sequence
 * @returns y, and the rows before the next step's
 */
export function causalConvReference(
  u: Float32Array,
  before: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
): { readonly y: Float32Array; readonly state: Float32Array } {
  const channels = bias.length;
  const taps = weight.length / channels;
  const rows = new Float32Array([...before, ...u]);
  const tokens = u.length / channels;
  const y = new Float32Array(u.length);
  for (let t = 0; t < tokens; t++)
    for (let c = 0; c < channels; c++) {
      let sum = bias[c] ?? NaN;
      for (let k = 0; k < taps; k++) sum += (weight[c * taps + k] ?? NaN) * (rows[(t + k) * channels + c] ?? NaN);
      y[t * channels + c] = sum;
    }
  return { y, state: rows.slice(tokens * channels) };
}
