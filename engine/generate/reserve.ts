import type { LoadOptions, MemoryReport } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { Gguf } from '../formats/gguf.ts';
import { BufferArena, type MemoryDevice } from '../gpu/buffers.ts';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';
import { reserveSampler, type SamplerScratch } from './sampler.ts';
import type { Choose } from '../kernels/choices.ts';
import type { KernelTarget } from '../kernels/target.ts';
import { type MemoryShape, SequenceMemory } from '../memory/sequence-memory.ts';
import { reserveModel } from '../models/architectures.ts';
import type { Model } from '../models/model.ts';
import { StepBuilder } from '../steps/step-builder.ts';
import { type Activation, StepBuffers, type StepShape } from '../steps/step-buffers.ts';
import { Weights } from '../weights/weights.ts';

export interface SessionOptions extends LoadOptions {
  /** Tokens of a prefill chunk; default: as suits the device. */
  readonly chunkTokens?: number;
  /** What was chosen for the device by measuring (see `engine/tuner/`). */
  readonly choose?: Choose | undefined;
}

/** Context that is reserved where nobody asks for one. */
const DEFAULT_CONTEXT = 4096;

/** Tokens of a prefill chunk. On a GPU large enough to fill it; on a CPU small enough for progress and Stop. */
const CHUNK_TOKENS = { lanes: 256, rows: 64 } as const;

/** Steps submitted ahead of the read-back, so that the GPU does not wait for JavaScript. Each is wasted at a stop. */
export const STEPS_AHEAD = { lanes: 3, rows: 2 } as const;

/** Steps written down, not yet compiled. */
export interface Steps {
  readonly decode: StepBuilder;
  readonly prefill: StepBuilder;
  /** From the residual stream of the step's last token to logits. */
  readonly output: StepBuilder;
  /** Where `prefill` leaves the residual stream. */
  readonly residual: Activation;
}

/** All memory that a session of a model takes, with nothing in it yet. */
export interface Reservation {
  readonly arena: BufferArena;
  readonly weights: Weights;
  readonly model: Model;
  readonly buffers: StepBuffers;
  readonly memory: SequenceMemory;
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
  let memory: SequenceMemory | undefined;
  try {
    const weights = new Weights(gguf, device, arena);
    const model = reserveModel(gguf, weights);
    const shape = stepShape(target, model, options);
    buffers = new StepBuffers(device, shape);
    memory = new SequenceMemory(device, memoryShape(target, model, shape, options));
    const steps = writeSteps({ ...target, choose: options.choose }, buffers, memory, model);
    memory.reserveTurns();
    const sampler = reserveSampler(device, buffers.arena, model.shape.vocabularySize);
    return { arena, weights, model, buffers, memory, steps, sampler };
  } catch (error) {
    arena.destroy();
    buffers?.destroy();
    memory?.destroy();
    throw error;
  }
}

export function release({ arena, weights, buffers, memory }: Reservation): void {
  weights.stop();
  arena.destroy();
  buffers.destroy();
  memory.destroy();
}

export function memoryOf({ arena, weights, buffers, memory }: Reservation): MemoryReport {
  return {
    weights: arena.bytes - weights.expertBytes,
    experts: weights.expertBytes,
    kvCache: memory.bytes,
    activations: buffers.activationBytes,
  };
}

/** What a model's steps launch, written down. */
export function writeSteps(target: KernelTarget, buffers: StepBuffers, memory: SequenceMemory, model: Model): Steps {
  const decode = new StepBuilder(target, buffers, memory, 'one');
  const prefill = new StepBuilder(target, buffers, memory, 'many');
  const output = new StepBuilder(target, buffers, memory, 'one');
  model.logits(output, model.layers(decode), 'last');
  return { decode, prefill, output, residual: model.layers(prefill) };
}

/** Exact while that is cheap; beyond this, half the memory is worth more. */
const MAX_F32_CACHE_BYTES = 256 * 1024 * 1024;

function stepShape({ profile }: KernelTarget, { shape, routed }: Model, options: SessionOptions): StepShape {
  const contextLength = contextFor(options, shape.trainedContext);
  const maxTokens = Math.min(options.chunkTokens ?? CHUNK_TOKENS[profile], contextLength);
  return { maxTokens, contextLength, vocabularySize: shape.vocabularySize, routed };
}

function memoryShape(target: KernelTarget, model: Model, shape: StepShape, { kvCache }: SessionOptions): MemoryShape {
  const { contextLength, maxTokens } = shape;
  const common = { contextLength, maxTokens, stepsAhead: STEPS_AHEAD[target.profile] };
  if (kvCache !== undefined) return { ...common, kvFormat: kvCache };
  // What the caches would take, by writing a step down on paper.
  const paper = paperDevice(NO_LIMITS);
  const exact = new SequenceMemory(paper, { ...common, kvFormat: 'f32' });
  model.layers(new StepBuilder(target, new StepBuffers(paper, shape), exact, 'one'));
  return { ...common, kvFormat: exact.bytes <= MAX_F32_CACHE_BYTES ? 'f32' : 'f16' };
}

/** @throws EngineError `bad-request` */
export function contextFor({ contextLength }: LoadOptions, trainedContext: number): number {
  if (contextLength === undefined) return Math.min(trainedContext, DEFAULT_CONTEXT);
  if (!Number.isInteger(contextLength) || contextLength < 1)
    throw new EngineError('bad-request', `A context of ${contextLength} tokens makes no sense.`);
  return Math.min(contextLength, trainedContext);
}
