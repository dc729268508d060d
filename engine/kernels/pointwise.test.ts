import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { centredReference, rmsNormReference, softcapReference } from '../reference/pointwise.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { addNormed, rmsNorm, softcap } from './pointwise.ts';

describe.each(TEST_TARGETS)('pointwise kernels ($profile, subgroups $subgroups)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(12);

  test.each([
    { length: 4, segments: 1, xToken: 4, yToken: 4, tokens: 1, lastOnly: false },
    { length: 576, segments: 1, xToken: 640, yToken: 576, tokens: 7, lastOnly: false },
    { length: 20, segments: 3, xToken: 60, yToken: 64, tokens: 5, lastOnly: false },
    { length: 12, segments: 4, xToken: 48, yToken: 48, tokens: 3, lastOnly: false, weightSegment: 16 },
    { length: 68, segments: 1, xToken: 68, yToken: 68, tokens: 6, lastOnly: true },
    { length: 24, segments: 2, xToken: 48, yToken: 48, tokens: 3, lastOnly: false, scale: 0.3 },
    { length: 44, segments: 1, xToken: 44, yToken: 44, tokens: 3, lastOnly: false, centred: true },
  ])('rms norm: $segments rows of $length a token', async ({ tokens, weightSegment = 0, ...shape }) => {
    const { length, segments, xToken, yToken, lastOnly, scale = 1 } = shape;
    const x = gaussian(random, tokens * xToken, 3);
    const weights = gaussian(random, length + (segments - 1) * weightSegment);
    const epsilon = 0.01; // large enough to be seen
    const { kernel, lanes } = rmsNorm(runner.gpu, { ...shape, weightSegment, epsilon });
    const outTokens = lastOnly ? 1 : tokens;
    const y = runner.empty(outTokens * yToken);
    const operands = { step: runner.step(tokens), x: runner.buffer(x), weight: runner.buffer(weights), y };
    await runner.run(kernel, operands, [Math.ceil((outTokens * segments) / lanes.perWorkgroup), 1, 1]);
    const expected = new Float32Array(outTokens * yToken);
    for (let t = 0; t < outTokens; t++) {
      const from = (lastOnly ? tokens - 1 : t) * xToken;
      for (let s = 0; s < segments; s++) {
        const part = x.subarray(from + s * length, from + (s + 1) * length);
        const row = shape.centred === true ? centredReference(part) : part;
        const weight = weights.subarray(s * weightSegment);
        const normed = rmsNormReference(row, weight, epsilon).map((value) => scale * value);
        expected.set(normed, t * yToken + s * length);
      }
    }
    expectClose(await runner.floats(y, expected.length), expected, 1e-6);
  });

  test.each([{ factor: undefined }, { factor: 0.7 }])(
    'adding a norm of x leaves x empty; factor $factor',
    async ({ factor }) => {
      const [length, tokens, epsilon, scale] = [44, 5, 0.01, 0.6];
      const [x, before] = [gaussian(random, tokens * length), gaussian(random, tokens * length)];
      const weight = gaussian(random, length);
      const shape = { length, epsilon, scale, hasFactor: factor !== undefined };
      const { kernel, lanes } = addNormed(runner.gpu, shape);
      const [from, to] = [runner.buffer(x), runner.buffer(before)];
      const factorBuffer = runner.buffer(new Float32Array([factor ?? NaN]));
      const operands = {
        step: runner.step(tokens),
        x: from,
        weight: runner.buffer(weight),
        y: to,
        factor: factorBuffer,
      };
      await runner.run(kernel, operands, [Math.ceil(tokens / lanes.perWorkgroup), 1, 1]);
      const expected = before.slice();
      for (let t = 0; t < tokens; t++) {
        const normed = rmsNormReference(x.subarray(t * length, (t + 1) * length), weight, epsilon);
        normed.forEach((value, i) => {
          const at = t * length + i;
          expected[at] = (factor ?? 1) * ((before[at] ?? NaN) + scale * value);
        });
      }
      expectClose(await runner.floats(to, expected.length), expected, 1e-6);
      expect([...(await runner.floats(from, x.length))].every((value) => value === 0)).toBe(true);
    },
  );

  describe.skipIf(target.subgroups)('the same with and without subgroups', () => {
    test('a cap keeps numbers within it, however large they are', async () => {
      const [width, tokens, cap] = [37, 3, 5];
      const x = gaussian(random, tokens * width, 8);
      x[4] = 3e38;
      x[5] = -3e38;
      const { kernel, groups } = softcap(runner.gpu, width, cap);
      const y = runner.buffer(x);
      await runner.run(kernel, { y }, [groups, tokens, 1]);
      const expected = x.map((value) => softcapReference(value, cap));
      expectClose(await runner.floats(y, x.length), expected, 1e-5);
    });
  });
});
