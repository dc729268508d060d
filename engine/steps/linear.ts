import { EngineError } from '../errors.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import type { ActivationFunction } from '../kernels/activations.ts';
import { headTransposed } from '../kernels/attention.ts';
import { matmul } from '../kernels/matmul.ts';
import { matvec } from '../kernels/matvec.ts';
import { type PackedMatrix, rowUnits, UNIT } from '../kernels/packed-matrix.ts';
import { addBias as addBiasKernel, embed as embedKernel, softcap as softcapKernel } from '../kernels/pointwise.ts';
import { type Product, productUniform } from '../kernels/product.ts';
import type { WeightTypeName } from '../kernels/weight-types.ts';
import type { PackedVector } from '../weights/weights.ts';
import type { StepBuilder } from './step-builder.ts';
import type { Activation } from './step-buffers.ts';

export interface MultiplyOptions {
  readonly scale?: number;
  /** y += instead of y =. */
  readonly accumulate?: boolean;
  /** A product per head, with strides in floats. */
  readonly heads?: {
    readonly count: number;
    readonly rows: number;
    readonly xHead: number;
    readonly yHead: number;
    readonly wHead: number;
    readonly wStart: number;
  };
  /** Where in a row of y the product begins. Default 0. */
  readonly yStart?: number;
  /** One token even in a step of many: the output of the step's last token. */
  readonly oneToken?: boolean;
  /** Norms x as it is read, in steps of one token. */
  readonly norm?: InputNorm | undefined;
}

/** x / sqrt(mean(x²) + epsilon) ⊙ weight, of as many first numbers of x as there are weights. */
export interface InputNorm {
  readonly weight: PackedVector;
  readonly epsilon: number;
}

/** x [tokens, width] = scale · rows of `matrix` [vocabulary, width] for the step's tokens. */
export function embed(step: StepBuilder, matrix: PackedMatrix, x: Activation, scale = 1): void {
  for (const { region, firstRow, rows } of withoutFactor('embed', matrix)) {
    const shape = { type: matrix.type, rows, firstRow, rowUnits: rowUnits(x.width), width: x.width, scale };
    const { kernel, groups } = embedKernel(step.target, shape);
    const { step: uniform, tokens: ids } = step.buffers;
    const operands = { step: uniform, tokens: ids, x: x.region, weights: region };
    step.launch('embed', kernel, operands, (tokens) => [groups, tokens, 1]);
  }
}

/** y [tokens, rows] = scale · x [tokens, columns] · Wᵀ, or a product per head; with the bias that lies beside W, if any. */
export function multiply(
  step: StepBuilder,
  name: string,
  matrix: PackedMatrix,
  x: Activation,
  y: Activation,
  { scale = 1, accumulate = false, heads, yStart = 0, oneToken = false, norm }: MultiplyOptions = {},
): void {
  for (const { region, firstRow, rows, beside } of matrix.shards) {
    const shape: Product = {
      rows: heads?.rows ?? rows,
      rowUnits: rowUnits(matrix.columns),
      wRows: rows,
      wHead: heads?.wHead ?? 0,
      wStart: heads?.wStart ?? 0,
      xToken: x.width,
      xHead: heads?.xHead ?? 0,
      yToken: y.width,
      yHead: heads?.yHead ?? 0,
      yStart: yStart + firstRow,
      epilogue: accumulate ? 'add' : 'store',
      scale,
      ...(beside && { beside }),
    };
    product(step, name, matrix.type, shape, x, y, region, { heads: heads?.count ?? 1, oneToken, norm });
  }
}

/** y [tokens, width] += scale · bias [width]. */
export function addBias(step: StepBuilder, name: string, bias: PackedVector, y: Activation, scale = 1): void {
  const { kernel, groups } = addBiasKernel(step.target, y.width, scale);
  step.launch(name, kernel, { bias: bias.region, y: y.region }, (tokens) => [groups, tokens, 1]);
}

interface ProductOptions {
  readonly heads?: number;
  readonly oneToken?: boolean;
  readonly norm?: InputNorm | undefined;
  /** Of the epilogue `gate`. */
  readonly activation?: ActivationFunction;
}

/** y = cap · tanh(y / cap) for all of y [tokens, width], or for its first row. */
export function softcap(step: StepBuilder, name: string, y: Activation, cap: number, oneToken = false): void {
  const { kernel, groups } = softcapKernel(step.target, y.width, cap);
  step.launch(name, kernel, { y: y.region }, (tokens) => [groups, oneToken ? 1 : tokens, 1]);
}

/** A product with one token's kernel or many tokens'. */
export function product(
  step: StepBuilder,
  name: string,
  type: WeightTypeName,
  shape: Product,
  x: Activation,
  y: Activation,
  weights: BufferRegion,
  { heads = 1, oneToken = false, norm, activation }: ProductOptions = {},
): void {
  const operands = { x: x.region, y: y.region, product: productRegion(step, shape), weights };
  const sizes = `${heads > 1 ? `${heads} × ` : ''}${shape.rows} × ${shape.rowUnits * UNIT}`;
  if (step.size === 'one' || oneToken) {
    const own = norm && { length: norm.weight.length, epsilon: norm.epsilon };
    const { target, site } = step.tuned('matvec', `${type} ${sizes}${norm ? ', normed' : ''}`);
    const { kernel, groups } = matvec(target, type, { rows: shape.rows, units: shape.rowUnits }, activation, own);
    step.launch(name, kernel, { ...operands, ...(norm && { x_weight: norm.weight.region }) }, [groups, heads, 1], site);
  } else {
    if (norm) throw new Error(`${name} has many tokens, which it cannot norm`);
    const { target, site } = step.tuned('matmul', `${type} ${sizes}`);
    const { kernel, groups, tileTokens } = matmul(target, type, shape.rows, activation);
    const workgroups = (tokens: number) => [groups, Math.ceil(tokens / tileTokens), heads] as const;
    step.launch(name, kernel, { step: step.buffers.step, ...operands }, workgroups, site);
  }
}

/**
 * The shards of a matrix that a kernel reads which knows nothing of factors.
 * @throws EngineError `unsupported-tensor-type` where it has one
 */
export function withoutFactor(name: string, { type, shards }: PackedMatrix): PackedMatrix['shards'] {
  if (shards.some(({ beside }) => beside !== undefined && beside.factor > 0))
    throw new EngineError(
      'unsupported-tensor-type',
      'This model has a matrix with a factor of its own, where Mixtab cannot compute with one.',
      `${name} (${type})`,
    );
  return shards;
}

export function productRegion(step: StepBuilder, shape: Product): BufferRegion {
  const data = productUniform(shape);
  return step.buffers.constant(`product ${new Uint32Array(data).join(' ')}`, data);
}

/**
 * y[t, h] = W_hᵀ x[t, h] for the rows `wStart + h · wHead` … of each head; strides in floats.
 * x [tokens, heads, xHead], y [tokens, heads, yHead].
 */
export function multiplyTransposed(
  step: StepBuilder,
  name: string,
  matrix: PackedMatrix,
  x: Activation,
  y: Activation,
  heads: { readonly count: number; readonly inner: number; xHead: number; yHead: number; wHead: number },
): void {
  const [shard] = withoutFactor(name, matrix);
  if (shard === undefined || matrix.shards.length !== 1) throw new RangeError(`${name} must fit one buffer`);
  const { kernel, groups } = headTransposed(step.target, {
    type: matrix.type,
    matrixRows: matrix.rows,
    columns: matrix.columns,
    rowUnits: rowUnits(matrix.columns),
    inner: heads.inner,
    xToken: x.width,
    xHead: heads.xHead,
    yToken: y.width,
    yHead: heads.yHead,
    wHead: heads.wHead,
    wStart: 0,
  });
  const operands = { x: x.region, y: y.region, weights: shard.region };
  step.launch(name, kernel, operands, (tokens) => [groups, tokens, heads.count]);
}
