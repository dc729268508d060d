import { EngineError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Dispatch } from '../gpu/plan.ts';
import { prepareSampler, type Sampler } from './sampler.ts';
import type { Reservation, Steps } from './reserve.ts';

/** The launches of each kind of step, ready to be replayed. */
export interface Plans {
  readonly decode: readonly Dispatch[];
  readonly prefill: readonly Dispatch[];
  /** From the residual stream of the step's last token to logits. */
  readonly output: readonly Dispatch[];
}

/** Compiles what the steps need. */
export async function prepare(
  gpu: Gpu,
  { buffers, steps, sampler: scratch }: Reservation,
): Promise<{ readonly plans: Plans; readonly sampler: Sampler }> {
  const { step, lastLogits, tokens, sample } = buffers;
  const [plans, sampler] = await Promise.all([
    preparePlans(gpu, steps),
    prepareSampler(gpu, { step, logits: lastLogits.region, tokens, result: sample }, scratch),
  ]);
  return { plans, sampler };
}

export async function preparePlans(gpu: Gpu, steps: Steps): Promise<Plans> {
  const [decode, prefill, output] = await Promise.all([
    steps.decode.finish(gpu),
    steps.prefill.finish(gpu),
    steps.output.finish(gpu),
  ]);
  return { decode, prefill, output };
}

/** Runs something that allocates; WebGPU tells only later whether there was room, and if not it is freed. */
export async function withMemoryCheck<T>(
  device: GPUDevice,
  allocate: () => T,
  free: (allocated: T) => void,
): Promise<T> {
  device.pushErrorScope('out-of-memory');
  let allocated: T;
  let outOfMemory: GPUError | null;
  try {
    allocated = allocate();
  } finally {
    outOfMemory = await device.popErrorScope();
  }
  if (outOfMemory) {
    free(allocated);
    throw new EngineError(
      'out-of-memory',
      'The GPU has not enough free memory for this model. Close other pages, choose a shorter context or a smaller model.',
      outOfMemory.message,
    );
  }
  return allocated;
}
