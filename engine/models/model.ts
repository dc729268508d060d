import type { PackedVector, Weights } from '../weights/weights.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { InputNorm } from '../steps/linear.ts';
import type { Activation, RoutedLayer } from '../steps/step-buffers.ts';
import type { StepBuilder } from '../steps/step-builder.ts';

/** What every architecture has. */
export interface ModelShape {
  readonly architecture: string;
  readonly vocabularySize: number;
  /** Size of the residual stream. */
  readonly width: number;
  readonly layers: number;
  readonly trainedContext: number;
  readonly epsilon: number;
  /** Norms of the residual stream take the mean away first. */
  readonly centred?: boolean;
  /** 0 experts: the model is dense. */
  readonly experts: number;
  readonly expertsUsed: number;
}

/** What a block works on: y += scale · f(x), all [tokens, width]. */
export interface BlockOperands {
  /** The residual stream, normed but for `norm`. */
  readonly x: Activation;
  /** What is left to do for the products that read x, where the block says that it does it. */
  readonly norm?: InputNorm | undefined;
  /** The residual stream, or what is normed before it joins it. */
  readonly y: Activation;
  readonly scale: number;
  /** The residual stream as it is. */
  readonly residual: Activation;
}

/** What a layer does between two norms: attention, experts, a dense feed-forward, or several of them. */
export interface Block {
  write(step: StepBuilder, operands: BlockOperands): void;
  /** Where it norms x, it can leave what it made of it for others that read the same. */
  readonly writeFirst?: (step: StepBuilder, operands: BlockOperands) => BlockOperands;
  /** In a step of one token it norms x by itself: only products read it, and before anything is added to y. */
  readonly norms?: boolean | ((step: StepBuilder) => boolean);
  /** Where it routes tokens to experts. */
  readonly routing?: Omit<RoutedLayer, 'layer'>;
}

/** residual = factor · (residual + scale · f(norm(residual))), where f may end in a norm of its own; only then can there be a factor. */
export interface Sublayer {
  readonly name: string;
  readonly norm: PackedVector;
  readonly block: Block;
  readonly normBias?: PackedVector | undefined;
  readonly normAfter?: PackedVector | undefined;
  readonly factor?: PackedVector | undefined;
}

/** A model whose weights are reserved on the GPU. */
export interface Model {
  readonly shape: ModelShape;
  readonly routed: readonly RoutedLayer[];
  /** Writes down the launches from token ids to the residual stream after the last layer, which it returns. */
  layers(step: StepBuilder): Activation;
  /** From there to logits: of the step's last token, or of all, at most `StepBuffers.logitsTokens`. */
  logits(step: StepBuilder, residual: Activation, rows: 'last' | 'all'): Activation;
}

/** One file of `engine/models/`: reads its hyper-parameters and asks for its weights. */
export type Architecture = (file: HyperParameters, weights: Weights, shape: ModelShape) => Model;

/** Published models have up to 512 experts, which is also what the router's shared memory holds, and choose up to 22. */
export const MAX_EXPERTS = 512;
export const MAX_EXPERTS_USED = 64;
/** Eight times the most that are published. */
const MAX_LAYERS = 1_000;
const MAX_WIDTH = 131_072;
/** In [0, 1): published ones are 1e-5 and 1e-6. */
const MAX_EPSILON = 1 - 2 ** -24;

/** Of which a header without an epsilon for norms by the root mean square means norms that take the mean away too. */
const MAY_BE_CENTRED: ReadonlySet<string> = new Set(['cohere2moe']);

function normOf(file: HyperParameters): Pick<ModelShape, 'epsilon' | 'centred'> {
  const bounds = { least: 0, most: MAX_EPSILON };
  const name = 'attention.layer_norm_rms_epsilon';
  if (!MAY_BE_CENTRED.has(file.architecture)) return { epsilon: file.number(name, bounds) };
  const epsilon = file.number(name, bounds, 0);
  return epsilon > 0 ? { epsilon } : { epsilon: file.number('attention.layer_norm_epsilon', bounds), centred: true };
}

export function readShape(file: HyperParameters, vocabularySize: number): ModelShape {
  const experts = file.count('expert_count', { least: 0, most: MAX_EXPERTS }, 0);
  const used = { least: experts === 0 ? 0 : 1, most: Math.min(experts, MAX_EXPERTS_USED) };
  return {
    architecture: file.architecture,
    vocabularySize,
    width: file.size('embedding_length', undefined, MAX_WIDTH),
    layers: trunkLayers(file),
    trainedContext: file.count('context_length', { least: 1, most: 2 ** 31 }),
    ...normOf(file),
    experts,
    expertsUsed: file.count('expert_used_count', used, 0),
  };
}

/** Blocks for multi-token prediction stand behind the trunk, and are counted with it; they are not run. */
function trunkLayers(file: HyperParameters): number {
  const blocks = file.count('block_count', { least: 1, most: MAX_LAYERS });
  return blocks - file.count('nextn_predict_layers', { least: 0, most: blocks - 1 }, 0);
}
