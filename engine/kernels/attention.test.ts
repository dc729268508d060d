import { afterAll, beforeAll, describe, test } from 'vitest';
import type { BufferRegion } from '../gpu/plan.ts';
import {
  attentionReference,
  openingReference,
  positionsSeen,
  q8Reference,
  temperatureReference,
} from '../reference/attention.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_PROFILES } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import {
  attention,
  type AttentionGate,
  attentionMerge,
  attentionTile,
  attentionTiled,
  type AttentionShape,
  KV_FORMATS,
  type KvFormat,
  kvRow,
  kvRowBytes,
  kvWriteQ80,
} from './attention.ts';
import { attentionShared, sharesReads } from './attention-shared.ts';
import { placeHeads } from './place-heads.ts';

const SHARING = { profile: 'rows', subgroups: true } as const;
const CONTEXT = 200;
/** Tokens that are written to a cache at a time. */
const CHUNK = 16;

interface Attention extends Omit<AttentionShape, 'splits' | 'keyRow' | 'valueRow'> {
  /** Values are the first part of the key rows. */
  readonly latent?: boolean;
}

const GROUPED: Attention = { heads: 4, kvHeads: 2, keyDim: 32, valueDim: 32, scale: 0.3 };
/** More heads of a group than share their reads. */
const WIDE_GROUPS: Attention = { heads: 8, kvHeads: 1, keyDim: 16, valueDim: 16, scale: 0.3 };
const UNEVEN: Attention = { heads: 3, kvHeads: 3, keyDim: 20, valueDim: 12, scale: 0.3 };
const LATENT: Attention = { heads: 2, kvHeads: 1, keyDim: 576, valueDim: 512, scale: 0.07, latent: true };

/** A window of 24 in a ring that a chunk of 16 and the window just fit in, and one that ends amid a block of keys. */
const SLIDING = { ...GROUPED, window: 24, ringRows: 40 };
const ODD_WINDOW = { ...UNEVEN, window: 9, ringRows: 27 };
const SINKING = { ...GROUPED, hasSinks: true };
const PER_NUMBER: AttentionGate = {
  per: 'number',
  opening: 'sigmoid',
  stride: { token: 2 * 4 * 32, head: 2 * 32, offset: 32 },
};

const PER_HEAD: AttentionGate = { per: 'head', opening: 'softplus', stride: { token: 7, head: 1, offset: 4 } };

// Only lanes that share their reads need subgroups: without them it is the same.
describe.each([...TEST_PROFILES, SHARING])('attention ($profile, subgroups $subgroups)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(13);

  /** A cache with the first `positions` written chunk by chunk, as a prefill does. */
  async function cache(
    format: KvFormat,
    data: Float32Array<ArrayBuffer>,
    width: number,
    positions: number,
    ringRows?: number,
  ) {
    const region = runner.empty(((ringRows ?? CONTEXT) * kvRowBytes(format, width)) / 4);
    for (let at = 0; at < positions; at += CHUNK) {
      const tokens = Math.min(CHUNK, positions - at);
      const x = runner.buffer(data.slice(at * width, (at + tokens) * width));
      await write(format, { x, cache: region, width, tokens, at, ringRows });
    }
    return region;
  }

  async function write(
    format: KvFormat,
    {
      x,
      cache: region,
      width,
      tokens,
      at,
      ringRows,
    }: {
      x: BufferRegion;
      cache: BufferRegion;
      width: number;
      tokens: number;
      at: number;
      ringRows?: number | undefined;
    },
  ) {
    const step = runner.step(tokens, at);
    if (format === 'q8_0') {
      const { kernel, groups } = kvWriteQ80(runner.gpu, { length: width, xToken: width, ringRows });
      return runner.run(kernel, { step, x, cache: region }, [groups, tokens, 1]);
    }
    // One head, whose queries and values go nowhere.
    const { kernel, lanes } = placeHeads(runner.gpu, format, {
      ...{ heads: 1, kvHeads: 1, keyDim: width, valueDim: width, keyRow: width, valueRow: width, ringRows },
      ...{ norm: undefined, valueNorm: false, epsilon: 1, rope: undefined },
      x: { token: width, queryHead: width, keyStart: 0, valueStart: 0 },
    });
    const unused = runner.empty(4);
    const nowhere = { q: runner.empty(tokens * width), values: runner.empty(region.size / 4) };
    const operands = { step, x, keys: region, table: unused, q_weight: unused, k_weight: unused, ...nowhere };
    return runner.run(kernel, operands, [Math.ceil(3 / lanes.perWorkgroup), tokens, 1]);
  }

  test.each<{ name: string; shape: Attention; tokens: number; position: number; splits: number }>([
    // One key, less than a workgroup's keys, exactly as many, more; one and several tokens; fewer keys than splits.
    { name: 'grouped', shape: GROUPED, tokens: 1, position: 0, splits: 1 },
    { name: 'grouped', shape: GROUPED, tokens: 5, position: 61, splits: 1 },
    { name: 'grouped', shape: GROUPED, tokens: 1, position: 150, splits: 8 },
    { name: 'grouped', shape: GROUPED, tokens: 1, position: 2, splits: 8 },
    { name: 'eight heads to one', shape: WIDE_GROUPS, tokens: 3, position: 20, splits: 1 },
    { name: 'uneven', shape: UNEVEN, tokens: 3, position: 130, splits: 1 },
    { name: 'uneven', shape: UNEVEN, tokens: 2, position: 63, splits: 3 },
    { name: 'latent', shape: LATENT, tokens: 2, position: 16, splits: 1 },
    { name: 'latent', shape: LATENT, tokens: 1, position: 99, splits: 8 },
    // Windows that are not full yet, that fill within the step, that wrap once and often.
    { name: 'window', shape: SLIDING, tokens: 16, position: 0, splits: 1 },
    { name: 'window', shape: SLIDING, tokens: 16, position: 16, splits: 1 },
    { name: 'window', shape: SLIDING, tokens: 16, position: 32, splits: 1 },
    { name: 'window', shape: SLIDING, tokens: 16, position: 176, splits: 1 },
    { name: 'window', shape: SLIDING, tokens: 1, position: 10, splits: 8 },
    { name: 'window', shape: SLIDING, tokens: 1, position: 23, splits: 8 },
    { name: 'window', shape: SLIDING, tokens: 1, position: 24, splits: 8 },
    { name: 'window', shape: SLIDING, tokens: 1, position: 127, splits: 8 },
    { name: 'odd window', shape: ODD_WINDOW, tokens: 3, position: 140, splits: 1 },
    { name: 'odd window', shape: ODD_WINDOW, tokens: 1, position: 53, splits: 4 },
    { name: 'window of one', shape: { ...GROUPED, window: 1, ringRows: 17 }, tokens: 2, position: 70, splits: 1 },
    { name: 'window without a ring', shape: { ...GROUPED, window: 70 }, tokens: 2, position: 140, splits: 1 },
    { name: 'latent window', shape: { ...LATENT, window: 10, ringRows: 26 }, tokens: 2, position: 60, splits: 3 },
    // A sink counts once, in windows and splits too.
    { name: 'sinks', shape: SINKING, tokens: 5, position: 61, splits: 1 },
    { name: 'sinks', shape: SINKING, tokens: 1, position: 0, splits: 8 },
    { name: 'sinks', shape: SINKING, tokens: 1, position: 90, splits: 8 },
    { name: 'sinks in a window', shape: { ...SLIDING, hasSinks: true }, tokens: 16, position: 90, splits: 1 },
    { name: 'sinks in a window', shape: { ...SLIDING, hasSinks: true }, tokens: 1, position: 90, splits: 8 },
    { name: 'cap', shape: { ...GROUPED, softcap: 0.7 }, tokens: 5, position: 61, splits: 1 },
    {
      name: 'cap far below the scores',
      shape: { ...GROUPED, scale: 300, softcap: 5 },
      tokens: 1,
      position: 80,
      splits: 4,
    },
    {
      name: 'temperature',
      shape: { ...GROUPED, temperature: { factor: 0.6, length: 7 } },
      tokens: 9,
      position: 3,
      splits: 1,
    },
    { name: 'gate per number', shape: { ...GROUPED, gate: PER_NUMBER }, tokens: 3, position: 40, splits: 1 },
    { name: 'gate per number', shape: { ...GROUPED, gate: PER_NUMBER }, tokens: 1, position: 40, splits: 8 },
    {
      name: 'gate per head',
      shape: { ...UNEVEN, gate: PER_HEAD },
      tokens: 3,
      position: 9,
      splits: 1,
    },
    {
      name: 'gate per head',
      shape: { ...UNEVEN, gate: PER_HEAD },
      tokens: 2,
      position: 9,
      splits: 4,
    },
  ])('$name, $tokens tokens from position $position, $splits splits', async ({ shape, tokens, position, splits }) => {
    const { heads, kvHeads, keyDim, valueDim, latent, ringRows, gate } = shape;
    const keyRow = kvHeads * keyDim;
    const valueRow = latent ? keyRow : kvHeads * valueDim;
    const q = gaussian(random, tokens * heads * keyDim);
    const keys = gaussian(random, CONTEXT * keyRow);
    const values = latent ? keys : gaussian(random, CONTEXT * valueRow);
    const sinks = gaussian(random, heads).map((sink) => 3 * sink);
    const gateToken = gate?.stride.token ?? 0;
    const gates = gaussian(random, tokens * gateToken).map((number) => 4 * number);
    const part = (data: Float32Array, at: number, length: number): Float32Array => data.subarray(at, at + length);
    const opened = (t: number, h: number, i: number): number => {
      if (gate === undefined) return 1;
      const at = h * gate.stride.head + gate.stride.offset + (gate.per === 'head' ? 0 : i);
      return openingReference(gates[t * gateToken + at] ?? NaN, gate.opening);
    };
    const expectedOf = (keys: Float32Array, values: Float32Array): Float32Array => {
      const expected = new Float32Array(tokens * heads * valueDim);
      for (let t = 0; t < tokens; t++) {
        const positions = positionsSeen(position + t, shape.window);
        const scale = shape.scale * (shape.temperature ? temperatureReference(position + t, shape.temperature) : 1);
        for (let h = 0; h < heads; h++) {
          const g = Math.floor(h / (heads / kvHeads));
          const out = attentionReference(
            part(q, (t * heads + h) * keyDim, keyDim),
            positions.map((s) => part(keys, s * keyRow + g * keyDim, keyDim)),
            positions.map((s) => part(values, s * valueRow + g * valueDim, valueDim)),
            scale,
            { softcap: shape.softcap, sink: shape.hasSinks ? sinks[h] : undefined },
          );
          out.forEach((value, i) => (expected[(t * heads + h) * valueDim + i] = value * opened(t, h, i)));
        }
      }
      return expected;
    };
    const rounded = (data: Float32Array, row: number): Float32Array => {
      const all = new Float32Array(data.length);
      for (let at = 0; at < data.length; at += row) all.set(q8Reference(part(data, at, row)), at);
      return all;
    };
    const exact = expectedOf(keys, values);
    const ofRounded = expectedOf(rounded(keys, keyRow), rounded(values, valueRow));
    // Formats meet kernels in few places, and each kernel that is written out takes its time to compile.
    for (const format of target === SHARING && shape !== GROUPED ? (['f32'] as const) : KV_FORMATS) {
      const expected = format === 'q8_0' ? ofRounded : exact;
      const rows = { keyRow: kvRow(format, keyRow), valueRow: kvRow(format, valueRow) };
      const split: AttentionShape = { ...shape, ...rows, splits };
      const written = position + tokens;
      const keyCache = await cache(format, keys, keyRow, written, ringRows);
      const valueCache = latent ? keyCache : await cache(format, values, valueRow, written, ringRows);
      const out = runner.empty(expected.length);
      const sums = splits === 1 ? out : runner.empty(expected.length * splits);
      const partials = runner.empty(tokens * heads * splits * 2);
      const step = runner.step(tokens, position);
      const gateOperand = gate && { gate: runner.buffer(gates) };
      const operands = {
        ...{ step, q: runner.buffer(q), keys: keyCache, values: valueCache, out: sums, partials },
        ...(shape.hasSinks && { sinks: runner.buffer(sinks) }),
        ...(splits === 1 && gateOperand),
      };
      if (target === SHARING && !sharesReads(runner.gpu, split)) return;
      const { kernel, workgroups } =
        target === SHARING
          ? attentionShared(format, split, tokens === 1 ? 'one' : 'many')
          : attention(runner.gpu, format, split);
      await runner.run(kernel, operands, workgroups(tokens));
      if (splits > 1) {
        const merge = attentionMerge(runner.gpu, split);
        await runner.run(merge.kernel, { sums, partials, out, ...gateOperand }, [merge.groups, tokens, 1]);
      }
      // Keys in f16 shift the scores by some 2^-11 of their size. Bytes are the twin's, but for a rounding that falls otherwise.
      const wide = shape.scale > 1 ? 10 : 1;
      const share = format === 'f32' ? wide * 1e-5 : wide * 0.01;
      expectClose(await runner.floats(out, expected.length), expected, share);

      // In tiles as large as this device takes, or as small as any does.
      if (target.profile !== 'lanes') continue;
      const tile = attentionTile(
        format === 'f32' ? runner.gpu : { ...runner.gpu, workgroupBytes: undefined },
        format,
        split,
      );
      if (tile === undefined) continue;
      const again = runner.empty(expected.length);
      const tiled = attentionTiled(format, split, tile);
      const tiledOut = splits === 1 ? again : sums;
      await runner.run(tiled.kernel, { ...operands, out: tiledOut }, tiled.workgroups(tokens));
      if (splits > 1) {
        const merge = attentionMerge(runner.gpu, split);
        await runner.run(merge.kernel, { sums, partials, out: again, ...gateOperand }, [merge.groups, tokens, 1]);
      }
      expectClose(await runner.floats(again, expected.length), expected, share);
    }
  });
});
