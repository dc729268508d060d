// npm run check:shaders: compiles every variant of every kernel under Dawn's null backend, which has all features and
// validates as Chrome does, but runs nothing. The last line says how many compiled; the exit code is 1 if one did not.
import { create, globals } from 'webgpu';
import { EngineError } from '../engine/errors.ts';
import { type Kernel, KernelCache, kernelLabel } from '../engine/gpu/kernel.ts';
import { everyKernel } from '../engine/kernels/registry.ts';
import type { KernelTarget } from '../engine/kernels/target.ts';

Object.assign(globalThis, globals);

/** The devices that there are, all with WebGPU's default limits: no kernel may need more. */
const TARGETS: readonly KernelTarget[] = [
  { profile: 'lanes', f16: true, subgroups: true },
  { profile: 'lanes', f16: false, subgroups: true },
  { profile: 'lanes', f16: true, subgroups: false },
  { profile: 'lanes', f16: false, subgroups: false },
  { profile: 'rows', f16: false, subgroups: true, subgroupSize: 4 }, // SwiftShader
  { profile: 'rows', f16: false, subgroups: true },
  { profile: 'rows', f16: false, subgroups: false },
];

// Dawn crashes when this object is collected while a device lives.
const dawn = create(['backend=null']);

async function openNullDevice({ f16, subgroups }: KernelTarget): Promise<GPUDevice> {
  const adapter = await dawn.requestAdapter();
  if (!adapter) throw new Error('Dawn has no null backend here.');
  const requiredFeatures: GPUFeatureName[] = [];
  if (f16) requiredFeatures.push('shader-f16');
  if (subgroups) requiredFeatures.push('subgroups');
  return adapter.requestDevice({ requiredFeatures });
}

/** Tint's errors with their lines, or undefined. */
async function compileError(cache: KernelCache, kernel: Kernel): Promise<string | undefined> {
  try {
    await cache.compile(kernel);
    return undefined;
  } catch (error) {
    return error instanceof EngineError ? error.detail : String(error);
  }
}

let compiled = 0;
const failures: string[] = [];
for (const target of TARGETS) {
  const device = await openNullDevice(target);
  const cache = new KernelCache(device);
  const kernels = new Map(everyKernel(target).map((kernel) => [kernelLabel(kernel), kernel]));
  for (const kernel of kernels.values()) {
    const error = await compileError(cache, kernel);
    if (error === undefined) compiled++;
    else failures.push(`${JSON.stringify(target)}\n${error}`);
  }
  device.destroy();
}
for (const failure of failures) console.error(`${failure}\n`);
console.log(`${compiled} shader variants compile, ${failures.length} do not.`);
process.exitCode = failures.length > 0 ? 1 : 0;
