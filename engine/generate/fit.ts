import type { DecodeCost, EngineErrorCode, FitVerdict, InspectOptions, MemoryReport } from '../api.ts';
import { formatBytes } from '../byte-count.ts';
import { EngineError, toErrorData } from '../errors.ts';
import type { Gguf } from '../formats/gguf.ts';
import type { MemoryDevice } from '../gpu/buffers.ts';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';
import type { KernelTarget } from '../kernels/target.ts';
import { requireArchitecture } from '../models/architectures.ts';
import { requireTokenizer } from '../tokenizer/tokenizer.ts';
import { decodeCost } from './decode-cost.ts';
import { headerFacts } from './model-facts.ts';
import { contextFor, memoryOf, type Reservation, reserve } from './reserve.ts';

/** What can be known of the device that a model would run on. */
export interface FitTarget extends KernelTarget {
  readonly limits: MemoryDevice['limits'];
  /** `navigator.deviceMemory`: main memory in GiB, a power of two; undefined where the browser does not tell. */
  readonly systemMemoryGib: number | undefined;
}

export interface Fit {
  /** The context that `memory` is for: the one that was asked for, or the longest that the model knows. */
  readonly contextLength: number;
  /** Null where the engine cannot run the model. */
  readonly memory: MemoryReport | null;
  readonly decode?: DecodeCost;
  readonly verdict: FitVerdict;
}

/** No conversation is worth having in less. */
const SHORTEST_CONTEXT = 1024;

/** Hardly a device that has WebGPU gives less; beyond it the verdict is a guess. */
const SURE_BYTES = 1024 ** 3;

/** The most that `navigator.deviceMemory` tells, in Chrome up to 146 and on phones, and in later ones: that or more. */
const AT_LEAST_GIB: ReadonlySet<number> = new Set([8, 32]);

const UNSUPPORTED: ReadonlySet<EngineErrorCode> = new Set([
  'unsupported-architecture',
  'unsupported-tensor-type',
  'unsupported-tokenizer',
]);

/**
 * Judges from the header alone whether a model runs on a device: its memory is reserved on paper, by the same code that
 * reserves it for a load.
 * @throws EngineError `corrupt-file` where the header contradicts itself, `bad-request` for a context that makes no sense
 */
export function judgeFit(gguf: Gguf, target: FitTarget, options: InspectOptions): Fit {
  try {
    requireArchitecture(gguf); // before the tokenizer, which may be strange where the architecture is
    requireTokenizer(gguf.metadata);
    const { contextLength, memory, decode, problem } = planAt(gguf, target, options);
    const fit = (verdict: FitVerdict): Fit => ({ contextLength, memory, decode, verdict });
    if (problem === null) return fit({ kind: 'fits', ...noteOn(memory) });
    for (const shorter of shorterContexts(contextLength)) {
      const plan = planAt(gguf, target, { ...options, contextLength: shorter });
      if (plan.problem !== null) continue;
      return fit({ kind: 'shorter-context', contextLength: plan.contextLength, ...noteOn(plan.memory) });
    }
    return fit({ kind: 'too-large', what: 'gpu', message: problem });
  } catch (error) {
    if (!(error instanceof EngineError && UNSUPPORTED.has(error.code))) throw error;
    return {
      contextLength: contextFor(options, headerFacts(gguf).trainedContextLength || Infinity),
      memory: null,
      verdict: { kind: 'unsupported', error: toErrorData(error) },
    };
  }
}

interface Plan {
  readonly contextLength: number;
  readonly memory: MemoryReport;
  readonly decode: DecodeCost;
  /** Why it does not fit, or null. */
  readonly problem: string | null;
}

function planAt(gguf: Gguf, target: FitTarget, options: InspectOptions): Plan {
  try {
    const plan = onPaper(reserve(target, paperDevice(target.limits), gguf, options));
    return { ...plan, problem: tooMuchFor(target, totalOf(plan.memory)) };
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'out-of-memory')) throw error;
    return {
      ...onPaper(reserve(target, paperDevice(NO_LIMITS), gguf, options)),
      problem:
        `This device allows no buffers larger than ${formatBytes(bufferLimit(target))}, and this model needs some. ` +
        'Choose a smaller model, or the same one with a stronger quantization.',
    };
  }
}

function onPaper(reservation: Reservation): Omit<Plan, 'problem'> {
  return {
    contextLength: reservation.buffers.shape.contextLength,
    memory: memoryOf(reservation),
    decode: decodeCost(reservation),
  };
}

function bufferLimit({ limits }: FitTarget): number {
  return Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
}

/** A guess: many GPUs share the main memory, and those that do not seldom have more of their own. */
function tooMuchFor({ systemMemoryGib }: FitTarget, bytes: number): string | null {
  if (systemMemoryGib === undefined || AT_LEAST_GIB.has(systemMemoryGib)) return null;
  const available = systemMemoryGib * 1024 ** 3;
  if (bytes <= available) return null;
  return (
    `It needs ${formatBytes(bytes)} of GPU memory, and this device has about ${formatBytes(available)} of memory in all. ` +
    'That is a guess, as browsers do not tell how much the GPU has. A smaller model will fit.'
  );
}

function noteOn(memory: MemoryReport): { readonly note?: string } {
  const bytes = totalOf(memory);
  if (bytes <= SURE_BYTES) return {};
  return {
    note: `It needs ${formatBytes(bytes)} of GPU memory. Browsers do not tell how much the GPU has, so only loading it will show.`,
  };
}

function totalOf({ weights, experts, kvCache, activations }: MemoryReport): number {
  return weights + experts + kvCache + activations;
}

/** Powers of two below a context, longest first. */
function shorterContexts(contextLength: number): number[] {
  const contexts: number[] = [];
  for (let shorter = 2 ** Math.ceil(Math.log2(contextLength) - 1); shorter >= SHORTEST_CONTEXT; shorter /= 2)
    contexts.push(shorter);
  return contexts;
}
