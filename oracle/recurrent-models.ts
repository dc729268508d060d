import { golden, type GoldenModel } from './golden-model.ts';
import { lfm2 } from './recurrent-architectures.ts';

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

/** Models that remember by states, in some layers or in all. */
export const recurrentModels: readonly GoldenModel[] = [
  golden(lfm2, { ...lfm2Shape, name: 'lfm2-q8_0-tied', types: 'Q8_0', tied: true }),
  golden(lfm2, { ...lfm2Shape, name: 'lfm2moe-q4_0', types: 'Q4_0', experts: 16, expertsUsed: 4 }),
  golden(lfm2, { ...lfm2Shape, name: 'lfm2moe-f16-tied', types: 'F16', experts: 16, expertsUsed: 4, tied: true }),
];
