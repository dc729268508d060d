// CPU twins of the kernels that work on one row at a time.

/** x / sqrt(mean(x²) + epsilon) · weight */
export function rmsNormReference(x: Float32Array, weight: Float32Array, epsilon: number): Float32Array {
  let squares = 0;
  for (const value of x) squares += value * value;
  const scale = 1 / Math.sqrt(squares / x.length + epsilon);
  return x.map((value, i) => value * scale * (weight[i] ?? NaN));
}

/** x less its mean */
export function centredReference(x: Float32Array): Float32Array {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return x.map((value) => value - mean);
}

/** cap · tanh(x / cap) */
export function softcapReference(x: number, cap: number): number {
  return cap * Math.tanh(x / cap);
}

/**
 * Rotates the numbers of one head by the angles of its position: number i with i + n/2 (`neox`), or 2i with 2i + 1.
 * @param angles One a pair.
 */
export function ropeReference(
  x: Float32Array,
  angles: readonly number[],
  pairing: 'neox' | 'interleaved',
): Float32Array {
  const y = new Float32Array(x.length);
  angles.forEach((angle, pair) => {
    const first = pairing === 'neox' ? pair : 2 * pair;
    const second = pairing === 'neox' ? pair + angles.length : 2 * pair + 1;
    const [a = NaN, b = NaN] = [x[first], x[second]];
    y[first] = a * Math.cos(angle) - b * Math.sin(angle);
    y[second] = a * Math.sin(angle) + b * Math.cos(angle);
  });
  return y;
}
