import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SupportedTypeName, TENSOR_TYPES } from '../formats/tensor-types.ts';
import {
  multiplyReference,
  multiplyTransposedReference,
  type ReferenceMatrix,
  silu,
  swigluReference,
} from '../reference/products.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { randomMatrix } from '../testing/random-weights.ts';
import { headTransposed } from './attention.ts';
import { type Epilogue, matmul } from './matmul.ts';
import { gateUp, matvec, type Product } from './matvec.ts';
import { packedVecs, rowUnits, VEC_BYTES } from './packed-matrix.ts';
import { embed } from './pointwise.ts';

const TYPES = Object.keys(TENSOR_TYPES) as SupportedTypeName[];

/** A unit more than the rows: the kernels read whole units of x, as of the engine's activations. */
const SLACK = 32;

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

  /** Strides as the engine's step builder gives them. */
  function productOf(matrix: { type: SupportedTypeName } & ReferenceMatrix, xWidth: number, heads?: Heads): Product {
    return {
      type: matrix.type,
      rows: heads?.rows ?? matrix.rows,
      rowUnits: rowUnits(matrix.columns),
      matrixRows: matrix.rows,
      scale: 1,
      accumulate: false,
      heads: heads?.count ?? 1,
      xToken: xWidth / 4,
      xHead: (heads?.xHead ?? 0) / 4,
      xStart: 0,
      yToken: heads ? heads.count * heads.yHead : matrix.rows,
      yHead: heads?.yHead ?? 0,
      yStart: 0,
      wHead: heads?.wHead ?? 0,
      wStart: heads?.wStart ?? 0,
    };
  }

  /** By the kernel for decode (a launch a token) or by the one for prefill. */
  async function multiply(
    mode: 'matvec' | 'matmul',
    product: Product,
    weights: Parameters<KernelRunner['run']>[1][number],
    x: Float32Array,
    y: Float32Array<ArrayBuffer>,
    tokens: number,
    epilogue: Epilogue,
  ): Promise<Float32Array> {
    const out = runner.buffer(y);
    const operands = { 1: runner.buffer(padded(x)), 2: out, 10: weights };
    if (mode === 'matvec') {
      const { kernel, groups } = matvec(runner.gpu, { ...product, accumulate: epilogue === 'add' });
      await runner.run(kernel, operands, [groups, tokens, product.heads]);
    } else {
      const { kernel, groups, tileTokens } = matmul(runner.gpu, product, epilogue);
      const grid = [groups, Math.ceil(tokens / tileTokens), product.heads] as const;
      await runner.run(kernel, { 0: runner.step(tokens), ...operands }, grid);
    }
    return runner.floats(out, y.length);
  }

  describe.each(TYPES)('%s', (type) => {
    // 30 rows and 9 tokens: both end within a tile of four rows, of eight tokens.
    const matrix = randomMatrix(random, type, 30, 512);

    test.each(MODES)('%s', async (mode) => {
      const tokens = mode === 'matvec' ? 2 : 9;
      const weights = await runner.matrix(type, matrix.bytes, matrix.rows, matrix.columns);
      const x = tokensOf(tokens, matrix.columns);
      const product = productOf(matrix, matrix.columns);
      const y = await multiply(mode, product, weights, x, new Float32Array(tokens * matrix.rows), tokens, 'store');
      for (let t = 0; t < tokens; t++) {
        const row = x.subarray(t * matrix.columns, (t + 1) * matrix.columns);
        expectClose(y.subarray(t * matrix.rows, (t + 1) * matrix.rows), multiplyReference(matrix, row));
      }
    });

    test('gate and up with SwiGLU', async () => {
      const up = randomMatrix(random, type, matrix.rows, matrix.columns);
      const upBase = packedVecs(type, matrix.rows * rowUnits(matrix.columns));
      const weights = runner.empty((2 * upBase * VEC_BYTES) / 4);
      await runner.upload(type, matrix.bytes, matrix.rows, matrix.columns, weights, 0);
      await runner.upload(type, up.bytes, up.rows, up.columns, weights, upBase);
      const x = tokensOf(1, matrix.columns).map((value) => value / 8);
      const h = runner.empty(matrix.rows);
      const { kernel, groups } = gateUp(runner.gpu, { type, rows: matrix.rows, rowUnits: rowUnits(matrix.columns) });
      await runner.run(kernel, { 1: runner.buffer(padded(x)), 2: h, 10: weights }, [groups, 1, 1]);
      expectClose(await runner.floats(h, matrix.rows), swigluReference(matrix, up, x));
    });

    test.skipIf(target.subgroups)('embedding, by shards', async () => {
      const ids = new Uint32Array([99, 99, 3, 29, 15, 0, 16]);
      const [position, tokens] = [2, 5];
      const x = runner.empty(tokens * matrix.columns);
      for (const [firstRow, rows] of [
        [0, 16],
        [16, 14],
      ] as const) {
        const rowBytes = matrix.bytes.length / matrix.rows;
        const part = matrix.bytes.subarray(firstRow * rowBytes, (firstRow + rows) * rowBytes);
        const shard = await runner.matrix(type, part, rows, matrix.columns);
        const shape = { type, rows, firstRow, rowUnits: rowUnits(matrix.columns), width: matrix.columns, scale: 12 };
        const { kernel, groups } = embed(runner.gpu, shape);
        const bindings = { 0: runner.step(tokens, position), 1: runner.buffer(ids), 2: x, 10: shard };
        await runner.run(kernel, bindings, [groups, tokens, 1]);
      }
      const actual = await runner.floats(x, tokens * matrix.columns);
      ids.subarray(position).forEach((id, t) => {
        const expected = matrix.weights.subarray(id * matrix.columns, (id + 1) * matrix.columns);
        expectClose(
          actual.subarray(t * matrix.columns, (t + 1) * matrix.columns),
          expected.map((weight) => 12 * weight),
          1e-6,
        );
      });
    });

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
      await runner.run(kernel, { 1: runner.buffer(x), 2: y, 10: weights }, [groups, tokens, heads]);
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
    [3, 4, 1],
    [64, 32, 40],
    [65, 100, 33],
    [129, 64, 70],
  ])('%i rows, %i columns, %i tokens', async (rows, columns, tokens) => {
    for (const type of target.profile === 'rows' ? (['F32', 'BF16'] as const) : (['F16'] as const)) {
      const matrix = randomMatrix(random, type, rows, columns);
      const weights = await runner.matrix(type, matrix.bytes, rows, columns);
      const x = tokensOf(tokens, columns);
      const product = productOf(matrix, columns);
      const expected = Array.from({ length: tokens }, (_, t) =>
        Array.from(multiplyReference(matrix, x.subarray(t * columns, (t + 1) * columns))),
      ).flat();
      for (const mode of MODES) {
        const y = new Float32Array(tokens * rows);
        expectClose(await multiply(mode, product, weights, x, y, tokens, 'store'), expected);
      }
    }
  });

  test.skipIf(target.subgroups)('scales, adds and gates', async () => {
    const [rows, columns, tokens] = [10, 64, 3];
    const matrix = randomMatrix(random, 'Q8_0', rows, columns);
    const weights = await runner.matrix('Q8_0', matrix.bytes, rows, columns);
    const x = tokensOf(tokens, columns);
    const before = tokensOf(tokens, rows);
    const product = { ...productOf(matrix, columns), scale: 0.25 };
    const results = Array.from({ length: tokens }, (_, t) =>
      Array.from(multiplyReference(matrix, x.subarray(t * columns, (t + 1) * columns)), (value) => 0.25 * value),
    ).flat();
    const sums = results.map((value, i) => value + (before[i] ?? NaN));
    const gated = results.map((value, i) => value * silu(before[i] ?? NaN));
    expectClose(await multiply('matvec', product, weights, x, before, tokens, 'add'), sums);
    expectClose(await multiply('matmul', product, weights, x, before, tokens, 'add'), sums);
    expectClose(await multiply('matmul', product, weights, x, before, tokens, 'swiglu'), gated);
    expectClose(await multiply('matvec', product, weights, x, before, tokens, 'store'), results);
  });

  test('multiplies heads, each with rows and numbers of its own', async () => {
    // 6 of each head's 10 rows, from row 4 on; 32 of 40 numbers a head of x; 8 a head of y.
    const heads: Heads = { count: 3, rows: 6, xHead: 40, yHead: 8, wHead: 10, wStart: 4 };
    const [columns, tokens] = [32, 11];
    const matrix = randomMatrix(random, 'Q4_0', 30, columns);
    const weights = await runner.matrix('Q4_0', matrix.bytes, 30, columns);
    const xWidth = heads.count * heads.xHead;
    const x = tokensOf(tokens, xWidth);
    const product = productOf(matrix, xWidth, heads);
    const expected = new Float32Array(tokens * heads.count * heads.yHead);
    for (let i = 0; i < tokens * heads.count; i++) {
      const from = x.subarray(i * heads.xHead, i * heads.xHead + columns);
      const firstRow = heads.wStart + (i % heads.count) * heads.wHead;
      expected.set(multiplyReference(matrix, from, firstRow, heads.rows), i * heads.yHead);
    }
    for (const mode of MODES)
      expectClose(
        await multiply(mode, product, weights, x, new Float32Array(expected.length), tokens, 'store'),
        expected,
      );
  });

  test.skipIf(target.subgroups)('begins where a shard, or a matrix behind another one, begins', async () => {
    const [rows, columns, tokens] = [12, 256, 2];
    const matrix = randomMatrix(random, 'Q6_K', rows, columns);
    const base = 5;
    const weights = runner.empty(((base + packedVecs('Q6_K', rows * 8)) * VEC_BYTES) / 4);
    await runner.upload('Q6_K', matrix.bytes, rows, columns, weights, base);
    const x = tokensOf(tokens, columns);
    const product = { ...productOf(matrix, columns), yToken: 20, yStart: 7, baseVecs: base };
    const { kernel, groups } = matmul(runner.gpu, product, 'store');
    const y = runner.empty(tokens * 20);
    const bindings = { 0: runner.step(tokens), 1: runner.buffer(padded(x)), 2: y, 10: weights };
    await runner.run(kernel, bindings, [groups, 1, 1]);
    const actual = await runner.floats(y, tokens * 20);
    for (let t = 0; t < tokens; t++)
      expectClose(
        actual.subarray(t * 20 + 7, t * 20 + 7 + rows),
        multiplyReference(matrix, x.subarray(t * columns, (t + 1) * columns)),
      );
  });
});
