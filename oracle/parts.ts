import type { WeightTypeName } from '../engine/kernels/weight-types.ts';
import { RandomModel, type TypeChoice } from './random-model.ts';
import { VOCABULARY } from './vocabulary.ts';

/** What all the small models have in common. */
export interface Shape {
  readonly name: string;
  /** Type of the matrices, or a choice by tensor name. */
  readonly types: WeightTypeName | TypeChoice;
  /** Width of the residual stream. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly experts: number;
  readonly expertsUsed: number;
  readonly expertWidth: number;
  /** No output matrix: the embedding serves. */
  readonly tied?: boolean;
  /** Norms take the mean away too. */
  readonly centred?: boolean;
  /** Each expert's gate and up are one tensor. */
  readonly fusedExperts?: boolean;
}

export interface GroupedQueryShape extends Shape {
  readonly keyHeads: number;
  readonly headWidth: number;
  /** Queries, keys and values are made by one tensor. */
  readonly fusedAttention?: boolean;
  /** Of queries, keys and values, or of what attention gives too. */
  readonly biased?: 'inputs' | 'all';
  /** A factor of the rotated numbers. */
  readonly ropeMagnitude?: number;
  /** Frequencies are divided by a tensor, as in Llama 3. */
  readonly dividesFrequencies?: boolean;
}

/** `expert_gating_func` */
export const GATING_FUNCTIONS = { softmax: 1, sigmoid: 2, 'softmax-chosen': 3 } as const;

/** Gains that make attention choosy, routers decided and logits diverse; found by looking at the goldens. */
export const QUERY_KEY_GAIN = 1.6;
export const VALUE_GAIN = 1.5;
export const DOWN_GAIN = 3;
export const ROUTER_GAIN = 2;
export const OUTPUT_GAIN = 2;

const CONTEXT = 4096;

function chooser(types: WeightTypeName | TypeChoice): TypeChoice {
  return typeof types === 'string' ? () => types : types;
}

/** @param layerHeads heads of each layer, where they are not the same */
export function begin(
  architecture: string,
  shape: Shape,
  embeddingStd = 1,
  layerHeads?: readonly number[],
): RandomModel {
  const model = new RandomModel(shape.name, architecture, chooser(shape.types));
  model.integer('context_length', CONTEXT);
  model.integer('embedding_length', shape.width);
  model.integer('block_count', shape.layers);
  if (layerHeads) model.integers('attention.head_count', layerHeads);
  else model.integer('attention.head_count', shape.heads);
  model.float(`attention.layer_norm_${shape.centred === true ? '' : 'rms_'}epsilon`, 1e-6);
  model.float('rope.freq_base', 10_000);
  if (shape.experts > 0) {
    model.integer('expert_count', shape.experts);
    model.integer('expert_used_count', shape.expertsUsed);
  }
  // A tied embedding is the output matrix too, and has its scale.
  model.embedding(shape.width, shape.tied === true ? OUTPUT_GAIN / Math.sqrt(shape.width) : embeddingStd);
  return model;
}

export function end(model: RandomModel, shape: Shape, outputGain = OUTPUT_GAIN): RandomModel {
  model.norm('output_norm', shape.width);
  if (shape.tied !== true) model.matrix('output', [shape.width, VOCABULARY.length], outputGain);
  return model;
}

export function routedExperts(model: RandomModel, layer: string, shape: Shape, routerGain = ROUTER_GAIN): void {
  const { width, experts, expertWidth, fusedExperts } = shape;
  model.router(`${layer}.ffn_gate_inp`, [width, experts], routerGain);
  if (fusedExperts === true) {
    model.matrix(`${layer}.ffn_gate_up_exps`, [width, 2 * expertWidth, experts]);
  } else {
    model.matrix(`${layer}.ffn_gate_exps`, [width, expertWidth, experts]);
    model.matrix(`${layer}.ffn_up_exps`, [width, expertWidth, experts]);
  }
  model.matrix(`${layer}.ffn_down_exps`, [expertWidth, width, experts], DOWN_GAIN);
}

export function denseFeedForward(
  model: RandomModel,
  layer: string,
  suffix: '' | '_shexp',
  width: number,
  inner: number,
): void {
  model.matrix(`${layer}.ffn_gate${suffix}`, [width, inner]);
  model.matrix(`${layer}.ffn_up${suffix}`, [width, inner]);
  model.matrix(`${layer}.ffn_down${suffix}`, [inner, width], DOWN_GAIN);
}

export function groupedQueryAttention(model: RandomModel, layer: string, shape: GroupedQueryShape): void {
  const { width, heads, keyHeads, headWidth } = shape;
  if (shape.fusedAttention === true) {
    model.matrix(`${layer}.attn_qkv`, [width, (heads + 2 * keyHeads) * headWidth], QUERY_KEY_GAIN);
  } else {
    model.matrix(`${layer}.attn_q`, [width, heads * headWidth], QUERY_KEY_GAIN);
    model.matrix(`${layer}.attn_k`, [width, keyHeads * headWidth], QUERY_KEY_GAIN);
    model.matrix(`${layer}.attn_v`, [width, keyHeads * headWidth], VALUE_GAIN);
  }
  model.matrix(`${layer}.attn_output`, [heads * headWidth, width], VALUE_GAIN);
  if (shape.ropeMagnitude !== undefined && layer === 'blk.0') {
    model.float('rope.scaling.attn_factor', shape.ropeMagnitude);
  }
  if (shape.dividesFrequencies === true && layer === 'blk.0')
    model.numbers('rope_freqs.weight', [headWidth / 2], (noise) => 1 + 3 * Math.abs(noise));
  if (shape.biased !== undefined) {
    if (shape.fusedAttention === true) {
      model.bias(`${layer}.attn_qkv`, (heads + 2 * keyHeads) * headWidth, 0.5);
    } else {
      model.bias(`${layer}.attn_q`, heads * headWidth, 0.5);
      model.bias(`${layer}.attn_k`, keyHeads * headWidth, 0.5);
      model.bias(`${layer}.attn_v`, keyHeads * headWidth, 0.5);
    }
    if (shape.biased === 'all') model.bias(`${layer}.attn_output`, width, 0.2);
  }
}

/** The first half of a layer: its norm, attention, and norms of queries and keys, if any, over whole rows or per head. */
export function attentionHalf(
  model: RandomModel,
  layer: string,
  shape: GroupedQueryShape,
  norms?: 'row' | 'head',
): void {
  const { heads, keyHeads, headWidth } = shape;
  model.norm(`${layer}.attn_norm`, shape.width);
  groupedQueryAttention(model, layer, shape);
  if (norms === undefined) return;
  model.norm(`${layer}.attn_q_norm`, norms === 'row' ? heads * headWidth : headWidth);
  model.norm(`${layer}.attn_k_norm`, norms === 'row' ? keyHeads * headWidth : headWidth);
}

/** Heads whose size the width does not tell. */
export function headSizes(model: RandomModel, shape: GroupedQueryShape): void {
  model.integer('attention.head_count_kv', shape.keyHeads);
  model.integer('attention.key_length', shape.headWidth);
  model.integer('attention.value_length', shape.headWidth);
}
