// CPU twins of the matrix products: sums in f64.

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

export function silu(value: number): number {
  return value / (1 + Math.exp(-value));
}

/** silu(G x) ⊙ (U x) */
export function swigluReference(gate: ReferenceMatrix, up: ReferenceMatrix, x: Float32Array): Float32Array {
  const ups = multiplyReference(up, x);
  return multiplyReference(gate, x).map((value, i) => silu(value) * (ups[i] ?? NaN));
}
