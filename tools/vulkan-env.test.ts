import { afterEach, describe, expect, test, vi } from 'vitest';
import { create } from 'webgpu';
import { vulkanEnvironment } from './vulkan-env.ts';

// Dawn crashes when this object is collected while a device lives.
const gpu = create([]);

test('Dawn finds an adapter and opens a device on this machine', async () => {
  const adapter = await gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  expect(device?.limits.maxComputeInvocationsPerWorkgroup).toBeGreaterThanOrEqual(256);
  device?.destroy();
});

describe.runIf(process.platform === 'linux')('what stands between Dawn and its driver is quiet', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('in a container without XDG_RUNTIME_DIR, of which libwayland complains, whichever driver was chosen', () => {
    for (const driver of ['', '/some/driver.json']) {
      vi.stubEnv('VK_ICD_FILENAMES', driver);
      vi.stubEnv('XDG_RUNTIME_DIR', '');
      expect(vulkanEnvironment()['XDG_RUNTIME_DIR']).toMatch(/./);
      vi.stubEnv('XDG_RUNTIME_DIR', '/run/user/1000');
      expect(vulkanEnvironment()).not.toHaveProperty('XDG_RUNTIME_DIR');
    }
  });

  test('layers that install themselves are left out with our own driver, and kept with one that someone chose', () => {
    vi.stubEnv('VK_ICD_FILENAMES', '');
    vi.stubEnv('VK_DRIVER_FILES', '');
    const ours = vulkanEnvironment();
    expect('VK_LOADER_LAYERS_DISABLE' in ours).toBe('VK_ICD_FILENAMES' in ours);
    vi.stubEnv('VK_ICD_FILENAMES', '/some/driver.json');
    expect(vulkanEnvironment()).not.toHaveProperty('VK_LOADER_LAYERS_DISABLE');
  });
});

test('a driver that is asked for by a name that nobody knows is refused, and named', () => {
  vi.stubEnv('MIXTAB_VULKAN', 'lavapie');
  expect(() => vulkanEnvironment()).toThrow('MIXTAB_VULKAN is "lavapie": it may only be "lavapipe"');
  vi.unstubAllEnvs();
});
