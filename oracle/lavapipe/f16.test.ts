// Products in f16 tiles, and a cache in f16, on a driver that has f16: the log-probabilities of llama.cpp, where the same experts were chosen.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGguf } from '../../engine/formats/gguf.ts';
import { MemorySource } from '../../engine/formats/memory-source.ts';
import { Session } from '../../engine/generate/session.ts';
import type { Gpu } from '../../engine/gpu/device.ts';
import { openTestGpu } from '../../engine/testing/gpu.ts';
import { loadGolden } from '../load-golden.ts';
import { recordRounding } from './record.ts';
import { type Rounding, roundingOf } from './f16-run.ts';
import { IS_PART, testedModels } from './tested-models.ts';

/** Largest difference of a log-probability of the exact kernels, as everywhere. */
const EXACT_TOLERANCE = 1e-3;
/** And in f16: eleven bits of each weight and input, through a few layers. */
const TOLERANCE = 6e-2;
/** Scores as near as this, as a share of the spread of all experts' scores, are a tie that rounding may decide. */
const NEAR_TIE = 2e-2;
/** Small, so that a golden's few tokens take several chunks. */
const CHUNK_TOKENS = 16;

describe('in f16, against llama.cpp', () => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu({ profile: 'lanes', subgroups: true, f16: true });
    if (!gpu.f16) throw new Error('this driver has no f16: npm run test:lavapipe');
  });
  afterAll(() => gpu.device.destroy());

  test.each(testedModels())('$name', async ({ name, build }) => {
    const golden = loadGolden(name);
    const gguf = await readGguf([new MemorySource(build())]);
    const load = (f16: boolean, kvCache: 'f32' | 'f16'): Promise<Session> =>
      Session.load({ ...gpu, f16 }, gguf, { kvCache, chunkTokens: CHUNK_TOKENS });
    const exact = await load(false, 'f32');
    const check = (what: string, rounding: Rounding): void => {
      recordRounding(name, what, rounding);
      expect(rounding.exact, `exact kernels beside ${what}`).toBeLessThan(EXACT_TOLERANCE);
      expect(rounding.largest, `${what}, position ${rounding.position}`).toBeLessThan(TOLERANCE);
      for (const { launch, token, margin } of rounding.flips)
        expect(margin, `${what}, ${launch} at position ${token}: chosen otherwise, and no tie`).toBeLessThan(NEAR_TIE);
    };
    const tiles = await load(true, 'f32');
    check('tiles', await roundingOf(exact, tiles, golden, CHUNK_TOKENS));
    tiles.destroy();
    if (IS_PART) {
      // A cache in f16 has other kernels of attention, the slowest of all to compile.
      exact.destroy();
      return;
    }
    const cache = await load(true, 'f16');
    check('tiles and cache', await roundingOf(exact, cache, golden, CHUNK_TOKENS));
    check('cache, decode', await roundingOf(exact, cache, golden, 1));
    cache.destroy();
    exact.destroy();
  });
});
