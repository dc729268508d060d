// A GPU device for tests in Node: Dawn, on SwiftShader where the machine has no GPU.
import { create, globals } from 'webgpu';
import { type KernelProfile, openGpu, type Gpu } from '../gpu/device.ts';

Object.assign(globalThis, globals);

// Dawn crashes when this object is collected while a device lives.
const dawn = create([]);

/** A device that runs kernels in the given shape, whatever the adapter would prefer. */
export async function openTestGpu(profile: KernelProfile): Promise<Gpu> {
  return openGpu(dawn, { profile });
}
