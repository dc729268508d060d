/** What becomes of a product's result; numbers as in `shaders/lib/product.wgsl`. */
export const EPILOGUES = { store: 0, add: 1, swiglu: 2 } as const;
export type Epilogue = keyof typeof EPILOGUES;

/** The shape of one matrix product: what `shaders/lib/product.wgsl` declares, in its order. */
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
  /** vec4s. */
  readonly xToken: number;
  readonly xHead?: number;
  /** floats. */
  readonly yToken: number;
  readonly yHead?: number;
  readonly yStart?: number;
  /** Experts: entries that share a row of x. */
  readonly xUsed?: number;
  readonly epilogue: Epilogue;
  readonly scale: number;
}

export const PRODUCT_BINDING = 9;
const PRODUCT_BYTES = 64;
const SCALE_OFFSET = 52;

/** The uniform that a product's kernel reads. */
export function productUniform(product: Product): ArrayBuffer {
  const { rows, rowUnits, wBase = 0, wRows, wHead = 0, wStart = 0 } = product;
  const { xToken, xHead = 0, yToken, yHead = 0, yStart = 0, xUsed = 1 } = product;
  const data = new ArrayBuffer(PRODUCT_BYTES);
  new Uint32Array(data).set([
    rows,
    rowUnits,
    wBase,
    wRows * rowUnits,
    wHead,
    wStart,
    xToken,
    xHead,
    yToken,
    yHead,
    yStart,
    xUsed,
    EPILOGUES[product.epilogue],
  ]);
  new DataView(data).setFloat32(SCALE_OFFSET, product.scale, true);
  return data;
}
