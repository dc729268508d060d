import type { WeightTypeName } from '../engine/kernels/weight-types.ts';
import { biasedLlama, interleavedErnie, phimoe, qwen2, scaledQwen3moe, smallthinker } from './experts-architectures.ts';
import { golden, type GoldenModel } from './golden-model.ts';

const shape = {
  layers: 2,
  width: 64,
  heads: 4,
  keyHeads: 2,
  headWidth: 16,
  experts: 8,
  expertsUsed: 3,
  expertWidth: 32,
  sharedWidth: 96,
};
const dense = { ...shape, experts: 0, expertsUsed: 0, expertWidth: 96 };

/** Gates in one type, up projections in another. */
const mixed = (tensor: string): WeightTypeName => {
  if (tensor.startsWith('ffn_gate')) return 'Q4_0';
  return tensor.startsWith('ffn_up') ? 'Q5_1' : 'Q8_0';
};

/** Forms of feed-forward networks, with experts and without. */
export const expertsModels: readonly GoldenModel[] = [
  golden(qwen2, { ...dense, name: 'qwen2-q8_0-tied', types: 'Q8_0', tied: true }),
  golden(qwen2, { ...dense, name: 'qwen2-mixed-gates', types: mixed }),
  golden(qwen2, { ...shape, name: 'qwen2moe-f16', types: 'F16' }),
  golden(qwen2, { ...shape, name: 'qwen2moe-fused-q5_0', types: 'Q5_0', fusedAttention: true }),
  golden(qwen2, { ...shape, name: 'qwen2moe-mixed-gates', types: mixed }),
  golden(phimoe, { ...shape, name: 'phimoe-q8_0', types: 'Q8_0' }),
  golden(smallthinker, { ...shape, name: 'smallthinker-q4_0', types: 'Q4_0', windows: false }),
  golden(smallthinker, { ...shape, name: 'smallthinker-windows-f16', types: 'F16', layers: 5, windows: true }),
  golden(biasedLlama, { ...dense, name: 'llama-biased-mixed-gates', types: mixed }),
  golden(biasedLlama, { ...dense, name: 'llama-biased-q4_0', types: 'Q4_0' }),
  golden(scaledQwen3moe, { ...shape, name: 'qwen3moe-scaled-q8_0', types: 'Q8_0' }),
  // llama.cpp's loader wants experts in each layer behind the dense ones, so only such an interleaving can be compared.
  golden(interleavedErnie, { ...shape, name: 'ernie4_5-moe-interleaved-q8_0', types: 'Q8_0', denseWidth: 96 }),
];
