import type { LoadOptions, MemoryReport } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { Gguf } from '../formats/gguf.ts';
import { BufferArena, type MemoryDevice } from '../gpu/buffers.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import { KV_BYTES, type KvFormat } from '../kernels/attention.ts';
import { reserveSampler, type SamplerScratch } from '../kernels/sampling.ts';
import type { KernelTarget } from '../kernels/target.ts';
import { reserveModel } from '../models/architectures.ts';
import type { Model } from '../models/model.ts';
import { ropeTableBytes } from '../models/rope-table.ts';
import { StepBuilder, type StepMode } from '../models/step-builder.ts';
import { StepBuffers, type StepShape } from '../models/step-buffers.ts';
import { Weights } from '../weights/weights.ts';

export interface SessionOptions extends LoadOptions {
  /** Tokens of a prefill chunk; default: as suits the device. */
  readonly chunkTokens?: number;
}

/** Context that is reserved where nobody asks for one. */
const DEFAULT_CONTEXT = 4096;

/** Tokens of a prefill chunk. On a GPU large enough to fill it; on a CPU small enough for progress and Stop. */
const CHUNK_TOKENS = { lanes: 256, rows: 64 } as const;

/** Steps written down, not yet compiled. */
export interface Steps {
  readonly decode: StepBuilder;
  readonly prefill: StepBuilder;
  /** From the residual stream of the step's last token to logits. */
  readonly output: StepBuilder;
}

/** All memory that a session of a model takes, with nothing in it yet. */
export interface Reservation {
  readonly arena: BufferArena;
  readonly weights: Weights;
  readonly model: Model;
  readonly buffers: StepBuffers;
  readonly rope: BufferRegion;
  readonly steps: Steps;
  readonly sampler: SamplerScratch;
}

/**
 * Reserves the memory of a session: on a device, or on paper to learn how much it would be.
 * @throws EngineError `unsupported-architecture`, `unsupported-tensor-type`, `corrupt-file`, `bad-request` for a context that
 *   makes no sense, `out-of-memory` where the device's limits are too low
 */
export function reserve(
  target: KernelTarget,
  device: MemoryDevice,
  gguf: Gguf,
  options: SessionOptions = {},
): Reservation {
  const arena = new BufferArena(device);
  let buffers: StepBuffers | undefined;
  try {
    const weights = new Weights(gguf, device, arena);
    const model = reserveModel(gguf, weights);
    buffers = new StepBuffers(device, stepShape(target, model, options));
    const rope = arena.storage('rope table', ropeTableBytes(model.rope, buffers.shape.contextLength));
    const steps = writeSteps(target, buffers, model, rope);
    const sampler = reserveSampler(buffers.arena, model.shape.vocabularySize);
    return { arena, weights, model, buffers, rope, steps, sampler };
  } catch (error) {
    arena.destroy();
    buffers?.destroy();
    throw error;
  }
}

export function release({ arena, buffers }: Reservation): void {
  arena.destroy();
  buffers.destroy();
}

export function memoryOf({ arena, weights, buffers }: Reservation): MemoryReport {
  return {
    weights: arena.bytes - weights.expertBytes,
    experts: weights.expertBytes,
    kvCache: buffers.cacheBytes,
    activations: buffers.activationBytes,
  };
}

function writeSteps(target: KernelTarget, buffers: StepBuffers, model: Model, rope: BufferRegion): Steps {
  return {
    decode: writeStep(target, buffers, 'decode', (step) => model.layers(step, rope)),
    prefill: writeStep(target, buffers, 'prefill', (step) => model.layers(step, rope)),
    output: writeStep(target, buffers, 'decode', (step) => writeOutput(step, model)),
  };
}

export function writeStep(
  target: KernelTarget,
  buffers: StepBuffers,
  mode: StepMode,
  write: (step: StepBuilder) => void,
): StepBuilder {
  const step = new StepBuilder(target, buffers, mode);
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

function stepShape({ profile }: KernelTarget, model: Model, options: SessionOptions): StepShape {
  const contextLength = contextFor(options, model.shape.trainedContext);
  return {
    maxTokens: Math.min(options.chunkTokens ?? CHUNK_TOKENS[profile], contextLength),
    contextLength,
    kvFormat: options.kvCache ?? defaultKvFormat(model, contextLength),
    vocabularySize: model.shape.vocabularySize,
    moeLayers: model.moeLayers.length,
    expertsUsed: model.shape.expertsUsed,
  };
}

/** @throws EngineError `bad-request` */
export function contextFor({ contextLength }: LoadOptions, trainedContext: number): number {
  if (contextLength === undefined) return Math.min(trainedContext, DEFAULT_CONTEXT);
  if (!Number.isInteger(contextLength) || contextLength < 1)
    throw new EngineError('bad-request', `A context of ${contextLength} tokens makes no sense.`);
  return Math.min(contextLength, trainedContext);
}
