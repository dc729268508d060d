import type { CompiledKernel } from './kernel.ts';

/** A region of a buffer, as bound. */
export interface BufferRegion {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
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
  readonly workgroups: Workgroups;
}

/** Resolves a kernel and its buffers to a launch that can be replayed for every step. */
export function prepareDispatch(
  device: GPUDevice,
  name: string,
  kernel: CompiledKernel,
  bindings: Readonly<Record<number, BufferRegion>>,
  workgroups: Workgroups,
): Dispatch {
  const bindGroup = device.createBindGroup({
    label: name,
    layout: kernel.layout,
    entries: Object.entries(bindings).map(([binding, { buffer, offset, size }]) => ({
      binding: Number(binding),
      resource: { buffer, offset, size },
    })),
  });
  return { name, kernel, bindGroup, workgroups };
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
