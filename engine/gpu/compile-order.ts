import { type Kernel, kernelLabel, type KernelCache } from './kernel.ts';

/** As many as keep the device's compiler busy; more would only delay what is needed first. */
const AT_A_TIME = 4;

/** Kernels that are needed together. */
export type Stage = readonly Kernel[];

interface CompileOptions {
  /** Ends the work: what has not begun is never compiled, and its stage rejects with the reason. */
  readonly signal: AbortSignal;
  /** Default: as many as suit most devices. */
  readonly atATime?: number;
  /** Called after each kernel with how many are compiled. */
  readonly onCompiled?: (done: number) => void;
}

/**
 * Compiles kernels stage after stage, in the order in which they are needed: a kernel that several stages need belongs to the first.
 * @returns of each stage a promise for all its kernels and those of the stages before it; none is reported as unhandled
 */
export function compileInOrder(
  cache: KernelCache,
  stages: readonly Stage[],
  { signal, atATime = AT_A_TIME, onCompiled }: CompileOptions,
): readonly Promise<void>[] {
  const waiting = stages.flatMap((kernels, stage) => kernels.map((kernel) => ({ kernel, stage })));
  const ready = stages.map(deferred);
  const left = stages.map((kernels) => kernels.length);
  let done = 0;

  const fail = (reason: unknown): void => {
    waiting.length = 0;
    for (const { reject } of ready) reject(reason); // what is settled stays so
  };
  const resolveReady = (): void => {
    for (const [stage, { resolve }] of ready.entries()) {
      if (left[stage] !== 0) return;
      resolve();
    }
  };
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (signal.aborted) return fail(signal.reason);
      try {
        await cache.compile(next.kernel);
      } catch (error) {
        return fail(error);
      }
      left[next.stage] = (left[next.stage] ?? 0) - 1;
      onCompiled?.(++done);
      resolveReady();
    }
  };
  signal.addEventListener('abort', () => fail(signal.reason), { once: true });
  resolveReady();
  for (let i = 0; i < atATime; i++) void work();
  return ready.map(({ promise }) => promise);
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

function deferred(): Deferred {
  let settle: Omit<Deferred, 'promise'> | undefined;
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  promise.catch(() => undefined);
  return { promise, ...(settle as Omit<Deferred, 'promise'>) };
}

/** Each kernel once, in the stage that needs it first. */
export function firstNeeds(stages: readonly Stage[]): readonly Stage[] {
  const known = new Set<string>();
  return stages.map((kernels) =>
    kernels.filter((kernel) => {
      const label = kernelLabel(kernel);
      if (known.has(label)) return false;
      known.add(label);
      return true;
    }),
  );
}
