// Written by `npm run catalogue-costs`.
import type { DecodeCost } from '../../../engine/api.ts';
import type { CatalogueId } from '../catalogue.ts';

/** `shape`: counted from a header in the model's shapes; `size`: from its active weights, and the launches of its architecture. */
export interface CatalogueCost extends DecodeCost {
  readonly from: 'shape' | 'size';
}

export const CATALOGUE_COSTS: Readonly<Record<CatalogueId, CatalogueCost>> = {
  'lfm2-350m': { bytes: 243e6, operations: 708e6, launches: 114, from: 'size' },
  'granite-3.1-1b-a400m': { bytes: 323e6, operations: 914e6, launches: 247, from: 'shape' },
  'granite-3.1-3b-a800m': { bytes: 636e6, operations: 1876e6, launches: 327, from: 'shape' },
  'smallthinker-4b-a0.6b': { bytes: 369e6, operations: 1200e6, launches: 327, from: 'size' },
  'trinity-nano': { bytes: 656e6, operations: 2000e6, launches: 668, from: 'size' },
  'olmoe-1b-7b-0125': { bytes: 883e6, operations: 2432e6, launches: 167, from: 'shape' },
  'olmoe-1b-7b-0924': { bytes: 883e6, operations: 2432e6, launches: 167, from: 'shape' },
  'deepseek-v2-lite-chat-q4_0': { bytes: 1580e6, operations: 5408e6, launches: 355, from: 'shape' },
  'deepseek-v2-lite-chat': { bytes: 1679e6, operations: 4800e6, launches: 331, from: 'size' },
  'deepseek-coder-v2-lite': { bytes: 1679e6, operations: 4800e6, launches: 331, from: 'size' },
  'moonlight-16b-a3b': { bytes: 2100e6, operations: 6000e6, launches: 331, from: 'size' },
  'qwen3-30b-a3b-2507': { bytes: 1366e6, operations: 6516e6, launches: 487, from: 'shape' },
  'granite-4.0-h-tiny': { bytes: 646e6, operations: 2000e6, launches: 327, from: 'size' },
  'ling-3.0-tiny': { bytes: 841e6, operations: 2600e6, launches: 263, from: 'size' },
  'lfm2.5-8b-a1b': { bytes: 968e6, operations: 3000e6, launches: 183, from: 'size' },
  'phi-mini-moe': { bytes: 1671e6, operations: 4800e6, launches: 424, from: 'size' },
  'lfm2-8b-a1b': { bytes: 1004e6, operations: 3147e6, launches: 185, from: 'shape' },
  'mellum2-12b-a2.5b': { bytes: 1537e6, operations: 5000e6, launches: 259, from: 'size' },
  'qwen1.5-moe-a2.7b': { bytes: 1901e6, operations: 5400e6, launches: 295, from: 'size' },
  'ling-mini-2.0': { bytes: 902e6, operations: 2800e6, launches: 207, from: 'size' },
  'gpt-oss-20b': { bytes: 2646e6, operations: 7361e6, launches: 223, from: 'shape' },
  'qwen3.6-35b-a3b': { bytes: 1200e6, operations: 6000e6, launches: 514, from: 'size' },
  'ernie-4.5-21b-a3b': { bytes: 1945e6, operations: 6000e6, launches: 287, from: 'size' },
  'lfm2-24b-a2b': { bytes: 1414e6, operations: 4600e6, launches: 300, from: 'size' },
  'gemma-4-26b-a4b': { bytes: 2173e6, operations: 7600e6, launches: 548, from: 'size' },
  'gemma-4-26b-a4b-qat': { bytes: 2308e6, operations: 7600e6, launches: 548, from: 'size' },
  'glm-4.7-flash': { bytes: 1941e6, operations: 6000e6, launches: 571, from: 'size' },
  'laguna-xs-2.1': { bytes: 1930e6, operations: 6000e6, launches: 423, from: 'size' },
};
