/** One token of one head. */
export interface DeltaToken {
  /** [keyDim], of any length. */
  readonly query: Float32Array;
  readonly key: Float32Array;
  /** [valueDim] */
  readonly value: Float32Array;
  /** What the state of each key channel is multiplied by first, [keyDim]. */
  readonly decay: Float32Array;
  /** How much of the difference is learned, 0 to 1. */
  readonly beta: number;
}

/**
 * The gated delta rule (Yang et al. 2024, arXiv:2412.06464) for one token of one head, which changes the state
 * [valueDim][keyDim]; returns [valueDim].
 */
export function deltaRuleReference(
  state: readonly Float64Array[],
  { query, key, value, decay, beta }: DeltaToken,
  { epsilon, scale }: { readonly epsilon: number; readonly scale: number },
): Float32Array {
  const q = normalized(query, epsilon);
  const k = normalized(key, epsilon);
  return Float32Array.from(state, (row, column) => {
    let known = 0;
    for (let i = 0; i < row.length; i++) {
      row[i] = at(row, i) * at(decay, i);
      known += at(row, i) * at(k, i);
    }
    const difference = beta * (at(value, column) - known);
    let sum = 0;
    for (let i = 0; i < row.length; i++) {
      row[i] = at(row, i) + difference * at(k, i);
      sum += at(row, i) * at(q, i);
    }
    return scale * sum;
  });
}

/** exp(a · softplus(gate + dt)) */
export function headDecayReference(gate: number, dt: number, a: number): number {
  return Math.exp(a * Math.log1p(Math.exp(gate + dt)));
}

/** exp(lowerBound · sigmoid(a · (gate + dt))) */
export function channelDecayReference(gate: number, dt: number, a: number, lowerBound: number): number {
  return Math.exp(lowerBound * sigmoidReference(a * (gate + dt)));
}

export function sigmoidReference(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function normalized(x: Float32Array, epsilon: number): Float64Array {
  let squares = 0;
  for (const value of x) squares += value * value;
  const length = Math.max(Math.sqrt(squares), epsilon);
  return Float64Array.from(x, (value) => value / length);
}

function at(numbers: Float32Array | Float64Array, index: number): number {
  return numbers[index] ?? NaN;
}
