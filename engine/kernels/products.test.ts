import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WEIGHT_TYPE_NAMES, type WeightTypeName } from './weight-types.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import {
  multiplyReference,
  multiplyTransposedReference,
  type ReferenceMatrix,
  gateUpReference,
  projectReference,
} from '../reference/products.ts';
import { silu } from '../reference/activations.ts';
import { rmsNormReference } from '../reference/pointwise.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { randomMatrix } from '../testing/random-weights.ts';
import { SILU } from './activations.ts';
import { headTransposed } from './attention.ts';
import { matmul } from './matmul.ts';
import { gateUp, matvec } from './matvec.ts';
import { packedVecs, placeMatrix, rowUnits, VEC_BYTES } from './packed-matrix.ts';
import { embed } from './pointwise.ts';
import { type Epilogue, EPILOGUES, type Product, productUniform } from './product.ts';

const TYPES = WEIGHT_TYPE_NAMES;

/** A unit more than the rows: the kernels read whole units of x, as of the engine's activations. */
const SLACK = 32;

/** Numbers behind a result that must stay as they are: more than the rows of the largest tile. */
const GUARD = 4096;
const UNTOUCHED = 12_345;

interface Heads {
  readonly count: number;
  readonly rows: number;
  readonly xHead: number;
  readonly yHead: number;
  readonly wHead: number;
  readonly wStart: number;
}

describe.each(TEST_TARGETS)('products ($profile, subgroups $subgroups)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  /** Only matvec and gate_up have lanes; the others are the same with subgroups, and take seconds to compile here. */
  const MODES = target.subgroups ? (['matvec'] as const) : (['matvec', 'matmul'] as const);
  const random = generator(11);

  function tokensOf(count: number, width: number): Float32Array<ArrayBuffer> {
    return gaussian(random, count * width);
  }

  function padded(x: Float32Array): Float32Array<ArrayBuffer> {
    const data = new Float32Array(x.length + SLACK);
    data.set(x);
    return data;
  }

  function guarded(y: Float32Array): Float32Array<ArrayBuffer> {
    const data = new Float32Array(y.length + GUARD).fill(UNTOUCHED);
    data.set(y);
    return data;
  }

  /** Strides as the engine's step builder gives them. */
  function productOf(matrix: ReferenceMatrix, xWidth: number, heads?: Heads): Product {
    return {
      rows: heads?.rows ?? matrix.rows,
      rowUnits: rowUnits(matrix.columns),
      wRows: matrix.rows,
      wHead: heads?.wHead ?? 0,
      wStart: heads?.wStart ?? 0,
      xToken: xWidth,
      xHead: heads?.xHead ?? 0,
      yToken: heads ? heads.count * heads.yHead : matrix.rows,
      yHead: heads?.yHead ?? 0,
      epilogue: 'store',
      scale: 1,
    };
  }

  /** What becomes of y, by the kernel for one token or by the one for many. */
  async function multiply(
    mode: (typeof MODES)[number],
    type: WeightTypeName,
    product: Product,
    weights: BufferRegion,
    x: Float32Array,
    y: Float32Array<ArrayBuffer>,
    tokens: number,
    heads = 1,
  ): Promise<Float32Array> {
    const out = runner.buffer(guarded(y));
    const shape = runner.uniform(productUniform(product));
    const operands = { x: runner.buffer(padded(x)), y: out, product: shape, weights };
    if (mode === 'matvec') {
      expect(tokens).toBe(1);
      const { kernel, groups } = matvec(runner.gpu, type, { rows: product.rows, units: product.rowUnits });
      await runner.run(kernel, operands, [groups, heads, 1]);
    } else {
      const { kernel, groups, tileTokens } = matmul(runner.gpu, type, product.rows);
      const grid = [groups, Math.ceil(tokens / tileTokens), heads] as const;
      await runner.run(kernel, { step: runner.step(tokens), ...operands }, grid);
    }
    const written = await runner.floats(out, y.length + GUARD);
    expect(written.subarray(y.length).every((value) => value === UNTOUCHED)).toBe(true);
    return written.subarray(0, y.length);
  }

  describe.each(TYPES)('%s', (type) => {
    // 30 rows and 9 tokens: both end within a tile of four rows, of eight tokens.
    const matrix = randomMatrix(random, type, 30, 512);

    test.each(MODES)('%s', async (mode) => {
      const tokens = mode === 'matvec' ? 1 : 9;
      const weights = await runner.matrix(type, matrix.bytes, matrix.rows, matrix.columns);
      const x = tokensOf(tokens, matrix.columns);
      const product = productOf(matrix, matrix.columns);
      const y = await multiply(mode, type, product, weights, x, new Float32Array(tokens * matrix.rows), tokens);
      for (let t = 0; t < tokens; t++) {
        const row = x.subarray(t * matrix.columns, (t + 1) * matrix.columns);
        expectClose(y.subarray(t * matrix.rows, (t + 1) * matrix.rows), multiplyReference(matrix, row));
      }
    });

    test('of a vector that is not normed yet', async () => {
      const [length, epsilon] = [matrix.columns - 20, 0.01];
      const weights = await runner.matrix(type, matrix.bytes, matrix.rows, matrix.columns);
      const [x, weight] = [tokensOf(1, matrix.columns), tokensOf(1, length)];
      const shape = runner.uniform(productUniform(productOf(matrix, matrix.columns)));
      const y = runner.empty(matrix.rows);
      const operands = { x: runner.buffer(x), x_weight: runner.buffer(padded(weight)), y, product: shape, weights };
      const { kernel, groups } = matvec(
        runner.gpu,
        type,
        { rows: matrix.rows, units: rowUnits(matrix.columns) },
        SILU,
        { length, epsilon },
      );
      await runner.run(kernel, operands, [groups, 1, 1]);
      const normed = new Float32Array(matrix.columns);
      normed.set(rmsNormReference(x.subarray(0, length), weight, epsilon));
      expectClose(await runner.floats(y, matrix.rows), multiplyReference(matrix, normed));
    });

    test('gate and up with SwiGLU', async () => {
      const up = randomMatrix(random, type, matrix.rows, matrix.columns);
      const side = { type, hasBias: false, hasFactor: false };
      const gate = placeMatrix(side, matrix.rows, matrix.columns, 0);
      const second = placeMatrix(side, matrix.rows, matrix.columns, gate.end);
      const weights = runner.empty((second.end * VEC_BYTES) / 4);
      await runner.upload(type, matrix.bytes, matrix.rows, matrix.columns, weights, 0);
      await runner.upload(type, up.bytes, up.rows, up.columns, weights, second.place.base);
      const x = tokensOf(1, matrix.columns).map((value) => value / 8);
      const h = runner.empty(matrix.rows);
      const places = { gate: gate.place, up: second.place, activation: SILU };
      const shape = { rows: matrix.rows, rowUnits: rowUnits(matrix.columns), ...places };
      const { kernel, groups } = gateUp(runner.gpu, 'both', shape);
      await runner.run(kernel, { x: runner.buffer(padded(x)), h, weights }, [groups, 1, 1]);
      expectClose(await runner.floats(h, matrix.rows), gateUpReference(SILU, matrix, up, x));
    });

    // In either order, so that neither shard can hide what the other does to its tokens.
    const SHARDS = [
      { firstRow: 0, rows: 16 },
      { firstRow: 16, rows: 14 },
    ];
    test.skipIf(target.subgroups).each([{ shards: SHARDS }, { shards: SHARDS.toReversed() }])(
      'embedding, by shards',
      async ({ shards }) => {
        const ids = new Uint32Array([99, 99, 3, 29, 15, 0, 16]);
        const [position, tokens] = [2, 5];
        const x = runner.empty(tokens * matrix.columns);
        for (const { firstRow, rows } of shards) {
          const rowBytes = matrix.bytes.length / matrix.rows;
          const part = matrix.bytes.subarray(firstRow * rowBytes, (firstRow + rows) * rowBytes);
          const shard = await runner.matrix(type, part, rows, matrix.columns);
          const shape = { type, rows, firstRow, rowUnits: rowUnits(matrix.columns), width: matrix.columns, scale: 12 };
          const { kernel, groups } = embed(runner.gpu, shape);
          const operands = { step: runner.step(tokens, position), tokens: runner.buffer(ids), x, weights: shard };
          await runner.run(kernel, operands, [groups, tokens, 1]);
        }
        const expected = [...ids.subarray(position)].flatMap((id) =>
          [...matrix.weights.subarray(id * matrix.columns, (id + 1) * matrix.columns)].map((weight) => 12 * weight),
        );
        expectClose(await runner.floats(x, expected.length), expected, 1e-6);
      },
    );

    test.skipIf(target.subgroups)('transposed, a head at a time', async () => {
      // As in the joint attn_kv_b: of each head's 10 rows the first 6 are the key's.
      const [heads, inner, wHead, tokens] = [3, 6, 10, 2];
      const [xHead, yHead] = [8, matrix.columns + 8];
      const weights = await runner.matrix(type, matrix.bytes, matrix.rows, matrix.columns);
      const x = tokensOf(tokens, heads * xHead);
      const y = runner.empty(tokens * heads * yHead);
      const { kernel, groups } = headTransposed(runner.gpu, {
        type,
        matrixRows: matrix.rows,
        columns: matrix.columns,
        rowUnits: rowUnits(matrix.columns),
        inner,
        xToken: heads * xHead,
        xHead,
        yToken: heads * yHead,
        yHead,
        wHead,
        wStart: 0,
      });
      await runner.run(kernel, { x: runner.buffer(x), y, weights }, [groups, tokens, heads]);
      const actual = await runner.floats(y, tokens * heads * yHead);
      for (let i = 0; i < tokens * heads; i++) {
        const from = x.subarray(i * xHead, i * xHead + inner);
        const expected = multiplyTransposedReference(matrix, from, (i % heads) * wHead);
        expectClose(actual.subarray(i * yHead, i * yHead + matrix.columns), expected);
        expect(Math.max(...actual.subarray(i * yHead + matrix.columns, (i + 1) * yHead))).toBe(0);
      }
    });
  });

  // Rows, columns and tokens at, below and above the edges of tiles (4, 32, 64 rows; 8, 32 tokens).
  test.each([
    [1, 4, 1],
    [3, 36, 2],
    [33, 68, 8],
    [64, 32, 32],
    [65, 100, 33],
    [129, 64, 70],
    // Rows beyond `fewRows`: x in workgroup memory, in more of it, and too long for it.
    [1027, 100, 1],
    [1026, 3000, 1],
    [1026, 6000, 1],
  ])('%i rows, %i columns, %i tokens', async (rows, columns, tokens) => {
    for (const type of ['F32', 'F16', 'BF16'] as const) {
      const matrix = randomMatrix(random, type, rows, columns);
      const weights = await runner.matrix(type, matrix.bytes, rows, columns);
      const x = tokensOf(tokens, columns);
      const expected = perToken(x, columns, (row) => multiplyReference(matrix, row));
      for (const mode of MODES) {
        const count = mode === 'matvec' ? 1 : tokens;
        const y = new Float32Array(count * rows);
        const part = x.subarray(0, count * columns);
        const actual = await multiply(mode, type, productOf(matrix, columns), weights, part, y, count);
        expectClose(actual, expected.slice(0, count * rows));
      }
    }
  });

  test.each([100, 3000, 6000])('of %i columns that are not normed yet, many rows', async (columns) => {
    const [rows, length, epsilon] = [1030, columns - 36, 0.01];
    const matrix = randomMatrix(random, 'F16', rows, columns);
    const weights = await runner.matrix('F16', matrix.bytes, rows, columns);
    const [x, weight] = [tokensOf(1, columns), tokensOf(1, length)];
    const shape = runner.uniform(productUniform(productOf(matrix, columns)));
    const y = runner.empty(rows);
    const operands = {
      x: runner.buffer(padded(x)),
      x_weight: runner.buffer(padded(weight)),
      y,
      product: shape,
      weights,
    };
    const units = rowUnits(columns);
    const { kernel, groups } = matvec(runner.gpu, 'F16', { rows, units }, SILU, { length, epsilon });
    await runner.run(kernel, operands, [groups, 1, 1]);
    const normed = new Float32Array(columns);
    normed.set(rmsNormReference(x.subarray(0, length), weight, epsilon));
    expectClose(await runner.floats(y, rows), multiplyReference(matrix, normed));
  });

  test('scales, adds and gates', async () => {
    const [rows, columns] = [10, 64];
    const matrix = randomMatrix(random, 'Q8_0', rows, columns);
    const weights = await runner.matrix('Q8_0', matrix.bytes, rows, columns);
    for (const mode of MODES) {
      const tokens = mode === 'matvec' ? 1 : 3;
      const x = tokensOf(tokens, columns);
      const before = tokensOf(tokens, rows);
      const results = perToken(x, columns, (row) => multiplyReference(matrix, row).map((value) => 0.25 * value));
      const expected = {
        store: results,
        add: results.map((value, i) => value + (before[i] ?? NaN)),
        gate: results.map((value, i) => value * silu(before[i] ?? NaN)),
      };
      for (const epilogue of Object.keys(EPILOGUES) as Epilogue[]) {
        const product = { ...productOf(matrix, columns), scale: 0.25, epilogue };
        expectClose(await multiply(mode, 'Q8_0', product, weights, x, before, tokens), expected[epilogue]);
      }
    }
  });

  test('takes the factor and the bias that lie beside a matrix', async () => {
    const [rows, columns, base] = [70, 64, 5];
    const matrix = randomMatrix(random, 'Q4_0', rows, columns);
    const [factor, bias] = [0.75, gaussian(random, rows)];
    const { place, end } = placeMatrix({ type: 'Q4_0', hasBias: true, hasFactor: true }, rows, columns, base);
    const weights = runner.empty((end * VEC_BYTES) / 4);
    await runner.upload('Q4_0', matrix.bytes, rows, columns, weights, base);
    const write = async (numbers: Float32Array<ArrayBuffer>, at: number): Promise<void> =>
      runner.upload('F32', new Uint8Array(numbers.buffer), 1, numbers.length, weights, base + at);
    await write(Float32Array.of(factor), place.factor);
    await write(bias, place.bias);
    for (const mode of MODES) {
      const tokens = mode === 'matvec' ? 1 : 5;
      const x = tokensOf(tokens, columns);
      const before = tokensOf(tokens, rows);
      const results = perToken(x, columns, (row) => projectReference({ ...matrix, factor, bias }, row));
      const expected = results.map((value, i) => 0.5 * value + (before[i] ?? NaN));
      const product = {
        ...productOf(matrix, columns),
        wBase: base,
        beside: place,
        scale: 0.5,
        epilogue: 'add',
      } as const;
      expectClose(await multiply(mode, 'Q4_0', product, weights, x, before, tokens), expected);
    }
  });

  test('multiplies heads, each with rows and numbers of its own', async () => {
    // 6 of each head's 10 rows, from row 4 on; 32 of 40 numbers a head of x; 8 a head of y.
    const heads: Heads = { count: 3, rows: 6, xHead: 40, yHead: 8, wHead: 10, wStart: 4 };
    const columns = 32;
    const matrix = randomMatrix(random, 'Q4_0', 30, columns);
    const weights = await runner.matrix('Q4_0', matrix.bytes, 30, columns);
    const xWidth = heads.count * heads.xHead;
    for (const mode of MODES) {
      const tokens = mode === 'matvec' ? 1 : 11;
      const x = tokensOf(tokens, xWidth);
      const expected = new Float32Array(tokens * heads.count * heads.yHead);
      for (let i = 0; i < tokens * heads.count; i++) {
        const from = x.subarray(i * heads.xHead, i * heads.xHead + columns);
        const firstRow = heads.wStart + (i % heads.count) * heads.wHead;
        expected.set(multiplyReference(matrix, from, firstRow, heads.rows), i * heads.yHead);
      }
      const y = new Float32Array(expected.length);
      const product = productOf(matrix, xWidth, heads);
      expectClose(await multiply(mode, 'Q4_0', product, weights, x, y, tokens, heads.count), expected);
    }
  });

  test('begins where a shard, or a matrix behind another one, begins', async () => {
    const [rows, columns, wBase, yToken, yStart] = [12, 256, 5, 20, 7];
    const matrix = randomMatrix(random, 'Q6_K', rows, columns);
    const weights = runner.empty(((wBase + packedVecs('Q6_K', rows * rowUnits(columns))) * VEC_BYTES) / 4);
    await runner.upload('Q6_K', matrix.bytes, rows, columns, weights, wBase);
    const product = { ...productOf(matrix, columns), wBase, yToken, yStart };
    for (const mode of MODES) {
      const tokens = mode === 'matvec' ? 1 : 2;
      const x = tokensOf(tokens, columns);
      const expected = new Float32Array(tokens * yToken);
      for (let t = 0; t < tokens; t++)
        expected.set(multiplyReference(matrix, x.subarray(t * columns, (t + 1) * columns)), t * yToken + yStart);
      const y = new Float32Array(expected.length);
      expectClose(await multiply(mode, 'Q6_K', product, weights, x, y, tokens), expected);
    }
  });
});

/** The rows that `make` gives for each token of x [tokens, width], one after the other. */
function perToken(x: Float32Array, width: number, make: (row: Float32Array) => Float32Array): number[] {
  return Array.from({ length: x.length / width }, (_, t) => [...make(x.subarray(t * width, (t + 1) * width))]).flat();
}
