// Small models of shapes that no published model has, but that a header may say: no kernel may count on more than multiples of four.
import { deepseek2, granitemoe, olmoe, qwen3moe } from '../oracle/architectures.ts';
import { biasedLlama, phimoe, qwen2, smallthinker } from '../oracle/experts-architectures.ts';
import { granite, lfm2, nemotronH } from '../oracle/recurrent-architectures.ts';
import type { RandomModel } from '../oracle/random-model.ts';

/** Weights of all experts of a layer, so that a file has megabytes at most. */
const MOST_EXPERT_WEIGHTS = 400_000;

export function randomShape(random: () => number, name: string): RandomModel {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const width = pick([4, 8, 36, 64, 100, 132, 256]);
  const expertWidth = pick([4, 12, 32, 68]);
  const experts = pick([1, 2, 5, 16, 33, 257, 512].filter((each) => each * width * expertWidth <= MOST_EXPERT_WEIGHTS));
  const heads = pick([1, 2, 3, 6]);
  const common = {
    name,
    types: pick(['F32', 'F16', 'BF16'] as const),
    layers: pick([1, 2]),
    width,
    heads,
    experts,
    expertsUsed: Math.min(experts, pick([1, 2, 3, 8, 64])),
    expertWidth,
    tied: pick([true, false]),
  };
  const grouped = {
    ...common,
    keyHeads: pick([1, 2, 3, 6].filter((each) => heads % each === 0)),
    headWidth: pick([4, 8, 20, 64, 136]),
  };
  // These say no size of a head: it is what the width gives.
  const whole = { ...grouped, width: heads * grouped.headWidth };
  const sharedWidth = pick([undefined, 4, 100]);
  const headDim = pick([4, 12, 64]);
  const scanHeads = pick([4, 12]);
  const hybrid = {
    ...whole,
    pattern: pick(['SA', 'S', 'SS', 'AS']),
    denseLayers: pick([0, 1]),
    denseWidth: pick([4, 88]),
    inner: scanHeads * headDim,
    scanHeads,
    groups: pick([1, 2, 4]),
    stateSize: pick([4, 16, 20, 128]),
    sharedWidth: sharedWidth ?? 8,
    positions: pick([true, false]),
  };
  switch (
    pick([
      ...(['olmoe', 'qwen3moe', 'granitemoe', 'deepseek2', 'lfm2', 'granitehybrid', 'nemotron_h'] as const),
      ...(['qwen2moe', 'phimoe', 'smallthinker', 'llama'] as const),
    ] as const)
  ) {
    case 'qwen2moe':
      return qwen2({ ...whole, sharedWidth: sharedWidth ?? 8 });
    case 'phimoe':
      return phimoe(whole);
    case 'smallthinker':
      return smallthinker({ ...grouped, windows: pick([true, false]) });
    case 'llama':
      return biasedLlama(whole);
    case 'lfm2':
      return lfm2({ ...hybrid, layers: hybrid.pattern.length, window: pick([0, 3, 40]) });
    case 'granitehybrid':
      return granite({ ...hybrid, layers: hybrid.pattern.length });
    case 'nemotron_h': {
      const pattern = `F${hybrid.pattern}`;
      return nemotronH({ ...hybrid, pattern, layers: pattern.length });
    }
    case 'olmoe':
      return olmoe(whole);
    case 'qwen3moe':
      return qwen3moe(grouped);
    case 'granitemoe':
      return granitemoe({ ...whole, ...(sharedWidth !== undefined && { sharedWidth }) });
    case 'deepseek2': {
      const groups = pick([undefined, { count: experts, used: 1 }]);
      return deepseek2({
        ...common,
        nope: pick([4, 24, 64]),
        rope: pick([4, 8, 32]),
        value: pick([4, 40, 64]),
        kvRank: pick([4, 56, 128]),
        queryRank: pick([0, 4, 36]),
        keyValue: pick(['split', 'joint'] as const),
        denseLayers: pick([0, 1]),
        denseWidth: pick([4, 88]),
        sharedExperts: pick([1, 2]),
        gating: pick(['softmax', 'sigmoid'] as const),
        weightsNorm: pick([true, false]),
        weightsScale: pick([1, 2.5]),
        gatingBias: pick([true, false]),
        ...(groups !== undefined && experts <= 64 && { groups }),
      });
    }
  }
}
