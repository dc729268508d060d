/**
 * The directions in which the routing of an answer's tokens differs most: the first principal components of their unit
 * vectors, so that distances follow the cosine. They are found by orthogonal iteration on the Gram matrix of a sample of
 * tokens, which stays small however many experts there are. Each fit starts from the axes of the one before: while an
 * answer grows its axes turn slowly, and never flip.
 */
import type { TokenVectors } from './token-vectors.ts';

export const AXES = 3;

/** Tokens that a fit looks at, evenly spread over the answer. More would turn the axes little, and cost their square. */
const SAMPLE = 144;
const FIRST_STEPS = 60;
const LATER_STEPS = 12;

export class PrincipalAxes {
  /** [size, AXES], unit vectors; null before the first fit. */
  #axes: Float32Array | null = null;

  /** Fits the axes to the tokens that are there. */
  fit(vectors: TokenVectors): void {
    const sample = sampleOf(vectors.count);
    const gram = centredGram(vectors, sample);
    const isFirst = this.#axes === null;
    let weights = isFirst ? firstWeights(sample.length) : this.#weightsNow(vectors, sample);
    for (let step = isFirst ? FIRST_STEPS : LATER_STEPS; step > 0; step--) {
      weights = orthonormal(weights.map((column) => product(gram, column)));
    }
    // The eigenvalue: what the matrix makes of a unit vector of its own.
    const values = weights.map((column) => Math.max(0, dot(column, product(gram, column))));
    if (isFirst) weights.forEach(orient);
    this.#axes = combine(vectors, sample, weights, values);
  }

  /** Scores of the tokens from `first` on, [tokens, AXES]; not centred. All 0 before the first fit. */
  scores({ cells, shares, lengths, stride, count }: TokenVectors, first: number): Float32Array {
    const tokens = Math.max(0, count - first);
    const scores = new Float32Array(tokens * AXES);
    const axes = this.#axes;
    if (axes === null) return scores;
    for (let token = 0; token < tokens; token++) {
      let x = 0;
      let y = 0;
      let z = 0;
      const start = (first + token) * stride;
      for (let at = start; at < start + stride; at++) {
        const share = shares[at] ?? 0;
        const axis = (cells[at] ?? 0) * AXES;
        x += share * (axes[axis] ?? 0);
        y += share * (axes[axis + 1] ?? 0);
        z += share * (axes[axis + 2] ?? 0);
      }
      const length = lengths[first + token] ?? 0;
      if (length > 0) scores.set([x / length, y / length, z / length], token * AXES);
    }
    return scores;
  }

  /** What the present axes say of the sample: where the next fit starts. */
  #weightsNow(vectors: TokenVectors, sample: readonly number[]): Float64Array[] {
    const scores = this.scores(vectors, 0);
    const columns = Array.from({ length: AXES }, (_, axis) =>
      centred(Float64Array.from(sample, (token) => scores[token * AXES + axis] ?? 0)),
    );
    // A direction that no token had until now starts like the first time.
    const fresh = firstWeights(sample.length);
    return columns.map((column, axis) => (dot(column, column) > 1e-12 ? column : (fresh[axis] ?? column)));
  }
}

function sampleOf(count: number): number[] {
  const size = Math.min(count, SAMPLE);
  return Array.from({ length: size }, (_, i) => Math.floor((i * count) / size));
}

/** Row-major [sample, sample]: cosines of all pairs, with the mean of rows and columns taken out. */
function centredGram(vectors: TokenVectors, sample: readonly number[]): Float64Array {
  const { cells, shares, lengths, stride } = vectors;
  const size = sample.length;
  const gram = new Float64Array(size * size);
  const one = new Float32Array(vectors.size);
  for (let i = 0; i < size; i++) {
    const start = (sample[i] ?? 0) * stride;
    for (let at = start; at < start + stride; at++) one[cells[at] ?? 0] = shares[at] ?? 0;
    for (let j = 0; j <= i; j++) {
      const other = (sample[j] ?? 0) * stride;
      let sum = 0;
      for (let at = other; at < other + stride; at++) sum += (one[cells[at] ?? 0] ?? 0) * (shares[at] ?? 0);
      const length = (lengths[sample[i] ?? 0] ?? 0) * (lengths[sample[j] ?? 0] ?? 0);
      gram[i * size + j] = gram[j * size + i] = length > 0 ? sum / length : 0;
    }
    for (let at = start; at < start + stride; at++) one[cells[at] ?? 0] = 0;
  }
  const means = Array.from({ length: size }, (_, i) => mean(gram.subarray(i * size, (i + 1) * size)));
  const middle = mean(Float64Array.from(means));
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      gram[i * size + j] = (gram[i * size + j] ?? 0) - (means[i] ?? 0) - (means[j] ?? 0) + middle;
  return gram;
}

/** Any directions will do that are the same each time, so that an answer has the same colours each time. */
function firstWeights(size: number): Float64Array[] {
  let seed = 1;
  const next = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // the generator of Numerical Recipes
    return seed / 2 ** 32 - 0.5;
  };
  return Array.from({ length: AXES }, () => centred(Float64Array.from({ length: size }, next)));
}

function product(matrix: Float64Array, column: Float64Array): Float64Array {
  const size = column.length;
  const result = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += (matrix[i * size + j] ?? 0) * (column[j] ?? 0);
    result[i] = sum;
  }
  return result;
}

/** Gram-Schmidt. A column that nothing is left of becomes 0: tokens do not differ in so many directions. */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const column of columns) {
    const rest = column.slice();
    for (const earlier of done) {
      const along = dot(rest, earlier);
      for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] ?? 0) - along * (earlier[i] ?? 0);
    }
    const length = Math.sqrt(dot(rest, rest));
    const isLeft = length > 1e-9;
    done.push(rest.map((value) => (isLeft ? value / length : 0)));
  }
  return done;
}

/** From weights of tokens to directions among the experts: Σ weight × unit vector, [size, AXES]. */
function combine(
  { cells, shares, lengths, stride, size }: TokenVectors,
  sample: readonly number[],
  weights: readonly Float64Array[],
  values: readonly number[],
): Float32Array {
  const axes = new Float32Array(size * AXES);
  const scales = values.map((value) => (value > 1e-9 ? 1 / Math.sqrt(value) : 0));
  sample.forEach((token, i) => {
    const length = lengths[token] ?? 0;
    if (length === 0) return;
    for (let axis = 0; axis < AXES; axis++) {
      const factor = ((weights[axis]?.[i] ?? 0) * (scales[axis] ?? 0)) / length;
      for (let at = token * stride; at < (token + 1) * stride; at++) {
        const to = (cells[at] ?? 0) * AXES + axis;
        axes[to] = (axes[to] ?? 0) + factor * (shares[at] ?? 0);
      }
    }
  });
  return axes;
}

/** An axis and its opposite are equally good: the first token that lies clearly on one side lies on the positive one. */
function orient(column: Float64Array): void {
  const most = column.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const first = column.find((value) => Math.abs(value) > most / 4) ?? 0;
  if (first < 0) column.forEach((value, i) => (column[i] = -value));
}

function centred(column: Float64Array): Float64Array {
  const middle = mean(column);
  return column.map((value) => value - middle);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
