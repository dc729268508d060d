// Every variant of every kernel as plain data, for a compiler that is not in this process:
// node tools/run-ts.mjs tools/shader-variants.ts FILE
import { writeFileSync } from 'node:fs';
import { type Kernel, kernelBindings, kernelCode, kernelLabel } from '../engine/gpu/kernel.ts';
import { everyKernel } from '../engine/kernels/registry.ts';
import type { KernelTarget } from '../engine/kernels/target.ts';

export interface ShaderVariant {
  readonly label: string;
  readonly code: string;
  readonly overrides: Readonly<Record<string, number>>;
  readonly bindings: readonly { readonly binding: number; readonly type: GPUBufferBindingType }[];
}

/** What a device offers, and the variants for it. */
export interface TargetVariants {
  readonly name: string;
  readonly f16: boolean;
  readonly variants: readonly ShaderVariant[];
}

/** Devices without subgroups, which Firefox does not have. */
const TARGETS: readonly KernelTarget[] = [
  { profile: 'lanes', f16: true, subgroups: false },
  { profile: 'lanes', f16: false, subgroups: false },
  { profile: 'rows', f16: false, subgroups: false },
];

const TYPES = { read: 'read-only-storage', read_write: 'storage', uniform: 'uniform' } as const;

function variantOf(kernel: Kernel): ShaderVariant {
  const bindings = kernelBindings(kernel).map(({ number, kind }) => ({ binding: number, type: TYPES[kind] }));
  return { label: kernelLabel(kernel), code: kernelCode(kernel), overrides: kernel.overrides, bindings };
}

function variantsFor(target: KernelTarget): TargetVariants {
  const kernels = new Map(everyKernel(target).map((kernel) => [kernelLabel(kernel), kernel]));
  const name = `${target.profile}, ${target.f16 ? 'with' : 'without'} f16`;
  return { name, f16: target.f16, variants: [...kernels.values()].map(variantOf) };
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Usage: node tools/run-ts.mjs tools/shader-variants.ts FILE');
writeFileSync(file, JSON.stringify(TARGETS.map(variantsFor)));
