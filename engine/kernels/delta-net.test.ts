import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  channelDecayReference,
  deltaRuleReference,
  headDecayReference,
  sigmoidReference,
} from '../reference/delta-net.ts';
import { rmsNormReference } from '../reference/pointwise.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { deltaNet, type DeltaNet, deltaStateSize, gatedNorm, type HeadOrder } from './delta-net.ts';
import { STEP } from './step.ts';

const BOUNDED = { kind: 'channel', lowerBound: -5 } as const;
const WHOLE = { kind: 'head' } as const;

interface Sizes {
  readonly heads: number;
  readonly keyHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly order?: HeadOrder;
}

const QWEN: Sizes = { heads: 4, keyHeads: 2, keyDim: 128, valueDim: 128 };
const SMALL: Sizes = { heads: 2, keyHeads: 2, keyDim: 64, valueDim: 64 };
const TINY: Sizes = { heads: 6, keyHeads: 2, keyDim: 32, valueDim: 32 };
const ODD: Sizes = { heads: 3, keyHeads: 1, keyDim: 12, valueDim: 52 };
const GROUPED: Sizes = { heads: 6, keyHeads: 2, keyDim: 32, valueDim: 32, order: 'grouped' };
const LARGE: Sizes = { heads: 1, keyHeads: 1, keyDim: 256, valueDim: 40 };

describe.each(TEST_TARGETS)('the delta rule ($profile, subgroups $subgroups)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(23);

  // Steps that go on from one another: of one token, less and more than a tile, and several tiles.
  test.each([
    { name: 'Qwen', sizes: QWEN, decay: WHOLE, steps: [3, 1, 17, 1] },
    { name: 'Qwen', sizes: QWEN, decay: BOUNDED, steps: [9, 1, 8] },
    { name: 'small', sizes: SMALL, decay: WHOLE, steps: [1, 1, 20] },
    { name: 'tiny', sizes: TINY, decay: BOUNDED, steps: [40, 1] },
    { name: 'tiny', sizes: TINY, decay: WHOLE, steps: [8, 8, 5] },
    { name: 'odd', sizes: ODD, decay: WHOLE, steps: [7, 2] },
    { name: 'odd', sizes: ODD, decay: BOUNDED, steps: [7, 2] },
    { name: 'grouped', sizes: GROUPED, decay: WHOLE, steps: [9, 3] },
    { name: 'large', sizes: LARGE, decay: BOUNDED, steps: [6, 3] },
  ])('$name heads, decay by $decay.kind, steps of $steps tokens', async ({ sizes, decay, steps }) => {
    const { heads, keyHeads, keyDim, valueDim, order = 'dealt' } = sizes;
    const xToken = 2 * keyHeads * keyDim + heads * valueDim;
    const gateWidth = decay.kind === 'head' ? heads : heads * keyDim;
    // One row: gates, something else, betas.
    const row = gateWidth + 8 + Math.ceil(heads / 4) * 4;
    const share = heads / keyHeads;
    const places =
      order === 'dealt'
        ? { gate: { token: row, start: 0 }, beta: { token: row, start: gateWidth + 8 } }
        : { gate: { token: row, start: share }, beta: { token: row, start: 0 } };
    const placeOf = (h: number): number => (order === 'dealt' ? h : Math.floor(h / share) * 2 * share + (h % share));
    const shape: DeltaNet = { ...sizes, order, xToken, decay, ...places, epsilon: 1e-6, scale: 1 / Math.sqrt(keyDim) };
    const dt = gaussian(random, gateWidth, 0.5);
    const a = gaussian(random, heads, 0.3).map((noise) => (decay.kind === 'head' ? -Math.exp(noise - 1) : 1 + noise));
    const { kernel, groups } = deltaNet(runner.gpu, shape);
    const copies = 3;
    const stateSize = deltaStateSize(shape);
    // Whatever is left in a copy is not read at position 0.
    const state = runner.buffer(new Float32Array(copies * stateSize).fill(NaN));
    const expectedStates = Array.from({ length: heads }, () =>
      Array.from({ length: valueDim }, () => new Float64Array(keyDim)),
    );

    let position = 0;
    for (const [index, tokens] of steps.entries()) {
      const x = gaussian(random, tokens * xToken);
      // A query and key of zeros have no direction.
      if (index === 1) x.fill(0, 0, 2 * keyHeads * keyDim);
      const gates = gaussian(random, tokens * row);
      const expected = new Float32Array(tokens * heads * valueDim);
      for (let t = 0; t < tokens; t++) {
        for (let h = 0; h < heads; h++) {
          const part = (start: number, length: number): Float32Array =>
            x.subarray(t * xToken + start, t * xToken + start + length);
          const g = order === 'dealt' ? h % keyHeads : Math.floor(h / share);
          const gate = (i: number): number =>
            decay.kind === 'head'
              ? headDecayReference(gates[t * row + places.gate.start + placeOf(h)] ?? NaN, dt[h] ?? NaN, a[h] ?? NaN)
              : channelDecayReference(
                  gates[t * row + h * keyDim + i] ?? NaN,
                  dt[h * keyDim + i] ?? NaN,
                  a[h] ?? NaN,
                  decay.lowerBound,
                );
          const token = {
            query: part(g * keyDim, keyDim),
            key: part((keyHeads + g) * keyDim, keyDim),
            value: part(2 * keyHeads * keyDim + h * valueDim, valueDim),
            decay: Float32Array.from({ length: keyDim }, (_, i) => gate(i)),
            beta: sigmoidReference(gates[t * row + places.beta.start + placeOf(h)] ?? NaN),
          };
          expected.set(deltaRuleReference(expectedStates[h] ?? [], token, shape), (t * heads + h) * valueDim);
        }
      }
      const out = runner.empty(expected.length);
      const region = runner.buffer(x);
      const gateRegion = runner.buffer(gates);
      const from = { state_from: index % copies, state_to: (index + 1) % copies };
      const operands = {
        step: runner.uniform(STEP.write({ tokens, position, ...from })),
        x: region,
        values: region,
        betas: gateRegion,
        gates: gateRegion,
        dt: runner.buffer(dt),
        a: runner.buffer(a),
        state,
        out,
      };
      await runner.run(kernel, operands, [groups, heads, 1]);
      expectClose(await runner.floats(out, expected.length), expected);
      position += tokens;
    }
  });

  test.each([
    { opening: 'silu', heads: 4, length: 128, tokens: 3 },
    { opening: 'sigmoid', heads: 3, length: 20, tokens: 5 },
  ] as const)(
    'a norm gated by $opening, $tokens tokens of $heads heads',
    async ({ opening, heads, length, tokens }) => {
      const x = gaussian(random, tokens * heads * length);
      const zRow = heads * length + 8;
      const z = gaussian(random, tokens * zRow, 2);
      const weight = gaussian(random, length);
      const expected = new Float32Array(x.length);
      for (let row = 0; row < tokens * heads; row++) {
        const normed = rmsNormReference(x.subarray(row * length, (row + 1) * length), weight, 1e-6);
        expected.set(
          normed.map((value, i) => {
            const gate = z[Math.floor(row / heads) * zRow + 4 + (row % heads) * length + i] ?? NaN;
            return value * sigmoidReference(gate) * (opening === 'silu' ? gate : 1);
          }),
          row * length,
        );
      }
      const y = runner.empty(x.length);
      const { kernel, lanes } = gatedNorm(runner.gpu, {
        heads,
        length,
        z: { token: zRow, start: 4 },
        epsilon: 1e-6,
        opening,
      });
      const operands = {
        step: runner.step(tokens),
        x: runner.buffer(x),
        weight: runner.buffer(weight),
        z: runner.buffer(z),
        y,
      };
      await runner.run(kernel, operands, [Math.ceil((tokens * heads) / lanes.perWorkgroup), 1, 1]);
      expectClose(await runner.floats(y, x.length), expected);
    },
  );
});
