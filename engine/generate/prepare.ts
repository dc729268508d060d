import type { LoadOptions } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import type { BufferRegion, Dispatch } from '../gpu/plan.ts';
import { KV_BYTES, type KvFormat } from '../kernels/attention.ts';
import { prepareSampler, type Sampler } from '../kernels/sampling.ts';
import type { Model } from '../models/model.ts';
import { StepBuilder, type StepMode } from '../models/step-builder.ts';
import type { StepBuffers, StepShape } from '../models/step-buffers.ts';

/** Context that is reserved where nobody asks for one. */
const DEFAULT_CONTEXT = 4096;

/** Tokens of a prefill chunk. On a GPU large enough to fill it; on a CPU small enough for progress and Stop. */
const CHUNK_TOKENS = { lanes: 256, rows: 64 } as const;

/** The launches of each kind of step, ready to be replayed. */
export interface Plans {
  readonly decode: readonly Dispatch[];
  readonly prefill: readonly Dispatch[];
  /** From the residual stream of the step's last token to logits. */
  readonly output: readonly Dispatch[];
}

/** Steps written down, not yet compiled. */
export interface Steps {
  readonly decode: StepBuilder;
  readonly prefill: StepBuilder;
  readonly output: StepBuilder;
}

export function writeSteps(gpu: Gpu, buffers: StepBuffers, model: Model, rope: BufferRegion): Steps {
  return {
    decode: stepBuilder(gpu, buffers, 'decode', (step) => model.layers(step, rope)),
    prefill: stepBuilder(gpu, buffers, 'prefill', (step) => model.layers(step, rope)),
    output: stepBuilder(gpu, buffers, 'decode', (step) => writeOutput(step, model)),
  };
}

export async function prepare(
  gpu: Gpu,
  { model, buffers, steps }: { readonly model: Model; readonly buffers: StepBuffers; readonly steps: Steps },
): Promise<{ readonly plans: Plans; readonly sampler: Sampler }> {
  const { step, logits, tokens, sample } = buffers;
  const [decode, prefill, output, sampler] = await Promise.all([
    steps.decode.finish(),
    steps.prefill.finish(),
    steps.output.finish(),
    prepareSampler(gpu, { step, logits, tokens, result: sample }, model.shape.vocabularySize, buffers.arena),
  ]);
  return { plans: { decode, prefill, output }, sampler };
}

/** Runs something that allocates; WebGPU tells only later whether there was room. */
export async function withMemoryCheck<T>(device: GPUDevice, allocate: () => T): Promise<T> {
  device.pushErrorScope('out-of-memory');
  let allocated: T;
  let outOfMemory: GPUError | null;
  try {
    allocated = allocate();
  } finally {
    outOfMemory = await device.popErrorScope();
  }
  if (outOfMemory)
    throw new EngineError(
      'out-of-memory',
      'The GPU has not enough free memory for this model. Close other pages, choose a shorter context or a smaller model.',
      outOfMemory.message,
    );
  return allocated;
}

export function stepBuilder(
  gpu: Gpu,
  buffers: StepBuffers,
  mode: StepMode,
  write: (step: StepBuilder) => void,
): StepBuilder {
  const step = new StepBuilder(gpu, buffers, mode);
  write(step);
  return step;
}

/** From the residual stream of the step's last token to its logits. */
function writeOutput(step: StepBuilder, { shape, head }: Model): void {
  const residual = step.activation('residual', shape.width);
  const normed = step.activation('output normed', shape.width);
  const { logits } = step.buffers;
  const output = { name: 'logits', region: logits, width: shape.vocabularySize };
  step.norm('output norm', residual, head.norm, normed, { epsilon: shape.epsilon, lastOnly: true });
  step.multiply('logits', head.matrix, normed, output, { scale: head.scale, oneToken: true });
}

/** Exact while that is cheap; beyond this, half the memory is worth more. */
const MAX_F32_CACHE_BYTES = 256 * 1024 * 1024;

function defaultKvFormat({ cacheWidth }: Model, contextLength: number): KvFormat {
  return contextLength * cacheWidth * KV_BYTES.f32 <= MAX_F32_CACHE_BYTES ? 'f32' : 'f16';
}

export function stepShape(gpu: Gpu, model: Model, options: LoadOptions & { readonly chunkTokens?: number }): StepShape {
  const contextLength = contextFor(options, model);
  return {
    maxTokens: Math.min(options.chunkTokens ?? CHUNK_TOKENS[gpu.profile], contextLength),
    contextLength,
    kvFormat: options.kvCache ?? defaultKvFormat(model, contextLength),
    vocabularySize: model.shape.vocabularySize,
    moeLayers: model.moeLayers.length,
    expertsUsed: model.shape.expertsUsed,
  };
}

function contextFor({ contextLength }: LoadOptions, model: Model): number {
  const { trainedContext } = model.shape;
  if (contextLength === undefined) return Math.min(trainedContext, DEFAULT_CONTEXT);
  if (!Number.isInteger(contextLength) || contextLength < 1)
    throw new EngineError('bad-request', `A context of ${contextLength} tokens makes no sense.`);
  return Math.min(contextLength, trainedContext);
}
