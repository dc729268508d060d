import { afterAll, beforeAll, describe, test } from 'vitest';
import { attentionReference } from '../reference/attention.ts';
import { expectClose } from '../testing/closeness.ts';
import { openTestGpu, TEST_TARGETS } from '../testing/gpu.ts';
import { KernelRunner } from '../testing/kernel-runner.ts';
import { gaussian, generator } from '../testing/random.ts';
import { attention, attentionMerge, type AttentionShape, KV_BYTES, type KvFormat, kvWrite } from './attention.ts';

const CONTEXT = 200;

interface Attention extends Omit<AttentionShape, 'splits' | 'keyRow' | 'valueRow'> {
  /** Values are the first part of the key rows. */
  readonly latent: boolean;
}

const GROUPED: Attention = { heads: 4, kvHeads: 2, keyDim: 32, valueDim: 32, scale: 0.3, latent: false };
const UNEVEN: Attention = { heads: 3, kvHeads: 3, keyDim: 20, valueDim: 12, scale: 0.3, latent: false };
const LATENT: Attention = { heads: 2, kvHeads: 1, keyDim: 576, valueDim: 512, scale: 0.07, latent: true };

// Attention has no lanes: with subgroups it is the same.
describe.each(TEST_TARGETS.slice(0, 2))('attention ($profile)', (target) => {
  let runner: KernelRunner;
  beforeAll(async () => {
    runner = new KernelRunner(await openTestGpu(target));
  });
  afterAll(() => {
    runner.destroy();
  });
  const random = generator(13);

  /** A cache [CONTEXT, width] with all positions written. */
  async function cache(format: KvFormat, rows: Float32Array<ArrayBuffer>, width: number) {
    const region = runner.empty((CONTEXT * width * KV_BYTES[format]) / 4);
    const shape = { length: width, xToken: width, cacheRow: width, cacheStart: 0 };
    const { kernel, groups } = kvWrite(runner.gpu, format, shape);
    await runner.run(kernel, { step: runner.step(CONTEXT), x: runner.buffer(rows), cache: region }, [
      groups,
      CONTEXT,
      1,
    ]);
    return region;
  }

  // One key, less than a workgroup's keys, exactly as many, more; one and several tokens; fewer keys than splits.
  test.each([
    { name: 'grouped', shape: GROUPED, tokens: 1, position: 0, splits: 1 },
    { name: 'grouped', shape: GROUPED, tokens: 5, position: 61, splits: 1 },
    { name: 'grouped', shape: GROUPED, tokens: 1, position: 150, splits: 8 },
    { name: 'grouped', shape: GROUPED, tokens: 1, position: 2, splits: 8 },
    { name: 'uneven', shape: UNEVEN, tokens: 3, position: 130, splits: 1 },
    { name: 'uneven', shape: UNEVEN, tokens: 2, position: 63, splits: 3 },
    { name: 'latent', shape: LATENT, tokens: 2, position: 16, splits: 1 },
    { name: 'latent', shape: LATENT, tokens: 1, position: 99, splits: 8 },
  ])('$name, $tokens tokens from position $position, $splits splits', async ({ shape, tokens, position, splits }) => {
    const { heads, kvHeads, keyDim, valueDim, scale, latent } = shape;
    const keyRow = kvHeads * keyDim;
    const valueRow = latent ? keyRow : kvHeads * valueDim;
    const q = gaussian(random, tokens * heads * keyDim);
    const keys = gaussian(random, CONTEXT * keyRow);
    const values = latent ? keys : gaussian(random, CONTEXT * valueRow);
    const part = (data: Float32Array, at: number, length: number): Float32Array => data.subarray(at, at + length);
    const expected = new Float32Array(tokens * heads * valueDim);
    for (let t = 0; t < tokens; t++) {
      const positions = Array.from({ length: position + t + 1 }, (_, s) => s);
      for (let h = 0; h < heads; h++) {
        const g = Math.floor(h / (heads / kvHeads));
        const out = attentionReference(
          part(q, (t * heads + h) * keyDim, keyDim),
          positions.map((s) => part(keys, s * keyRow + g * keyDim, keyDim)),
          positions.map((s) => part(values, s * valueRow + g * valueDim, valueDim)),
          scale,
        );
        expected.set(out, (t * heads + h) * valueDim);
      }
    }
    const split: AttentionShape = { heads, kvHeads, keyDim, valueDim, keyRow, valueRow, scale, splits };
    for (const format of ['f32', 'f16'] as const) {
      const keyCache = await cache(format, keys, keyRow);
      const valueCache = latent ? keyCache : await cache(format, values, valueRow);
      const out = runner.empty(expected.length);
      const sums = splits === 1 ? out : runner.empty(expected.length * splits);
      const partials = runner.empty(tokens * heads * splits * 2);
      const step = runner.step(tokens, position);
      const operands = { step, q: runner.buffer(q), keys: keyCache, values: valueCache, out: sums, partials };
      const { kernel, workgroups } = attention(runner.gpu, format, split);
      await runner.run(kernel, operands, workgroups(tokens));
      if (splits > 1) {
        const merge = attentionMerge(runner.gpu, split);
        await runner.run(merge.kernel, { sums, partials, out }, [merge.groups, tokens, 1]);
      }
      // Keys in f16 shift the scores by some 2^-11 of their size.
      expectClose(await runner.floats(out, expected.length), expected, format === 'f32' ? 1e-5 : 0.01);
    }
  });
});
