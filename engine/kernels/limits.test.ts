import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gpu } from '../gpu/device.ts';
import { MAX_HEAD_SIZE } from '../models/blocks/attention-limits.ts';
import { MAX_GROUPS } from '../models/blocks/experts.ts';
import { MAX_EXPERTS, MAX_EXPERTS_USED } from '../models/model.ts';
import { openTestGpu, TEST_PROFILES } from '../testing/gpu.ts';
import { attention } from './attention.ts';
import { sortRoutes } from './experts.ts';
import { router } from './router.ts';

/** What every device with WebGPU has. */
const WORKGROUP_BYTES = 16_384;

describe.each(TEST_PROFILES)('the most that a header may say compiles ($profile)', (target) => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu(target);
  });
  afterAll(() => gpu.device.destroy());

  test('heads', async () => {
    const shape = {
      heads: 2,
      kvHeads: 1,
      keyDim: MAX_HEAD_SIZE,
      valueDim: MAX_HEAD_SIZE,
      keyRow: MAX_HEAD_SIZE,
      valueRow: MAX_HEAD_SIZE,
      splits: 1,
      scale: 1,
    };
    await expect(gpu.kernels.compile(attention(gpu, 'f32', shape).kernel)).resolves.toBeDefined();
  });

  test('experts and groups', async () => {
    const kernel = router(gpu, {
      type: 'F32',
      width: 64,
      experts: MAX_EXPERTS,
      used: MAX_EXPERTS_USED,
      groups: MAX_GROUPS,
      groupsUsed: MAX_GROUPS,
      gating: 'softmax',
      hasBias: true,
      hasLogitBias: false,
      normalize: true,
      weightScale: 1,
    });
    await expect(gpu.kernels.compile(kernel)).resolves.toBeDefined();
    // The arrays of router.wgsl; devices of these tests may have more room than the least.
    const words = MAX_EXPERTS * (Number(kernel.overrides['ROW_LANES']) + 3) + MAX_GROUPS + MAX_EXPERTS_USED;
    expect(words * 4).toBeLessThanOrEqual(WORKGROUP_BYTES);
    const sort = sortRoutes(gpu, { experts: MAX_EXPERTS, used: MAX_EXPERTS_USED, upGroups: 1, downGroups: 1 });
    await expect(gpu.kernels.compile(sort)).resolves.toBeDefined();
  });
});
