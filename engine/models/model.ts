import type { PackedMatrix } from '../kernels/packed-matrix.ts';
import type { PackedVector, Weights } from '../weights/weights.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { RopeParameters } from './rope-table.ts';
import type { Activation } from './step-buffers.ts';
import type { StepBuilder } from './step-builder.ts';
import type { BufferRegion } from '../gpu/plan.ts';

/** What every architecture has. */
export interface ModelShape {
  readonly architecture: string;
  readonly vocabularySize: number;
  /** Size of the residual stream. */
  readonly width: number;
  readonly layers: number;
  readonly trainedContext: number;
  readonly epsilon: number;
  /** 0 experts: the model is dense. */
  readonly experts: number;
  readonly expertsUsed: number;
}

/** From the last layer's residual stream to logits. */
export interface ModelHead {
  readonly norm: PackedVector;
  readonly matrix: PackedMatrix;
  readonly scale: number;
}

/** A model whose weights are reserved on the GPU. */
export interface Model {
  readonly shape: ModelShape;
  readonly moeLayers: readonly number[];
  readonly rope: RopeParameters;
  readonly head: ModelHead;
  /** Numbers that the KV cache keeps for a token, in all layers. */
  readonly cacheWidth: number;
  /** Writes down the launches from token ids to the residual stream after the last layer, which it returns. */
  layers(step: StepBuilder, ropeTable: BufferRegion): Activation;
}

/** One file of `engine/models/`: reads its hyper-parameters and asks for its weights. */
export type Architecture = (file: HyperParameters, weights: Weights, shape: ModelShape) => Model;

/** Published models have up to 512 experts, which is also what the router's shared memory holds, and choose up to 22. */
const MAX_EXPERTS = 512;
const MAX_EXPERTS_USED = 64;
/** Eight times the most that are published. */
const MAX_LAYERS = 1_000;
export const MAX_HEADS = 1_024;
/** Numbers of a head, or of a latent row: attention keeps one query in shared memory. The most published are 576. */
export const MAX_HEAD_SIZE = 1_024;
const MAX_WIDTH = 131_072;
/** In [0, 1): published ones are 1e-5 and 1e-6. */
const MAX_EPSILON = 1 - 2 ** -24;

export function readShape(file: HyperParameters, vocabularySize: number): ModelShape {
  const experts = file.count('expert_count', { least: 0, most: MAX_EXPERTS }, 0);
  const used = { least: experts === 0 ? 0 : 1, most: Math.min(experts, MAX_EXPERTS_USED) };
  return {
    architecture: file.architecture,
    vocabularySize,
    width: file.size('embedding_length', undefined, MAX_WIDTH),
    layers: file.count('block_count', { least: 1, most: MAX_LAYERS }),
    trainedContext: file.count('context_length', { least: 1, most: 2 ** 31 }),
    epsilon: file.number('attention.layer_norm_rms_epsilon', { least: 0, most: MAX_EPSILON }),
    experts,
    expertsUsed: file.count('expert_used_count', used, 0),
  };
}

/** Embedding and output matrix; a model without `output.weight` uses the embedding for both. */
export function embeddingAndHead(
  weights: Weights,
  { vocabularySize, width }: ModelShape,
  scale = 1,
): { readonly embedding: PackedMatrix; readonly head: ModelHead } {
  const embedding = weights.matrix('token_embd.weight', vocabularySize, width);
  const matrix = weights.has('output.weight') ? weights.matrix('output.weight', vocabularySize, width) : embedding;
  return { embedding, head: { norm: weights.vector('output_norm.weight', width), matrix, scale } };
}
