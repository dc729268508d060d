import { qwen35 } from './delta-architectures.ts';
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
const mixture = { experts: 16, expertsUsed: 4, denseWidth: 64 };

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
  // Heads as large and as many as the published, fused experts, a block that predicts.
  golden(qwen35, {
    ...shape,
    ...mixture,
    name: 'qwen35moe-fused-predictor-f16',
    types: 'F16',
    pattern: 'DA',
    deltaHeads: 16,
    deltaKeyHeads: 8,
    deltaWidth: 128,
    fusedExperts: true,
    predictors: 1,
  }),
];
