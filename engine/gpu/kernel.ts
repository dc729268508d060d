import { EngineError } from '../errors.ts';
import { span } from '../marks.ts';
import { type Binding, type BindingKind, bindingsOf } from './wgsl.ts';

/** A named piece of WGSL from `shaders/`. Module scope has no order in WGSL, so linking is concatenation. */
export interface Fragment {
  readonly name: string;
  readonly code: string;
}

/**
 * One specialised shader, as plain data. Two kernels with equal labels are the same kernel, so everything that
 * distinguishes variants is in here and the label is derived from it.
 */
export interface Kernel {
  /** The first one holds `main`; the others are swaps from `shaders/lib/`. */
  readonly fragments: readonly Fragment[];
  /** WGSL `override`s: shapes and tuning numbers. */
  readonly overrides: Readonly<Record<string, number>>;
  /** `alias` lines of the prelude: type names to WGSL types. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** `const` lines of the prelude (u32): array sizes that a function-scope array needs. */
  readonly constants?: Readonly<Record<string, number>>;
  readonly enables?: readonly ('f16' | 'subgroups')[];
}

/** Cache key and human-readable pipeline label in one. */
export function kernelLabel(kernel: Kernel): string {
  const pairs = (record: Readonly<Record<string, string | number>> = {}): string[] =>
    Object.entries(record).map(([name, value]) => `${name}=${value}`);
  return [
    kernel.fragments.map((fragment) => fragment.name).join('+'),
    ...(kernel.enables ?? []),
    ...pairs(kernel.aliases),
    ...pairs(kernel.constants),
    ...pairs(kernel.overrides),
  ].join(' ');
}

/** The linked module text: generated prelude, then the fragments as they stand in `shaders/`. */
export function kernelCode(kernel: Kernel): string {
  const prelude = [
    ...(kernel.enables ?? []).map((name) => `enable ${name};`),
    ...Object.entries(kernel.aliases ?? {}).map(([name, type]) => `alias ${name} = ${type};`),
    ...Object.entries(kernel.constants ?? {}).map(([name, value]) => `const ${name}: u32 = ${value}u;`),
  ];
  return [prelude.join('\n'), ...kernel.fragments.map(({ name, code }) => `// ── ${name}\n${code}`)].join('\n');
}

/** All that the fragments bind, by its name in the shader. */
export function kernelBindings(kernel: Kernel): readonly Binding[] {
  return kernel.fragments.flatMap(({ code }) => bindingsOf(code));
}

export interface CompiledKernel {
  readonly kernel: Kernel;
  readonly bindings: readonly Binding[];
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Compiles each distinct kernel once for a device. */
export class KernelCache {
  readonly #device: GPUDevice;
  readonly #compiled = new Map<string, Promise<CompiledKernel>>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  compile(kernel: Kernel): Promise<CompiledKernel> {
    const label = kernelLabel(kernel);
    let compiled = this.#compiled.get(label);
    if (!compiled) {
      compiled = this.#compile(kernel, label);
      this.#compiled.set(label, compiled);
    }
    return compiled;
  }

  async #compile(kernel: Kernel, label: string): Promise<CompiledKernel> {
    const device = this.#device;
    const begun = performance.now();
    const code = kernelCode(kernel);
    const module = device.createShaderModule({ label, code });
    const bindings = kernelBindings(kernel);
    const layout = device.createBindGroupLayout({
      label,
      entries: bindings.map(({ number, kind }) => ({
        binding: number,
        visibility: 4, // GPUShaderStage.COMPUTE, which Node lacks as a global
        buffer: { type: BUFFER_TYPES[kind] },
      })),
    });
    try {
      const pipeline = await device.createComputePipelineAsync({
        label,
        layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main', constants: { ...kernel.overrides } },
      });
      span(`compile ${label}`, begun);
      return { kernel, bindings, label, pipeline, layout };
    } catch (error) {
      // Whatever fails on a device that is gone fails because of that: who asked finds out.
      if (await isLost(device)) throw error;
      throw new EngineError(
        'internal',
        'A shader does not compile on this device. Please report this, with the device report.',
        `${label}\n${await compileErrors(module, code)}\n${String(error)}`,
      );
    }
  }
}

async function isLost(device: GPUDevice): Promise<boolean> {
  return (await Promise.race([device.lost, Promise.resolve(undefined)])) !== undefined;
}

const BUFFER_TYPES = {
  read: 'read-only-storage',
  read_write: 'storage',
  uniform: 'uniform',
} as const satisfies Record<BindingKind, GPUBufferBindingType>;

/** Line, column, message and the offending source line of every error. */
async function compileErrors(module: GPUShaderModule, code: string): Promise<string> {
  const lines = code.split('\n');
  const { messages } = await module.getCompilationInfo();
  return messages
    .filter((message) => message.type === 'error')
    .map(({ lineNum, linePos, message }) => `${lineNum}:${linePos} ${message}\n    ${lines[lineNum - 1] ?? ''}`)
    .join('\n');
}
