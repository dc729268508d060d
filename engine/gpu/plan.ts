import type { CompiledKernel } from './kernel.ts';
import type { Binding } from './wgsl.ts';

/** A region of a buffer, as bound. */
export interface BufferRegion {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
  /** What lies there, where that never changes. */
  readonly data?: ArrayBuffer;
}

/** What a kernel works on, by the names that its shader gives to its bindings. */
export type Operands = Readonly<Record<string, BufferRegion>>;

/** @throws Error where a binding has no operand, or an operand no binding */
export function checkOperands(launch: string, bindings: readonly Binding[], operands: Operands): void {
  const wanted = bindings.map(({ name }) => name).sort();
  const given = Object.keys(operands).sort();
  if (wanted.join(' ') !== given.join(' '))
    throw new Error(`${launch} binds ${given.join(', ')}, but its shader has ${wanted.join(', ')}`);
}

/** Workgroup counts: fixed, a function of the tokens in the step, or left by an earlier kernel in a buffer. */
export type Workgroups =
  | readonly [number, number, number]
  | ((tokens: number) => readonly [number, number, number])
  | { readonly indirect: GPUBuffer; readonly offset: number };

/** One prepared kernel launch. */
export interface Dispatch {
  /** What the launch does in the model, such as `blk.3 router`. */
  readonly name: string;
  readonly kernel: CompiledKernel;
  readonly bindGroup: GPUBindGroup;
  readonly operands: Operands;
  readonly workgroups: Workgroups;
  /** What it writes, in the order of its bindings. */
  readonly written: readonly BufferRegion[];
}

/** Resolves a kernel and its buffers to a launch that can be replayed for every step. */
export function prepareDispatch(
  device: GPUDevice,
  name: string,
  kernel: CompiledKernel,
  operands: Operands,
  workgroups: Workgroups,
): Dispatch {
  checkOperands(name, kernel.bindings, operands);
  const bindGroup = device.createBindGroup({
    label: name,
    layout: kernel.layout,
    entries: kernel.bindings.map((binding) => {
      const { buffer, offset, size } = operands[binding.name] as BufferRegion;
      return { binding: binding.number, resource: { buffer, offset, size } };
    }),
  });
  const written = kernel.bindings
    .filter(({ kind }) => kind === 'read_write')
    .map((binding) => operands[binding.name] as BufferRegion);
  return { name, kernel, bindGroup, operands, workgroups, written };
}

/** Records the launches, in order, into a compute pass. */
export function encodeDispatches(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[], tokens: number): void {
  for (const dispatch of dispatches) encodeDispatch(pass, dispatch, tokens);
}

export function encodeDispatch(pass: GPUComputePassEncoder, dispatch: Dispatch, tokens: number): void {
  pass.setPipeline(dispatch.kernel.pipeline);
  pass.setBindGroup(0, dispatch.bindGroup);
  const { workgroups } = dispatch;
  if (typeof workgroups === 'function') pass.dispatchWorkgroups(...workgroups(tokens));
  else if ('indirect' in workgroups) pass.dispatchWorkgroupsIndirect(workgroups.indirect, workgroups.offset);
  else pass.dispatchWorkgroups(...workgroups);
}
