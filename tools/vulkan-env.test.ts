import { expect, test } from 'vitest';
import { create } from 'webgpu';

// Dawn crashes when this object is collected while a device lives.
const gpu = create([]);

test('Dawn finds an adapter and opens a device on this machine', async () => {
  const adapter = await gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  expect(device?.limits.maxComputeInvocationsPerWorkgroup).toBeGreaterThanOrEqual(256);
  device?.destroy();
});
