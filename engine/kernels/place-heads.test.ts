import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { f16ToF32 } from '../reference/half-floats.ts';
import { rmsNormReference, ropeReference } from '../reference/pointwise.ts';
import { type HeadsForm, placedHeadsReference } from '../reference/place-heads.ts';
import { ropeTable } from '../steps/rope-table.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { type PlaceHeads, placeHeads, placeLatent } from './place-heads.ts';

const CONTEXT = 64;
const BASE = 500;
const EPSILON = 0.01; // large enough to be seen

type Form = Pick<
  PlaceHeads,
  'heads' | 'kvHeads' | 'keyDim' | 'valueDim' | 'norm' | 'valueNorm' | 'rope' | 'ringRows'
> & {
  readonly name: string;
  readonly tokens: number;
  readonly position: number;
  /** A gate behind each query, and other things at the end of the row. */
  readonly gated?: boolean;
  readonly valuesAreKeys?: boolean;
};

const PLAIN = { heads: 3, kvHeads: 3, keyDim: 20, valueDim: 12, norm: undefined, valueNorm: false, rope: undefined };
const ODD_ROPE = { ropeDim: 12, pairing: 'neox' } as const;

const FORMS: readonly Form[] = [
  { ...PLAIN, name: 'nothing but moved', tokens: 3, position: 5 },
  { ...PLAIN, name: 'rotated', rope: { ropeDim: 20, pairing: 'neox' }, tokens: 1, position: 0 },
  { ...PLAIN, name: 'rotated in part', rope: { ropeDim: 8, pairing: 'interleaved' }, tokens: 4, position: 37 },
  { ...PLAIN, name: 'normed, not rotated', norm: 'head', tokens: 2, position: 1 },
  { ...PLAIN, heads: 6, name: 'normed and rotated', norm: 'head', rope: ODD_ROPE, gated: true, tokens: 5, position: 9 },
  { ...PLAIN, heads: 6, name: 'normed by the row', norm: 'row', rope: ODD_ROPE, tokens: 2, position: 40 },
  { ...PLAIN, heads: 4, kvHeads: 1, name: 'into a ring', rope: ODD_ROPE, ringRows: 11, tokens: 7, position: 28 },
  {
    ...{ heads: 4, kvHeads: 2, keyDim: 264, valueDim: 264, norm: 'head', valueNorm: true, valuesAreKeys: true },
    ...{ name: 'values made from keys', rope: { ropeDim: 264, pairing: 'neox' }, tokens: 2, position: 3 },
  },
];

describe.each(TEST_TARGETS)('placing heads ($profile, subgroups $subgroups)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(14);

  test.each(FORMS)('$name', async ({ tokens, position, gated = false, valuesAreKeys = false, ...form }) => {
    const { heads, kvHeads, keyDim, valueDim, norm, valueNorm, rope, ringRows } = form;
    const queryHead = gated ? 2 * keyDim : keyDim;
    const keyStart = heads * queryHead;
    const valueStart = valuesAreKeys ? keyStart : keyStart + kvHeads * keyDim;
    const token = valueStart + kvHeads * valueDim + 8;
    const x = gaussian(random, tokens * token, 3);
    const weights = (count: number): Float32Array<ArrayBuffer> =>
      gaussian(random, norm === 'row' ? count * keyDim : keyDim);
    const [queryWeight, keyWeight] = [weights(heads), weights(kvHeads)];
    const [keyRow, valueRow] = [kvHeads * keyDim + 4, kvHeads * valueDim + 8];

    const headsAt = (start: number, count: number, stride: number, dim: number): Float32Array[] =>
      Array.from({ length: count }, (_, h) => x.subarray(start + h * stride, start + h * stride + dim));
    const ropeDim = rope?.ropeDim ?? 0;
    const q = new Float32Array(tokens * heads * keyDim);
    const keys = new Float32Array(CONTEXT * keyRow);
    const values = new Float32Array(CONTEXT * valueRow);
    const left = { keys: keys.slice(), values: values.slice() };
    for (let t = 0; t < tokens; t++) {
      const angles = Array.from({ length: ropeDim / 2 }, (_, i) => (position + t) * BASE ** ((-2 * i) / ropeDim));
      const made = (weight: Float32Array): HeadsForm => ({
        norm: norm && { over: norm, weight },
        epsilon: EPSILON,
        rope: rope && { angles, pairing: rope.pairing },
      });
      const ones = new Float32Array(valueDim).fill(1);
      const ofValues: HeadsForm = { epsilon: EPSILON, ...(valueNorm && { norm: { over: 'head', weight: ones } }) };
      const at = t * token;
      const row = ringRows === undefined ? position + t : (position + t) % ringRows;
      const k = placedHeadsReference(headsAt(at + keyStart, kvHeads, keyDim, keyDim), made(keyWeight));
      const v = placedHeadsReference(headsAt(at + valueStart, kvHeads, valueDim, valueDim), ofValues);
      placedHeadsReference(headsAt(at, heads, queryHead, keyDim), made(queryWeight)).forEach((head, h) =>
        q.set(head, (t * heads + h) * keyDim),
      );
      k.forEach((head, h) => keys.set(head, row * keyRow + h * keyDim));
      v.forEach((head, h) => values.set(head, row * valueRow + h * valueDim));
      k.forEach((head, h) => left.keys.set(head, t * keyRow + h * keyDim));
      v.forEach((head, h) => left.values.set(head, t * valueRow + h * valueDim));
    }

    const table = ropeTable({ dimensions: ropeDim, base: BASE, scaling: { kind: 'none' } }, CONTEXT);
    for (const format of ['f32', 'f16', 'none'] as const) {
      const strides = { token, queryHead, keyStart, valueStart };
      const shape: PlaceHeads = { ...form, x: strides, epsilon: EPSILON, keyRow, valueRow };
      const { kernel, lanes } = placeHeads(runner.gpu, format, shape);
      const made = { q: runner.empty(q.length), keys: runner.empty(keys.length), values: runner.empty(values.length) };
      const operands = {
        ...{ step: runner.step(tokens, position), table: rope ? runner.buffer(table) : runner.empty(2) },
        ...{ x: runner.buffer(x), q_weight: runner.buffer(queryWeight), k_weight: runner.buffer(keyWeight), ...made },
      };
      await runner.run(kernel, operands, [Math.ceil((heads + 2 * kvHeads) / lanes.perWorkgroup), tokens, 1]);
      expectClose(await runner.floats(made.q, q.length), q, 1e-5);
      const expected = format === 'none' ? left : { keys, values };
      if (format === 'f16') {
        expectClose(await readHalves(made.keys, keys.length), expected.keys, 2 ** -11);
        expectClose(await readHalves(made.values, values.length), expected.values, 2 ** -11);
      } else {
        expectClose(await runner.floats(made.keys, keys.length), expected.keys, 1e-5);
        expectClose(await runner.floats(made.values, values.length), expected.values, 1e-5);
      }
    }
    expect(q.some((value) => value !== 0)).toBe(true);
  });

  test.each([
    { name: 'queries in the same row', pairing: 'interleaved', apart: false, tokens: 1, position: 0 },
    { name: 'queries from elsewhere', pairing: 'neox', apart: true, tokens: 5, position: 41 },
  ] as const)('latent, $name', async ({ pairing, apart, tokens, position }) => {
    const [heads, latent, ropeDim, nopeDim] = [5, 36, 12, 8];
    const [keyDim, cached] = [nopeDim + ropeDim, latent + ropeDim];
    const start = apart ? 7 : heads * keyDim;
    const token = start + cached + 3;
    const row = gaussian(random, tokens * token, 3);
    const queries = apart ? gaussian(random, tokens * heads * keyDim) : row;
    const xToken = apart ? heads * keyDim : token;
    const weight = gaussian(random, latent);
    const cacheRow = cached + 8;

    // W_kb's part of the queries is there already.
    const before = gaussian(random, tokens * heads * cached);
    const q = before.slice();
    const rows = new Float32Array(CONTEXT * cacheRow);
    const byToken = rows.slice();
    for (let t = 0; t < tokens; t++) {
      const angles = Array.from({ length: ropeDim / 2 }, (_, i) => (position + t) * BASE ** ((-2 * i) / ropeDim));
      const at = t * token + start;
      const made = new Float32Array(cached);
      made.set(rmsNormReference(row.subarray(at, at + latent), weight, EPSILON));
      made.set(ropeReference(row.subarray(at + latent, at + cached), angles, pairing), latent);
      rows.set(made, (position + t) * cacheRow);
      byToken.set(made, t * cacheRow);
      for (let h = 0; h < heads; h++) {
        const from = t * xToken + h * keyDim + nopeDim;
        const turned = ropeReference(queries.subarray(from, from + ropeDim), angles, pairing);
        q.set(turned, (t * heads + h) * cached + latent);
      }
    }

    const table = runner.buffer(ropeTable({ dimensions: ropeDim, base: BASE, scaling: { kind: 'none' } }, CONTEXT));
    for (const format of ['f32', 'f16', 'none'] as const) {
      const { kernel, lanes } = placeLatent(runner.gpu, format, {
        ...{ heads, latent, rope: { ropeDim, pairing }, epsilon: EPSILON, cacheRow, kv: { token, start } },
        x: { token: xToken, head: keyDim, start: nopeDim },
      });
      const made = { q: runner.buffer(before), cache: runner.empty(rows.length) };
      const operands = {
        ...{ step: runner.step(tokens, position), table, kv: runner.buffer(row), x: runner.buffer(queries) },
        ...{ weight: runner.buffer(weight), ...made },
      };
      await runner.run(kernel, operands, [Math.ceil((1 + heads) / lanes.perWorkgroup), tokens, 1]);
      expectClose(await runner.floats(made.q, q.length), q, 1e-5);
      if (format === 'f16') expectClose(await readHalves(made.cache, rows.length), rows, 2 ** -11);
      else expectClose(await runner.floats(made.cache, rows.length), format === 'none' ? byToken : rows, 1e-5);
    }
  });

  async function readHalves(region: ReturnType<KernelRunner['empty']>, count: number): Promise<number[]> {
    const words = await runner.words(region, count / 2);
    return Array.from(words).flatMap((word) => [f16ToF32(word & 0xffff), f16ToF32(word >>> 16)]);
  }
});
