import { golden, type GoldenModel } from './golden-model.ts';
import { granite, lfm2, nemotronH } from './recurrent-architectures.ts';

const shape = {
  width: 64,
  heads: 4,
  keyHeads: 2,
  headWidth: 16,
  experts: 0,
  expertsUsed: 0,
  expertWidth: 32,
  denseWidth: 96,
  denseLayers: 1,
};
const lfm2Shape = { ...shape, pattern: 'SAS', layers: 3 };
const graniteShape = {
  ...shape,
  pattern: 'SAS',
  layers: 3,
  inner: 128,
  scanHeads: 8,
  groups: 1,
  stateSize: 32,
  sharedWidth: 0,
  positions: false,
};
const nemotronShape = { ...graniteShape, pattern: 'SFAF', layers: 4, groups: 2, headWidth: 32 };

/** Models that remember by states, in some layers or in all. */
export const recurrentModels: readonly GoldenModel[] = [
  golden(lfm2, { ...lfm2Shape, name: 'lfm2-q8_0-tied', types: 'Q8_0', tied: true }),
  golden(lfm2, { ...lfm2Shape, name: 'lfm2-window-f32', types: 'F32', window: 6 }),
  golden(lfm2, { ...lfm2Shape, name: 'lfm2moe-q4_0', types: 'Q4_0', experts: 16, expertsUsed: 4 }),
  golden(lfm2, { ...lfm2Shape, name: 'lfm2moe-f16-tied', types: 'F16', experts: 16, expertsUsed: 4, tied: true }),
  golden(granite, { ...graniteShape, pattern: 'AA', layers: 2, name: 'granite-q8_0', types: 'Q8_0', positions: true }),
  golden(granite, { ...graniteShape, name: 'granitehybrid-dense-q4_0-tied', types: 'Q4_0', groups: 2, tied: true }),
  golden(granite, {
    ...graniteShape,
    name: 'granitehybrid-experts-q8_0',
    types: 'Q8_0',
    experts: 8,
    expertsUsed: 2,
    sharedWidth: 96,
  }),
  // So few heads that a token's row is no whole vec4s.
  golden(granite, {
    ...graniteShape,
    name: 'granitehybrid-positions-f16',
    types: 'F16',
    positions: true,
    scanHeads: 2,
  }),
  golden(nemotronH, { ...nemotronShape, name: 'nemotron_h-q8_0', types: 'Q8_0' }),
  golden(nemotronH, {
    ...nemotronShape,
    name: 'nemotron_h_moe-q5_0',
    types: 'Q5_0',
    experts: 16,
    expertsUsed: 4,
    sharedWidth: 96,
  }),
];
