import { afterAll, beforeAll, describe, test } from 'vitest';
import { selectiveScanReference } from '../reference/selective-scan.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_PROFILES } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { scanWidths, selectiveScan, type SelectiveScan } from './selective-scan.ts';

/** The shape of the kernel depends on the profile alone. */
describe.each(TEST_PROFILES)('the scan of Mamba-2 ($profile)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(22);

  const SHAPES: readonly SelectiveScan[] = [
    { heads: 4, groups: 1, headDim: 32, stateSize: 128 },
    { heads: 6, groups: 3, headDim: 12, stateSize: 20 },
    { heads: 8, groups: 2, headDim: 4, stateSize: 16 },
    { heads: 4, groups: 1, headDim: 8, stateSize: 1020 },
  ];

  // Steps of one token, of less than goes between two barriers, and of more.
  test.each(SHAPES)(
    '$heads heads of $headDim, $groups groups, a state of $stateSize, step after step',
    async (shape) => {
      const { heads, groups, headDim, stateSize } = shape;
      const { inner, convolved: convWidth, mixed: mixedWidth } = scanWidths(shape);
      const size = heads * headDim * stateSize;
      const a = gaussian(random, heads).map((value) => -Math.exp(value - 1));
      const [dtBias, d] = [gaussian(random, heads), gaussian(random, heads)];
      const copies = 3;
      const { kernel, rowBlocks, stateNumbers } = selectiveScan(runner.gpu, shape);
      const stateRegion = runner.buffer(gaussian(random, copies * stateNumbers)); // what it held is not to be seen
      const weights = { a: runner.buffer(a), dt_bias: runner.buffer(dtBias), d: runner.buffer(d) };
      const state = new Float32Array(size);
      let position = 0;
      let from = 2;
      for (const tokens of [1, 5, 1, 37, 16]) {
        const mixed = gaussian(random, tokens * mixedWidth);
        const convolved = gaussian(random, tokens * convWidth);
        if (position > 0) mixed[inner + convWidth] = 25; // where softplus is its argument
        const expected = new Float32Array(tokens * inner);
        for (let t = 0; t < tokens; t++) {
          const parts = (row: Float32Array, start: number, count: number, length: number): Float32Array[] =>
            Array.from({ length: count }, (_, i) => row.subarray(start + i * length, start + (i + 1) * length));
          const mixedRow = mixed.subarray(t * mixedWidth, (t + 1) * mixedWidth);
          const row = convolved.subarray(t * convWidth, (t + 1) * convWidth);
          const y = selectiveScanReference(
            state,
            { a, dtBias, d },
            {
              x: parts(row, 0, heads, headDim),
              z: parts(mixedRow, 0, heads, headDim),
              dt: mixedRow.subarray(inner + convWidth),
              b: parts(row, inner, groups, stateSize),
              c: parts(row, inner + groups * stateSize, groups, stateSize),
            },
          );
          expected.set(y, t * inner);
        }
        const to = (from + 1) % copies;
        const y = runner.empty(tokens * inner);
        const operands = {
          step: runner.step(tokens, position, { from, to }),
          mixed: runner.buffer(mixed),
          convolved: runner.buffer(convolved),
          ...weights,
          state: stateRegion,
          y,
        };
        await runner.run(kernel, operands, [heads, rowBlocks, 1]);
        expectClose(await runner.floats(y, expected.length), expected, 2e-6);
        position += tokens;
        from = to;
      }
    },
  );
});
