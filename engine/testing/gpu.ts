// GPU devices for tests in Node: Dawn, on SwiftShader where the machine has no GPU.
import { create, globals } from 'webgpu';
import { type KernelProfile, openGpu, type Gpu } from '../gpu/device.ts';

Object.assign(globalThis, globals);

// Dawn crashes when this object is collected while a device lives.
const dawn = create([]);

/** The shapes that kernels have, whatever the adapter would prefer. */
export const TEST_TARGETS = [
  { profile: 'rows', subgroups: false },
  { profile: 'rows', subgroups: true },
  { profile: 'lanes', subgroups: false },
  { profile: 'lanes', subgroups: true },
] as const satisfies { readonly profile: KernelProfile; readonly subgroups: boolean }[];

/** One of each profile, for kernels that know nothing of subgroups. */
export const TEST_PROFILES = TEST_TARGETS.filter(({ subgroups }) => !subgroups);

export type TestTarget = (typeof TEST_TARGETS)[number];

/**
 * Subgroups and f16 remain off where the adapter has none. Products in f16 are for speed and do not meet the tolerances that the
 * tests hold f32 to: only tests of f16 ask for it.
 */
export async function openTestGpu({ profile, subgroups, f16 = false }: TestTarget & { f16?: boolean }): Promise<Gpu> {
  const gpu = await openGpu(dawn, { profile });
  return { ...gpu, f16: gpu.f16 && f16, subgroups: gpu.subgroups && subgroups };
}
