import { expect, test } from 'vitest';
import { openTestGpu } from '../testing/gpu.ts';
import { probeSpeed } from './probe.ts';

test('what a device makes of products is measured, told with what they cost, and leaves nothing behind', async () => {
  const gpu = await openTestGpu({ profile: 'rows', subgroups: true });
  const probe = await probeSpeed(gpu);
  const weights = (6 * 4096 * 2048 * 18.5) / 32; // Q4_K as it is packed
  expect(probe?.cost).toEqual({
    bytes: weights + 6 * (2048 + 4096) * 4,
    operations: 2 * 6 * 4096 * 2048,
    launches: 6,
  });
  expect(probe?.ms).toBeGreaterThan(0);
  gpu.device.destroy();
});

test('a device without room for it says nothing', async () => {
  const gpu = await openTestGpu({ profile: 'rows', subgroups: true });
  const limits = { maxBufferSize: 2 ** 20, maxStorageBufferBindingSize: 2 ** 20 };
  const device = new Proxy(gpu.device, {
    get: (target, name) => {
      if (name === 'limits') return limits;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...all: unknown[]) => unknown).bind(target) : value;
    },
  });
  expect(await probeSpeed({ ...gpu, device })).toBeNull();
  gpu.device.destroy();
});
