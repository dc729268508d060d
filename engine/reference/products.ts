// CPU twins of the matrix products: sums in f64.
import type { ActivationFunction } from '../kernels/activations.ts';
import { activateReference } from './activations.ts';

/** A row-major matrix of f32. */
export interface ReferenceMatrix {
  readonly weights: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** W · x, W [rows, columns], from row `firstRow` on. */
export function multiplyReference(
  { weights, columns, rows }: ReferenceMatrix,
  x: Float32Array,
  firstRow = 0,
  count: number = rows,
): Float32Array {
  const y = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += (weights[(firstRow + row) * columns + c] ?? NaN) * (x[c] ?? NaN);
    y[row] = sum;
  }
  return y;
}

/** Wᵀ · x for rows `firstRow` … of W, as many as x has numbers. */
export function multiplyTransposedReference(
  { weights, columns }: ReferenceMatrix,
  x: Float32Array,
  firstRow: number,
): Float32Array {
  const y = new Float64Array(columns);
  x.forEach((value, n) => {
    for (let c = 0; c < columns; c++) y[c] = (y[c] ?? 0) + (weights[(firstRow + n) * columns + c] ?? NaN) * value;
  });
  return new Float32Array(y);
}

/** What lies beside a matrix: y = factor · W x + bias. */
export interface ReferenceSides {
  readonly factor?: number | undefined;
  readonly bias?: Float32Array | undefined;
}

/** W · x with the factor and bias of W. */
export function projectReference(matrix: ReferenceMatrix & ReferenceSides, x: Float32Array): Float32Array {
  const { factor = 1, bias } = matrix;
  return multiplyReference(matrix, x).map((value, row) => factor * value + (bias?.[row] ?? 0));
}

/** activate(G x, U x), without a gate where G is undefined. */
export function gateUpReference(
  activation: ActivationFunction,
  gate: (ReferenceMatrix & ReferenceSides) | undefined,
  up: ReferenceMatrix & ReferenceSides,
  x: Float32Array,
): Float32Array {
  const gates = gate && projectReference(gate, x);
  return projectReference(up, x).map((value, i) => activateReference(activation, gates?.[i] ?? NaN, value));
}
