import { EngineError } from '../errors.ts';
import type { Metadata } from '../formats/metadata.ts';
import type { PackedMatrix } from '../kernels/packed-matrix.ts';
import type { PackedVector, Weights } from '../weights/weights.ts';
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
export type Architecture = (metadata: Metadata, weights: Weights, shape: ModelShape) => Model;

/** Sizes from a file are bounded before they are used: no published model comes near. */
const MAX_LAYERS = 1_000;
const MAX_WIDTH = 1_000_000;
const MAX_EXPERTS = 1_024;
const MAX_EXPERTS_USED = 64;
export const MAX_HEADS = 1_024;

/** A whole number in [least, most] from the header. */
export function boundedNumber(metadata: Metadata, key: string, least: number, most: number, missing?: number): number {
  const value = missing === undefined ? metadata.number(key) : (metadata.optionalNumber(key) ?? missing);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new EngineError(
      'corrupt-file',
      `The header of this model says ${key} = ${value}, where ${least} to ${most} makes sense.`,
    );
  return value;
}

/** Sizes of vectors must be multiples of four: the kernels read four numbers at a time. */
export function vectorSize(metadata: Metadata, key: string, missing?: number): number {
  const value = boundedNumber(metadata, key, 4, MAX_WIDTH, missing);
  if (value % 4 !== 0)
    throw new EngineError(
      'unsupported-architecture',
      `Mixtab needs ${key} to be a multiple of 4; here it is ${value}.`,
    );
  return value;
}

export function readShape(metadata: Metadata, architecture: string, vocabularySize: number): ModelShape {
  const key = (name: string): string => `${architecture}.${name}`;
  const experts = boundedNumber(metadata, key('expert_count'), 0, MAX_EXPERTS, 0);
  return {
    architecture,
    vocabularySize,
    width: vectorSize(metadata, key('embedding_length')),
    layers: boundedNumber(metadata, key('block_count'), 1, MAX_LAYERS),
    trainedContext: boundedNumber(metadata, key('context_length'), 1, 2 ** 31),
    epsilon: metadata.number(key('attention.layer_norm_rms_epsilon')),
    experts,
    expertsUsed: boundedNumber(
      metadata,
      key('expert_used_count'),
      experts === 0 ? 0 : 1,
      Math.min(experts, MAX_EXPERTS_USED),
      0,
    ),
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
