import { bailingmoe3, qwen35 } from './delta-architectures.ts';
import { golden, type GoldenModel } from './golden-model.ts';

const shape = {
  layers: 3,
  width: 64,
  heads: 4,
  keyHeads: 2,
  headWidth: 32,
  ropeWidth: 16,
  ropeSections: [3, 3, 2, 0],
  deltaHeads: 4,
  deltaKeyHeads: 2,
  deltaWidth: 32,
  denseWidth: 96,
  expertWidth: 32,
  experts: 0,
  expertsUsed: 0,
};
const { ropeSections: _, ...nextShape } = shape;
const mixture = { experts: 16, expertsUsed: 4, denseWidth: 64 };

const lingShape = {
  layers: 3,
  width: 64,
  heads: 4,
  deltaWidth: 32,
  lowerBound: -5,
  nope: 32,
  rope: 16,
  value: 32,
  kvRank: 64,
  queryRank: 0,
  denseLayers: 1,
  denseWidth: 96,
  sharedWidth: 64,
  experts: 16,
  expertsUsed: 4,
  expertWidth: 32,
};

/** Models with delta nets. */
export const deltaModels: readonly GoldenModel[] = [
  golden(qwen35, { ...shape, name: 'qwen35-q8_0', types: 'Q8_0', pattern: 'DDA' }),
  // As many heads of keys as of values, of another size, with the layers listed.
  golden(qwen35, {
    ...shape,
    name: 'qwen35-listed-tied-f32',
    types: 'F32',
    pattern: 'DAD',
    listed: true,
    deltaHeads: 3,
    deltaKeyHeads: 3,
    deltaWidth: 64,
    tied: true,
  }),
  golden(qwen35, { ...shape, ...mixture, name: 'qwen35moe-q4_0', types: 'Q4_0', pattern: 'DDA' }),
  // Fused experts, a block that predicts.
  golden(qwen35, {
    ...shape,
    ...mixture,
    name: 'qwen35moe-fused-predictor-f16',
    types: 'F16',
    pattern: 'DA',
    fusedExperts: true,
    predictors: 1,
  }),
  golden(qwen35, {
    ...nextShape,
    ...mixture,
    name: 'qwen3next-q8_0',
    types: 'Q8_0',
    pattern: 'DDA',
    deltaHeads: 6,
  }),
  golden(bailingmoe3, { ...lingShape, name: 'bailingmoe3-q8_0', types: 'Q8_0', pattern: 'DDA' }),
  // Heads as large as the published, clamps that bind, compressed queries, groups, a block that predicts; types that differ within a row.
  golden(bailingmoe3, {
    ...lingShape,
    name: 'bailingmoe3-clamped-mixture',
    types: (tensor) => (/^(attn_k|ssm_g_a|attn_q_b)$/.test(tensor) ? 'Q4_0' : 'Q8_0'),
    pattern: 'DA',
    deltaWidth: 128,
    queryRank: 32,
    clamps: { experts: [0, 0.4, 0], shared: [0.3, 0.5, 0] },
    groups: { count: 4, used: 2 },
    predictors: 1,
    yarn: { factor: 4, originalContext: 16 },
    tied: true,
  }),
];
