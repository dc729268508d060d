import { constantsOf, structOf } from '../gpu/wgsl.ts';
import { FRAGMENTS } from './fragments.ts';
import type { Beside } from './packed-matrix.ts';

const { STORE, ADD, GATE } = constantsOf(FRAGMENTS.product.code, ['STORE', 'ADD', 'GATE']);

/** What becomes of a product's result. */
export const EPILOGUES = { store: STORE, add: ADD, gate: GATE } as const;
export type Epilogue = keyof typeof EPILOGUES;

/** What a product's kernel reads of its shape. */
export const PRODUCT_UNIFORM = structOf(FRAGMENTS.product.code, 'Product', [
  ...(['rows', 'row_units', 'w_base', 'w_units', 'w_head', 'w_start', 'x_token', 'x_head'] as const),
  ...(['y_token', 'y_head', 'y_start', 'x_used', 'epilogue', 'scale'] as const),
  ...(['factor', 'bias', 'limit'] as const),
]);

/** The shape of one matrix product, in floats and rows of W. */
export interface Product {
  /** Rows that each head makes. */
  readonly rows: number;
  readonly rowUnits: number;
  /** First vec4 of W in its buffer or page. */
  readonly wBase?: number;
  /** Rows of the whole matrix (or shard). */
  readonly wRows: number;
  /** Rows of W from one head to the next, and before the first. */
  readonly wHead?: number;
  readonly wStart?: number;
  /** From one token, or head, to the next. */
  readonly xToken: number;
  readonly xHead?: number;
  readonly yToken: number;
  readonly yHead?: number;
  readonly yStart?: number;
  /** Experts: entries that share a row of x. */
  readonly xUsed?: number;
  readonly epilogue: Epilogue;
  readonly scale: number;
  /** Where the factor and the bias of W lie, from `wBase`; 0: it has none. */
  readonly beside?: Beside;
  /** Of the activation, where the epilogue is `gate` and it has one. */
  readonly limit?: number;
}

/** The uniform that a product's kernel reads. */
export function productUniform(product: Product): ArrayBuffer {
  const { rows, rowUnits, wBase = 0, wRows, wHead = 0, wStart = 0, scale } = product;
  const { xToken, xHead = 0, yToken, yHead = 0, yStart = 0, xUsed = 1, beside, limit = 0 } = product;
  return PRODUCT_UNIFORM.write({
    rows,
    row_units: rowUnits,
    w_base: wBase,
    w_units: wRows * rowUnits,
    w_head: wHead,
    w_start: wStart,
    x_token: xToken / VECTOR,
    x_head: xHead / VECTOR,
    y_token: yToken,
    y_head: yHead,
    y_start: yStart,
    x_used: xUsed,
    epilogue: EPILOGUES[product.epilogue],
    scale,
    factor: beside?.factor ?? 0,
    bias: beside?.bias ?? 0,
    limit,
  });
}

/** Inputs are read as vec4s. */
const VECTOR = 4;
