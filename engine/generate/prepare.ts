import { EngineError } from '../errors.ts';
import { mark } from '../marks.ts';
import { divisorsFor, ropeTable } from '../steps/rope-table.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Dispatch } from '../gpu/plan.ts';
import { compileInOrder, firstNeeds } from '../gpu/compile-order.ts';
import type { Kernel } from '../gpu/kernel.ts';
import { samplingKernels } from '../kernels/sampling.ts';
import type { StepBuilder } from '../steps/step-builder.ts';
import type { Reservation, Steps } from './reserve.ts';
import { prepareSampler, type Sampler } from './sampler.ts';

/** The launches of each kind of step, ready to be replayed. */
export interface Plans {
  readonly decode: readonly Dispatch[];
  readonly prefill: readonly Dispatch[];
  /** From the residual stream of the step's last token to logits. */
  readonly output: readonly Dispatch[];
}

/** Is told how a load goes. */
export interface LoadWatch {
  /** All bytes are on the GPU. */
  readonly weights?: () => void;
  /** So many kernels are compiled, of those that the first token needs. */
  readonly compiled?: (done: number, total: number) => void;
}

/** What the first token needs, and, later, what the others need. */
export interface Prepared {
  readonly plans: Pick<Plans, 'prefill' | 'output'>;
  readonly sampler: Sampler;
}

export interface Preparation {
  /** What runs a prompt and chooses a token. */
  readonly first: Promise<Prepared>;
  /** Steps of one token. */
  readonly decode: LaterPlan;
}

/** Launches whose kernels may still be compiling. */
export class LaterPlan {
  #launches: readonly Dispatch[] | undefined;
  readonly #compiled: Promise<void>;

  constructor(launches: Promise<readonly Dispatch[]>) {
    this.#compiled = launches.then((all) => {
      this.#launches = all;
      mark('decode pipelines');
    });
    this.#compiled.catch(() => undefined); // for whoever asks for a step
  }

  get isReady(): boolean {
    return this.#launches !== undefined;
  }

  /** @throws Error before they are {@link ready} */
  get launches(): readonly Dispatch[] {
    if (this.#launches === undefined) throw new Error('launches whose kernels are not compiled yet');
    return this.#launches;
  }

  /**
   * Ends early where the signal is aborted.
   * @throws EngineError where a kernel does not compile
   */
  async ready(signal?: AbortSignal): Promise<void> {
    if (this.isReady) return;
    if (signal === undefined) return this.#compiled;
    let stop = (): void => {};
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    if (signal.aborted) return;
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([this.#compiled, stopped]).finally(() => signal.removeEventListener('abort', stop));
  }
}

/**
 * Compiles what the steps need, in the order of need: what the weights pass through, the layers for many tokens, logits and the choice
 * of a token, the layers for one.
 * @param onCompiled called with how many kernels of those for the first token are compiled, and how many there are; at first with 0
 */
export function prepare(
  gpu: Gpu,
  { buffers, weights, steps, sampler: scratch }: Reservation,
  signal: AbortSignal,
  onCompiled: (done: number, total: number) => void = () => {},
): Preparation {
  const kernelsOf = ({ launches }: StepBuilder): readonly Kernel[] => launches.map(({ kernel }) => kernel);
  const stages = firstNeeds([
    weights.repackKernels(),
    kernelsOf(steps.prefill),
    [...kernelsOf(steps.output), ...Object.values(samplingKernels(gpu, scratch.vocabularySize))],
    kernelsOf(steps.decode),
  ]);
  const total = stages.slice(0, -1).reduce((sum, kernels) => sum + kernels.length, 0);
  onCompiled(0, total);
  const [, , sample, decode] = compileInOrder(gpu.kernels, stages, {
    signal,
    onCompiled: (done) => {
      if (done <= total) onCompiled(done, total);
    },
  }) as [Promise<void>, Promise<void>, Promise<void>, Promise<void>];
  const first = sample.then(async () => {
    const { step, lastLogits, tokens, sample: result } = buffers;
    const [prefill, output, sampler] = await Promise.all([
      steps.prefill.finish(gpu),
      steps.output.finish(gpu),
      prepareSampler(gpu, { step, logits: lastLogits.region, tokens, result }, scratch),
    ]);
    return { plans: { prefill, output }, sampler };
  });
  first.catch(() => undefined);
  return { first, decode: new LaterPlan(decode.then(() => steps.decode.finish(gpu))) };
}

export async function preparePlans(gpu: Gpu, steps: Steps): Promise<Plans> {
  const [decode, prefill, output] = await Promise.all([
    steps.decode.finish(gpu),
    steps.prefill.finish(gpu),
    steps.output.finish(gpu),
  ]);
  return { decode, prefill, output };
}

/** @throws EngineError `corrupt-file` where the file divides frequencies by what is no number to divide by */
export async function writeRopeTables(
  device: GPUDevice,
  { buffers, weights }: Reservation,
  signal?: AbortSignal,
): Promise<void> {
  const { contextLength } = buffers.shape;
  for (const { region, parameters } of buffers.ropeTables) {
    const tensor = divisorsFor(parameters, contextLength);
    const divisors = tensor === undefined ? undefined : await weights.numbers(tensor, signal);
    if (divisors?.some((divisor) => !(divisor > 0) || 1 / divisor === Infinity) === true)
      throw new EngineError(
        'corrupt-file',
        `The tensor "${tensor}" of this model has numbers that nothing can be divided by.`,
      );
    device.queue.writeBuffer(region.buffer, region.offset, ropeTable(parameters, contextLength, divisors));
  }
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
