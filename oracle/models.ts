import { TENSOR_TYPES } from '../engine/formats/tensor-types.ts';
import type { WeightTypeName } from '../engine/kernels/weight-types.ts';
import { TWIN_TYPES } from '../engine/reference/dequantize.ts';
import {
  bailingmoe2,
  deepseek2,
  type DeepseekShape,
  ernie45moe,
  granitemoe,
  llama,
  olmoe,
  qwen3,
  qwen3moe,
} from './architectures.ts';
import { deltaModels } from './delta-models.ts';
import { expertsModels } from './experts-models.ts';
import { golden, type GoldenModel } from './golden-model.ts';
import { scaledQwen3moe } from './experts-architectures.ts';
import type { RandomModel } from './random-model.ts';
import { recurrentModels } from './recurrent-models.ts';
import { windowModels } from './window-models.ts';

const olmoeShape = {
  layers: 2,
  width: 64,
  heads: 4,
  keyHeads: 4,
  headWidth: 16,
  experts: 8,
  expertsUsed: 3,
  expertWidth: 32,
};
const qwenShape = {
  layers: 2,
  width: 64,
  heads: 4,
  keyHeads: 2,
  headWidth: 32,
  experts: 16,
  expertsUsed: 4,
  expertWidth: 32,
};
const graniteShape = {
  layers: 2,
  width: 64,
  heads: 4,
  keyHeads: 2,
  headWidth: 16,
  experts: 8,
  expertsUsed: 2,
  expertWidth: 64,
};
/** Four heads of 16 are the width: Ling's fused projection counts on it. */
const sharedShape = {
  ...graniteShape,
  layers: 3,
  experts: 16,
  expertsUsed: 4,
  expertWidth: 32,
  denseLayers: 1,
  denseWidth: 96,
  sharedWidth: 64,
};
/** Blocks of 256 weights need rows of 256. */
const wide = { width: 256, expertWidth: 256 };

const deepseekShape = {
  layers: 3,
  width: 64,
  heads: 4,
  nope: 32,
  rope: 16,
  value: 32,
  kvRank: 64,
  queryRank: 0,
  keyValue: 'split',
  denseLayers: 1,
  denseWidth: 96,
  experts: 16,
  expertsUsed: 4,
  expertWidth: 32,
  sharedExperts: 2,
  gating: 'softmax',
  weightsNorm: false,
  weightsScale: 1,
} as const satisfies Omit<DeepseekShape, 'name' | 'types'>;
/** As DeepSeek-V3 chooses its experts. */
const v3Gating = {
  gating: 'sigmoid',
  gatingBias: true,
  weightsNorm: true,
  weightsScale: 2.5,
  groups: { count: 4, used: 2 },
} as const;
const yarn = { factor: 4, originalContext: 1024, logMultiplier: 0.0707 } as const;
const wideDeepseek = {
  ...wide,
  layers: 2,
  value: 64,
  kvRank: 256,
  denseWidth: 256,
  experts: 8,
  expertsUsed: 2,
  sharedExperts: 1,
};

/** Q4_K_M's mixture: the matrices that hurt most are kept in Q6_K. */
const q4kMedium = (tensor: string): WeightTypeName =>
  /^(attn_v|attn_v_b|ffn_down|ffn_down_exps|ffn_down_shexp|output)$/.test(tensor) ? 'Q6_K' : 'Q4_K';

/** A choice by the first pattern that a tensor's name matches. */
const byName =
  (...choices: readonly [pattern: RegExp, type: WeightTypeName][]) =>
  (tensor: string): WeightTypeName =>
    choices.find(([pattern]) => pattern.test(tensor))?.[1] ?? 'Q8_0';

/** Several types in one file and one layer, as "dynamic" quantizations have them. */
const kMixture = byName(
  [/^attn_(q|k)$/, 'Q5_K'],
  [/^attn_v$/, 'Q6_K'],
  [/^attn_output$|ffn_down_exps/, 'Q3_K'],
  [/ffn_(gate|up)_exps/, 'Q2_K'],
  [/^output$/, 'Q5_K'],
);
const fallbackMixture = byName(
  [/^attn_(q|kv_a_mqa)/, 'IQ4_XS'],
  [/^attn_(k_b|v_b|kv_b)$/, 'Q5_0'],
  [/ffn_(gate|up)_exps/, 'IQ4_NL'],
  [/ffn_down_exps/, 'Q5_1'],
  [/shexp|^attn_output$/, 'Q4_1'],
  [/^ffn_/, 'Q5_0'],
  [/^output$/, 'IQ4_XS'],
);
const gridMixture = byName(
  [/^attn_(q|k)$/, 'IQ3_S'],
  [/^attn_(v|output)$/, 'IQ3_XXS'],
  [/ffn_(gate|up)_exps/, 'IQ2_XXS'],
  [/ffn_down_exps/, 'IQ2_S'],
  [/^output$/, 'Q5_K'],
);
const smallestMixture = byName(
  [/^attn_(q|k)$/, 'IQ2_XS'],
  [/^attn_(v|output)$/, 'TQ2_0'],
  [/ffn_(gate|up)_exps/, 'IQ1_S'],
  [/ffn_down_exps/, 'IQ1_M'],
  [/^output$/, 'Q4_K'],
);
const ternaryMixture = byName(
  [/^attn_(q|k)$/, 'Q2_0'],
  [/^attn_(v|output)$/, 'Q1_0'],
  [/ffn_(gate|up)_exps/, 'TQ1_0'],
  [/ffn_down_exps/, 'Q2_0'],
  [/^output$/, 'NVFP4'],
);
/** llama.cpp's MXFP4_MOE: experts in MXFP4, all else in Q8_0. */
const mxfp4Experts = byName([/ffn_(gate|up|down)_exps/, 'MXFP4']);

/** With the factors that files in NVFP4 have beside their matrices, and those of inputs, which llama.cpp loads and leaves alone. */
const nvfp4Qwen3moe = (shape: Parameters<typeof scaledQwen3moe>[0]): RandomModel => {
  const model = scaledQwen3moe(shape);
  for (let i = 0; i < shape.layers; i++) {
    model.numbers(`blk.${i}.attn_q.input_scale`, [1], (noise) => 2 + noise);
    model.numbers(`blk.${i}.ffn_up_exps.input_scale`, [shape.experts], (noise) => 2 + noise);
  }
  return model;
};

/** Only the embedding in `type`: llama.cpp looks it up exactly, so the golden comes from the very file. */
const embeddingOnly = (type: WeightTypeName): GoldenModel =>
  golden(
    olmoe,
    {
      ...olmoeShape,
      ...(TENSOR_TYPES[type].blockSize > 64 ? { width: 256, headWidth: 64 } : {}),
      name: `embedding-${type.toLowerCase()}`,
      types: (tensor) => (tensor === 'token_embd' ? type : 'F32'),
      layers: 1,
    },
    true,
  );

/** Every architecture and form, every weight type; each type in two architectures or more. */
export const goldenModels: readonly GoldenModel[] = [
  // DeepSeek: V2-Lite, V2 with compressed queries, older files, V3, YaRN.
  golden(deepseek2, { ...deepseekShape, name: 'deepseek2-lite-f32', types: 'F32' }),
  golden(deepseek2, {
    ...deepseekShape,
    name: 'deepseek2-query-rank-f16',
    types: 'F16',
    queryRank: 48,
    weightsScale: 16,
  }),
  golden(deepseek2, { ...deepseekShape, name: 'deepseek2-joint-q8_0', types: 'Q8_0', keyValue: 'joint' }),
  golden(deepseek2, {
    ...deepseekShape,
    name: 'deepseek2-joint-query-rank-q4_0',
    types: 'Q4_0',
    keyValue: 'joint',
    queryRank: 32,
  }),
  golden(deepseek2, { ...deepseekShape, ...v3Gating, name: 'deepseek2-v3-bf16', types: 'BF16', queryRank: 32 }),
  golden(deepseek2, {
    ...deepseekShape,
    ...v3Gating,
    name: 'deepseek2-v3-q8_0',
    types: 'Q8_0',
    queryRank: 32,
    yarn: { ...yarn, logMultiplier: 0.1 },
  }),
  golden(deepseek2, {
    ...deepseekShape,
    name: 'deepseek2-groups-softmax-f32',
    types: 'F32',
    groups: v3Gating.groups,
    weightsNorm: true,
  }),
  golden(deepseek2, {
    ...deepseekShape,
    name: 'deepseek2-sigmoid-q4_0',
    types: 'Q4_0',
    gating: 'sigmoid',
    weightsNorm: true,
    weightsScale: 2,
  }),
  golden(deepseek2, { ...deepseekShape, name: 'deepseek2-yarn-f32', types: 'F32', yarn }),
  golden(deepseek2, {
    ...deepseekShape,
    name: 'deepseek2-joint-yarn-f16',
    types: 'F16',
    keyValue: 'joint',
    yarn: { ...yarn, originalContext: 64 },
  }),
  golden(deepseek2, { ...deepseekShape, ...wideDeepseek, name: 'deepseek2-lite-q4_k', types: 'Q4_K' }),
  golden(deepseek2, {
    ...deepseekShape,
    ...wideDeepseek,
    ...v3Gating,
    name: 'deepseek2-v3-q6_k',
    types: 'Q6_K',
    queryRank: 256,
  }),
  golden(deepseek2, {
    ...deepseekShape,
    ...wideDeepseek,
    name: 'deepseek2-joint-q4_k_m',
    types: q4kMedium,
    keyValue: 'joint',
  }),
  // Widths that are multiples of 8 only, and an odd number of experts: no kernel may count on more.
  golden(deepseek2, {
    ...deepseekShape,
    name: 'deepseek2-odd-f32',
    types: 'F32',
    ...{
      width: 72,
      heads: 3,
      nope: 24,
      rope: 8,
      value: 40,
      kvRank: 56,
      denseWidth: 88,
      experts: 11,
      expertsUsed: 3,
      expertWidth: 24,
    },
  }),

  golden(deepseek2, {
    ...deepseekShape,
    name: 'deepseek2-predictor-q8_0',
    types: 'Q8_0',
    layers: 2,
    predictors: 1,
    fusedExperts: true,
  }),
  golden(deepseek2, {
    ...deepseekShape,
    name: 'deepseek2-chosen-softmax-f32',
    types: 'F32',
    layers: 2,
    gating: 'softmax-chosen',
    linear: 4,
    ropeMagnitude: 0.8,
  }),

  golden(deepseek2, {
    ...deepseekShape,
    name: 'mistral4-temperature-f16',
    types: 'F16',
    layers: 2,
    architecture: 'mistral4',
    queryRank: 48,
    yarn: { factor: 8, originalContext: 16, logMultiplier: 0.05 },
    temperature: { scale: 0.5, length: 6 },
  }),

  golden(olmoe, { ...olmoeShape, name: 'olmoe-f32', types: 'F32' }),
  golden(olmoe, { ...olmoeShape, name: 'olmoe-q8_0', types: 'Q8_0' }),
  golden(olmoe, { ...olmoeShape, ...wide, headWidth: 64, name: 'olmoe-q4_k_m', types: q4kMedium }),

  golden(qwen3moe, { ...qwenShape, name: 'qwen3moe-f16', types: 'F16' }),
  golden(qwen3moe, { ...qwenShape, name: 'qwen3moe-bf16-tied', types: 'BF16', tied: true }),
  golden(qwen3moe, { ...qwenShape, name: 'qwen3moe-q4_0', types: 'Q4_0' }),
  golden(qwen3moe, {
    ...qwenShape,
    ...wide,
    headWidth: 64,
    experts: 8,
    name: 'qwen3moe-q6_k-tied',
    types: 'Q6_K',
    tied: true,
  }),

  golden(qwen3moe, { ...qwenShape, ...wide, headWidth: 64, experts: 8, name: 'qwen3moe-k-mixture', types: kMixture }),
  golden(qwen3moe, {
    ...qwenShape,
    ...wide,
    headWidth: 64,
    experts: 8,
    name: 'qwen3moe-grid-mixture',
    types: gridMixture,
  }),
  golden(qwen3moe, {
    ...qwenShape,
    ...wide,
    headWidth: 64,
    experts: 8,
    name: 'qwen3moe-one-bit',
    types: smallestMixture,
  }),
  golden(qwen3moe, {
    ...qwenShape,
    ...wide,
    headWidth: 64,
    experts: 8,
    name: 'qwen3moe-ternary-mixture',
    types: ternaryMixture,
  }),
  golden(qwen3moe, { ...qwenShape, name: 'qwen3moe-mxfp4', types: mxfp4Experts }),
  golden(nvfp4Qwen3moe, { ...qwenShape, expertWidth: 64, name: 'qwen3moe-nvfp4', types: 'NVFP4' }),
  golden(deepseek2, {
    ...deepseekShape,
    ...wideDeepseek,
    name: 'deepseek2-fallback-mixture',
    types: fallbackMixture,
    queryRank: 256,
  }),

  golden(qwen3moe, { ...qwenShape, name: 'qwen3moe-fused-q4_0', types: 'Q4_0', fusedAttention: true }),
  golden(qwen3moe, { ...qwenShape, name: 'qwen3moe-biased-f16', types: 'F16', biased: 'inputs', ropeMagnitude: 1.3 }),

  golden(qwen3, { ...qwenShape, name: 'qwen3-q4_0', types: 'Q4_0', experts: 0, expertsUsed: 0, expertWidth: 96 }),
  golden(llama, { ...graniteShape, name: 'llama-q8_0', types: 'Q8_0', experts: 0, expertsUsed: 0, expertWidth: 96 }),
  golden(llama, { ...graniteShape, name: 'llama-experts-q4_0', types: 'Q4_0' }),
  golden(llama, { ...graniteShape, name: 'llama-divided-f16', types: 'F16', dividesFrequencies: true }),
  golden(bailingmoe2, {
    ...sharedShape,
    name: 'bailingmoe2-q8_0',
    types: 'Q8_0',
    fusedAttention: true,
    sharedExperts: 2,
  }),
  golden(ernie45moe, { ...sharedShape, name: 'ernie4_5-moe-f16', types: 'F16' }),

  golden(granitemoe, { ...graniteShape, name: 'granitemoe-f32', types: 'F32' }),
  golden(granitemoe, { ...graniteShape, name: 'granitemoe-biased-q8_0', types: 'Q8_0', biased: 'all' }),
  golden(granitemoe, {
    ...graniteShape,
    name: 'granitemoe-shared-q8_0-tied',
    types: 'Q8_0',
    sharedWidth: 96,
    tied: true,
  }),
  golden(granitemoe, { ...graniteShape, ...wide, headWidth: 64, name: 'granitemoe-q4_k', types: 'Q4_K' }),

  ...recurrentModels,
  ...deltaModels,
  ...windowModels,
  ...expertsModels,

  ...TWIN_TYPES.map(embeddingOnly),
];
