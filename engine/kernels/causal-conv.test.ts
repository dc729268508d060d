import { afterAll, beforeAll, describe, test } from 'vitest';
import { causalConvReference } from '../reference/causal-conv.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_PROFILES } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { causalConv, type CausalConv, convStateSize } from './causal-conv.ts';

/** The shape of the kernel depends on the profile alone. */
const silu = (value: number): number => value / (1 + Math.exp(-value));

describe.each(TEST_PROFILES)('a causal convolution ($profile)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(21);

  const SHAPES: readonly CausalConv[] = [
    { form: 'silu', taps: 4, channels: 12, hasBias: true, xToken: 28, xStart: 8 },
    { form: 'silu', taps: 2, channels: 20, hasBias: false, xToken: 20, xStart: 0 },
    { form: 'gated', taps: 3, channels: 532, hasBias: false, xToken: 3 * 532, xStart: 0 },
  ];

  // Steps of one, of fewer than there are taps, of one tile and of several.
  test.each(SHAPES)('$form of $taps taps, step after step', async (shape) => {
    const { form, taps, channels, hasBias, xToken, xStart } = shape;
    const weight = gaussian(random, channels * taps);
    const bias = hasBias ? gaussian(random, channels) : new Float32Array(channels);
    const size = convStateSize(shape);
    const copies = 3;
    const stateRegion = runner.buffer(gaussian(random, copies * size)); // what it held is not to be seen
    const { kernel, groups, tileTokens } = causalConv(runner.gpu, shape);
    let before: Float32Array = new Float32Array(size);
    let position = 0;
    let from = 1;
    for (const tokens of [1, 2, 37, 1, 3, 16, 64]) {
      const x = gaussian(random, tokens * xToken);
      const at = (t: number, part: number, c: number): number => x[t * xToken + xStart + part * channels + c] ?? NaN;
      const each = (value: (t: number, c: number) => number): Float32Array =>
        Float32Array.from({ length: tokens * channels }, (_, i) => value(Math.floor(i / channels), i % channels));
      const u = each((t, c) => (form === 'gated' ? at(t, 0, c) * at(t, 2, c) : at(t, 0, c)));
      const { y, state } = causalConvReference(u, before, weight, bias);
      const expected = each((t, c) => {
        const sum = y[t * channels + c] ?? NaN;
        return form === 'gated' ? at(t, 1, c) * sum : silu(sum);
      });

      const to = (from + 1) % copies;
      const out = runner.empty(tokens * channels);
      const operands = {
        step: runner.step(tokens, position, { from, to }),
        x: runner.buffer(x),
        weight: runner.buffer(weight),
        bias: runner.buffer(bias),
        state: stateRegion,
        y: out,
      };
      await runner.run(kernel, operands, [groups, Math.ceil(tokens / tileTokens), 1]);
      expectClose(await runner.floats(out, expected.length), expected, 1e-6);
      const states = await runner.floats(stateRegion, copies * size);
      expectClose(states.subarray(to * size, (to + 1) * size), state, 1e-6);
      before = state;
      position += tokens;
      from = to;
    }
  });
});
