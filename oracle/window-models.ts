import { golden, type GoldenModel } from './golden-model.ts';
import { afmoe, cohere2moe, exaoneMoe, gemma4, gptOss, laguna, mellum } from './window-architectures.ts';

/** A window that the 28 tokens of a golden leave, in rings that they wrap around, and a YaRN context that they leave too. */
const window = { window: 8, yarn: { factor: 4, originalContext: 16 } };
const shape = {
  ...window,
  width: 64,
  heads: 4,
  keyHeads: 2,
  headWidth: 16,
  experts: 8,
  expertsUsed: 2,
  expertWidth: 32,
};
const shared = { ...shape, denseLayers: 1, denseWidth: 96, sharedWidth: 64, sharedExperts: 1 };

/** The first layer sees all, and is dense and so rotated; the last sees all without positions. */
const cohereShape = { ...shared, layers: 5, pattern: 4 };

const gemmaShape = {
  ...shape,
  layers: 3,
  pattern: [true, true, false],
  yarn: undefined,
  headWidth: 16,
  keyHeads: 4,
  fullHeadWidth: 32,
  fullKeyHeads: 2,
  denseWidths: [96, 64, 96],
  slidingBase: 500,
};

export const windowModels: readonly GoldenModel[] = [
  golden(gptOss, {
    ...shape,
    name: 'gpt-oss-mxfp4',
    types: (tensor) => (tensor.includes('_exps') ? 'MXFP4' : 'Q8_0'),
    layers: 3,
    experts: 16,
    expertsUsed: 4,
  }),
  golden(gptOss, { ...shape, name: 'gpt-oss-f16', types: 'F16', layers: 2, slidingBase: 300, headWidth: 32 }),

  golden(mellum, { ...shape, name: 'mellum-period-q8_0', types: 'Q8_0', layers: 4 }),
  golden(mellum, {
    ...shape,
    name: 'mellum-list-f16',
    types: 'F16',
    layers: 3,
    pattern: [false, true, true],
    fusedAttention: true,
  }),

  // XS: heads, gates and rotations by kind of layer. M: gates per number, and no windows.
  golden(laguna, {
    ...shared,
    name: 'laguna-xs-q8_0',
    types: 'Q8_0',
    layers: 5,
    layerHeads: [4, 6, 6, 6, 4],
    ropeWidth: 8,
    slidingRopeWidth: 16,
    slidingBase: 100,
    gate: 'head',
  }),
  golden(laguna, {
    ...shared,
    name: 'laguna-m-f16',
    types: 'F16',
    layers: 2,
    window: 0,
    ropeWidth: 16,
    gate: 'number',
  }),

  golden(afmoe, {
    ...shared,
    name: 'afmoe-q8_0',
    types: 'Q8_0',
    layers: 5,
    denseLayers: 2,
    slidingBase: 500,
    sharedExperts: 2,
    sharedWidth: 64,
  }),
  golden(afmoe, {
    ...shared,
    name: 'afmoe-unshared-f32-tied',
    types: 'F32',
    layers: 4,
    denseLayers: 0,
    sharedExperts: 0,
    tied: true,
  }),

  golden(exaoneMoe, { ...shared, name: 'exaone-moe-q8_0', types: 'Q8_0', layers: 4, slidingBase: 300 }),
  golden(exaoneMoe, {
    ...shared,
    name: 'exaone-moe-divided-f16',
    types: 'F16',
    layers: 2,
    yarn: undefined,
    dividesFrequencies: true,
  }),

  golden(cohere2moe, { ...cohereShape, name: 'cohere2moe-q8_0', types: 'Q8_0', sharedExperts: 2, centred: true }),
  golden(cohere2moe, {
    ...cohereShape,
    name: 'cohere2moe-unshared-f16',
    types: 'F16',
    denseLayers: 0,
    sharedExperts: 0,
    fusedExperts: true,
  }),

  golden(gemma4, { ...gemmaShape, name: 'gemma4-tied-q4_0', types: 'Q4_0', fusedExperts: true, tied: true }),
  golden(gemma4, { ...gemmaShape, name: 'gemma4-dense-f16', types: 'F16', experts: 0, expertsUsed: 0 }),
];
