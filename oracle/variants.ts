import type { WeightTypeName } from '../engine/kernels/weight-types.ts';
import { TWIN_TYPES } from '../engine/reference/dequantize.ts';
import { bailingmoe2, deepseek2, ernie45moe, granitemoe, llama, olmoe, qwen3, qwen3moe } from './architectures.ts';
import { bailingmoe3, qwen35 } from './delta-architectures.ts';
import { interleavedErnie, phimoe, qwen2, smallthinker } from './experts-architectures.ts';
import { GATING_FUNCTIONS } from './parts.ts';
import { Random, seedOf } from './random.ts';
import type { RandomModel } from './random-model.ts';
import { granite, lfm2, nemotronH } from './recurrent-architectures.ts';
import { afmoe, cohere2moe, exaoneMoe, gemma4, gptOss, laguna, mellum } from './window-architectures.ts';

/** Makes a model of one architecture whose sizes and forms chance chose. */
type Variant = (draw: Draw, name: string) => RandomModel;

/** Random choices. */
export class Draw extends Random {
  one<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }

  chance(probability: number): boolean {
    return this.between(0, 1) < probability;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  list<Value>(length: number, make: (index: number) => Value): Value[] {
    return Array.from({ length }, (_, i) => make(i));
  }
}

/** Sizes that are multiples of blocks, and some that are not. */
const WIDTHS = [64, 64, 96, 128, 256, 256, 256, 36, 44, 72, 100];
const HIDDEN = [32, 64, 96, 256, 256, 256, 36, 44, 20, 132];

/** Up to four types, by tensor: those of neighbours differ as often as not. */
function types(draw: Draw, name: string): (tensor: string) => WeightTypeName {
  const some = draw.list(draw.whole(1, 4), () => draw.one(TWIN_TYPES));
  return (tensor) => {
    if (tensor === 'token_embd' && draw.chance(0.5)) return 'F32';
    return some[seedOf(`${name}/${tensor}/type`) % some.length] ?? 'F32';
  };
}

/** What all have, with sizes of grouped queries. */
function sizes(draw: Draw, name: string) {
  const keyHeads = draw.one([1, 1, 2, 2, 3, 4]);
  const heads = keyHeads * draw.one([1, 2, 2, 3, 4]);
  const experts = draw.one([2, 3, 5, 8, 8, 11, 16, 20, 33]);
  return {
    name,
    types: types(draw, name),
    width: draw.one(WIDTHS),
    layers: draw.whole(1, 4),
    ...{ heads, keyHeads, headWidth: draw.one([8, 16, 16, 24, 32, 64, 12, 20, 128]) },
    ...{ experts, expertsUsed: draw.whole(1, Math.min(experts, 8)), expertWidth: draw.one(HIDDEN) },
    ...{ denseLayers: draw.whole(0, 1), denseWidth: draw.one(HIDDEN), sharedWidth: draw.one(HIDDEN) },
    tied: draw.chance(0.3),
    ...(draw.chance(0.15) ? { fusedAttention: true } : {}),
    ...(draw.chance(0.15) ? { biased: 'inputs' as const } : {}),
  };
}

const DENSE = { experts: 0, expertsUsed: 0, expertWidth: 96 };

/** Where heads are the width in equal parts. */
function evenly<Sizes extends { width: number; heads: number; keyHeads: number }>(draw: Draw, shape: Sizes) {
  const headWidth = draw.one([8, 16, 16, 32, 64, 12]);
  return { ...shape, width: shape.heads * headWidth, headWidth };
}

/** Numbers of the header that any model may have. */
function general(draw: Draw, model: RandomModel): RandomModel {
  if (draw.chance(0.5)) model.float('rope.freq_base', draw.one([100, 1_000, 500_000, 1e6, 1e7]));
  if (draw.chance(0.3)) model.float('attention.layer_norm_rms_epsilon', draw.one([1e-5, 1e-3, 1e-12]));
  return model;
}

/** How positions are scaled, for models that take it. */
function scaled(draw: Draw, model: RandomModel): RandomModel {
  general(draw, model);
  const factor = draw.one([0, 1, 1.5, 4, 32]);
  switch (draw.one(['none', 'none', 'linear', 'silent', 'old', 'yarn', 'yarn', 'yarn', 'unscaled'] as const)) {
    case 'none':
      break;
    case 'linear':
      model.string('rope.scaling.type', 'linear');
      model.float('rope.scaling.factor', factor);
      break;
    case 'silent':
      model.float('rope.scaling.factor', factor);
      break;
    case 'old':
      model.float('rope.scale_linear', factor);
      break;
    case 'unscaled':
      model.string('rope.scaling.type', 'none');
      model.float('rope.scaling.factor', factor);
      break;
    case 'yarn':
      model.string('rope.scaling.type', 'yarn');
      model.float('rope.scaling.factor', factor);
      if (draw.chance(0.8))
        model.integer('rope.scaling.original_context_length', draw.one([8, 16, 30, 64, 1_000, 4_096]));
      if (draw.chance(0.4)) model.float('rope.scaling.yarn_beta_fast', draw.one([8, 32, 64]));
      if (draw.chance(0.4)) model.float('rope.scaling.yarn_beta_slow', draw.one([0.5, 1, 2]));
      break;
  }
  if (draw.chance(0.2)) model.float('rope.scaling.attn_factor', draw.one([0, 0.8, 1, 1.25]));
  return model;
}

/** A part of each head that turns. */
function partly(draw: Draw, model: RandomModel, headWidth: number): RandomModel {
  if (draw.chance(0.3)) model.integer('rope.dimension_count', draw.one([4, 8, headWidth / 2, headWidth]));
  return model;
}

/** How experts are chosen and weighted, for models that take it. */
function gated(draw: Draw, model: RandomModel, { experts, expertsUsed }: { experts: number; expertsUsed: number }) {
  if (experts === 0) return model;
  if (draw.chance(0.6)) model.integer('expert_gating_func', draw.one(Object.values(GATING_FUNCTIONS)));
  if (draw.chance(0.5)) model.boolean('expert_weights_norm', draw.chance(0.5));
  if (draw.chance(0.5)) model.float('expert_weights_scale', draw.one([0, 1, 0.5, 2.5, 16]));
  const counts = [2, 4, 3].filter((count) => experts % count === 0 && experts / count >= 2);
  if (counts.length > 0 && draw.chance(0.5)) {
    const count = draw.one(counts);
    const used = draw.whole(1, count - 1);
    if (used * (experts / count) < expertsUsed) return model;
    model.integer('expert_group_count', count);
    model.integer('expert_group_used_count', used);
  } else if (model.says('expert_group_count')) {
    model.integer('expert_group_count', draw.one([0, 1]));
    model.integer('expert_group_used_count', draw.one([0, 1]));
  }
  return model;
}

/** A window, the layers that have it, and how those rotate. */
function windows(draw: Draw, layers: number) {
  const slides = draw.list(layers, () => draw.chance(0.6));
  slides[draw.below(layers)] = true;
  return {
    window: draw.one([1, 2, 3, 5, 8, 13, 20]),
    pattern: draw.chance(0.5) ? slides : draw.one([0, 2, 3, 4]),
    ...(draw.chance(0.5) ? { slidingBase: draw.one([100, 500, 20_000]) } : {}),
  };
}

/** Letters for layers, of which at least one attends and one has a state, as llama.cpp wants of all that have states at all. */
function pattern(draw: Draw, kinds: string, layers: number): string {
  const some = draw.list(layers, () => draw.one([...kinds]));
  const first = draw.below(layers);
  some[first] = 'A';
  const state = /[SD]/.exec(kinds)?.[0];
  if (state !== undefined && !some.includes(state)) some[(first + 1) % layers] = state;
  return some.join('');
}

function scan(draw: Draw) {
  const groups = draw.one([1, 1, 2, 4]);
  const scanHeads = groups * draw.one([1, 2, 3, 4]);
  const stateSize = draw.one([16, 32, 64, 128, 20]);
  return { groups, scanHeads, inner: scanHeads * draw.one([8, 16, 32, 64]), stateSize, taps: draw.one([4, 4, 2, 3]) };
}

/** By what one calls them, the newest first. */
export const VARIANTS: ReadonlyMap<string, Variant> = new Map<string, Variant>([
  [
    'gpt-oss',
    (draw, name) => {
      const shape = { ...sizes(draw, name), ...windows(draw, 4) };
      return scaled(draw, gptOss({ ...shape, layers: 4, tied: false }));
    },
  ],
  [
    'qwen35',
    (draw, name) => {
      const deltaKeyHeads = draw.one([1, 2, 3]);
      const layers = draw.whole(2, 4);
      const shape = { ...sizes(draw, name), ...(draw.chance(0.4) ? DENSE : {}), headWidth: draw.one([16, 32, 64]) };
      const listed = draw.chance(0.5);
      const ropeWidth = draw.one([8, 16, shape.headWidth]);
      const pairs = ropeWidth / 2;
      const model = qwen35({
        ...shape,
        pattern: listed ? pattern(draw, 'AD', layers) : 'DDDA'.slice(draw.below(3)),
        listed,
        ropeWidth,
        ropeSections: [...draw.list(3, (i) => Math.ceil((pairs - i) / 3)), 0],
        ...{ deltaKeyHeads, deltaHeads: deltaKeyHeads * draw.one([1, 2, 3]), deltaWidth: draw.one([16, 32, 64, 128]) },
        taps: draw.one([4, 4, 3, 2]),
        fusedExperts: draw.chance(0.25),
        predictors: draw.chance(0.2) ? 1 : 0,
      });
      return general(draw, model);
    },
  ],
  [
    'gemma4',
    (draw, name) => {
      const layers = draw.whole(2, 4);
      const shape = { ...sizes(draw, name), ...windows(draw, layers), ...(draw.chance(0.4) ? DENSE : {}), layers };
      const slides = draw.list(layers, () => draw.chance(0.6));
      [slides[0], slides[layers - 1]] = [true, false];
      const fullKeyHeads = draw.one([1, shape.keyHeads]);
      const headWidth = draw.one([16, 32, 64]);
      return general(
        draw,
        gemma4({
          ...shape,
          ...{ pattern: slides, headWidth, fullHeadWidth: headWidth * draw.one([1, 2]), fullKeyHeads },
          fusedExperts: draw.chance(0.25),
          denseWidths: draw.list(layers, () => draw.one(HIDDEN)),
        }),
      );
    },
  ],
  [
    'lfm2',
    (draw, name) => {
      const layers = draw.whole(2, 4);
      const even = evenly(draw, { ...sizes(draw, name), ...(draw.chance(0.4) ? DENSE : {}), layers });
      const shape = { ...even, pattern: pattern(draw, 'SA', layers), taps: draw.one([3, 3, 2, 4]) };
      const window = shape.experts === 0 && draw.chance(0.4) ? { window: draw.whole(1, 12) } : {};
      return general(draw, lfm2({ ...shape, ...window }));
    },
  ],
  [
    'granite',
    (draw, name) => {
      const layers = draw.whole(2, 4);
      const even = evenly(draw, { ...sizes(draw, name), ...(draw.chance(0.4) ? DENSE : {}), layers });
      const sharedWidth = even.experts > 0 ? draw.one([0, 32, 44]) : 0;
      const kinds = even.experts > 0 ? 'SSA' : draw.one(['SSA', 'A']);
      // llama.cpp wants twice the width inside.
      const scanHeads = draw.one([1, 2, 3, 4, 6, 8].filter((heads) => (2 * even.width) % (4 * heads) === 0));
      const inner = { inner: 2 * even.width, scanHeads, groups: scanHeads % 2 === 0 ? draw.one([1, 2]) : 1 };
      const shape = { ...even, ...scan(draw), ...inner, sharedWidth, pattern: pattern(draw, kinds, layers) };
      const positions = shape.pattern.includes('S') ? draw.chance(0.6) : true;
      return scaled(draw, granite({ ...shape, positions }));
    },
  ],
  [
    'nemotron_h',
    (draw, name) => {
      const layers = draw.whole(3, 6);
      const shape = { ...sizes(draw, name), ...scan(draw), ...(draw.chance(0.4) ? DENSE : {}), layers };
      const { biased, ...rest } = shape;
      const model = nemotronH({
        ...rest,
        pattern: pattern(draw, 'SFA', layers),
        ...(biased === undefined ? {} : { biased: 'all' }),
      });
      return general(draw, draw.chance(0.5) ? model : gated(draw, model, shape));
    },
  ],
  [
    'bailingmoe3',
    (draw, name) => {
      const shape = sizes(draw, name);
      const layers = draw.whole(2, 4);
      const predictors = draw.chance(0.2) ? 1 : 0;
      const limits = (): number[] => draw.list(layers + predictors, () => draw.one([0, 0, 0.4, 2]));
      const model = bailingmoe3({
        ...shape,
        pattern: pattern(draw, 'DDA', layers),
        ...{ deltaWidth: draw.one([16, 32, 64, 128]), lowerBound: -draw.whole(1, 6), taps: draw.one([4, 4, 3]) },
        ...latent(draw),
        ...(draw.chance(0.5) ? { clamps: { experts: limits(), shared: limits() } } : {}),
        predictors,
      });
      return scaled(draw, gated(draw, model, shape));
    },
  ],
  [
    'mellum',
    (draw, name) => {
      const layers = draw.whole(2, 4);
      return scaled(draw, mellum({ ...sizes(draw, name), ...windows(draw, layers), layers, tied: false }));
    },
  ],
  [
    'laguna',
    (draw, name) => {
      const shape = { ...sizes(draw, name), ...windows(draw, 4), layers: 4, sharedExperts: 1 };
      const { keyHeads, headWidth } = shape;
      const model = laguna({
        ...shape,
        window: draw.chance(0.2) ? 0 : shape.window,
        ...(draw.chance(0.6) ? { layerHeads: draw.list(4, () => keyHeads * draw.whole(1, 3)) } : {}),
        ropeWidth: draw.one([4, 8, headWidth]),
        ...(draw.chance(0.6) ? { slidingRopeWidth: draw.one([4, headWidth]) } : {}),
        gate: draw.one(['head', 'number']),
      });
      return scaled(draw, gated(draw, model, shape));
    },
  ],
  [
    'afmoe',
    (draw, name) => {
      const shape = { ...sizes(draw, name), ...windows(draw, 4), ...shares(draw) };
      return scaled(draw, gated(draw, afmoe({ ...shape, layers: 4 }), shape));
    },
  ],
  [
    'exaone-moe',
    (draw, name) => {
      const shape = { ...sizes(draw, name), ...windows(draw, 4), ...shares(draw) };
      return scaled(draw, gated(draw, exaoneMoe({ ...shape, layers: 4, tied: false }), shape));
    },
  ],
  [
    'cohere2moe',
    (draw, name) => {
      const shape = { ...sizes(draw, name), ...windows(draw, 4), ...shares(draw), centred: draw.chance(0.5) };
      return general(draw, gated(draw, cohere2moe({ ...shape, layers: 4, fusedExperts: draw.chance(0.25) }), shape));
    },
  ],
  [
    'smallthinker',
    (draw, name) => {
      const shape = { ...sizes(draw, name), windows: draw.chance(0.6), layers: draw.whole(1, 5) };
      const model = smallthinker(shape);
      if (shape.windows) model.integer('attention.sliding_window', draw.whole(1, 20));
      return scaled(draw, model);
    },
  ],
  [
    'qwen2',
    (draw, name) => {
      const shape = evenly(draw, orDense(draw, name));
      return scaled(draw, qwen2({ ...shape, tied: shape.tied && shape.experts === 0 }));
    },
  ],
  [
    'phimoe',
    (draw, name) => {
      const model = phimoe({ ...evenly(draw, sizes(draw, name)), tied: false });
      model.integer('rope.scaling.original_context_length', draw.one([32, 4096]));
      if (draw.chance(0.5)) model.integer('attention.sliding_window', draw.whole(1, 20));
      return general(draw, model);
    },
  ],
  [
    'ernie4_5-moe',
    (draw, name) => {
      const shape = sizes(draw, name);
      if (draw.chance(0.3)) return scaled(draw, interleavedErnie({ ...shape, layers: 2 }));
      return scaled(draw, ernie45moe({ ...shape, denseLayers: Math.min(shape.denseLayers, shape.layers) }));
    },
  ],
  [
    'llama',
    (draw, name) => {
      const shape = evenly(draw, { ...orDense(draw, name), ...(draw.chance(0.3) ? { dividesFrequencies: true } : {}) });
      return scaled(draw, partly(draw, llama(shape), shape.headWidth));
    },
  ],
  [
    'deepseek2',
    (draw, name) => {
      const shape = sizes(draw, name);
      const keyValue = draw.one(['split', 'split', 'joint'] as const);
      const sharedExperts = draw.whole(1, 2);
      const model = deepseek2({
        ...{ ...shape, ...latent(draw), keyValue, sharedExperts, layers: draw.whole(2, 3) },
        ...{
          gating: draw.one(['softmax', 'sigmoid']),
          gatingBias: draw.chance(0.5),
          weightsNorm: true,
          weightsScale: 1,
        },
        predictors: draw.chance(0.2) ? 1 : 0,
        fusedExperts: draw.chance(0.25),
      });
      if (draw.chance(0.3)) {
        model.float('attention.temperature_scale', draw.one([0, 0.1, 0.5]));
        if (draw.chance(0.9)) model.integer('attention.temperature_length', draw.one([1, 4, 10, 8_192]));
      }
      if (draw.chance(0.5)) model.float('rope.scaling.yarn_log_multiplier', draw.one([0.0707, 0.1]));
      return scaled(draw, gated(draw, model, shape));
    },
  ],
  ['olmoe', (draw, name) => scaled(draw, olmoe(equalHeads({ ...evenly(draw, sizes(draw, name)), tied: false })))],
  ['qwen3moe', (draw, name) => scaled(draw, qwen3moe(sizes(draw, name)))],
  ['qwen3', (draw, name) => scaled(draw, qwen3({ ...sizes(draw, name), ...DENSE }))],
  [
    'bailingmoe2',
    (draw, name) => {
      const shape = evenly(draw, { ...sizes(draw, name), ...shares(draw), tied: false, fusedAttention: true });
      return scaled(draw, partly(draw, gated(draw, bailingmoe2(shape), shape), shape.headWidth));
    },
  ],
  ['granitemoe', (draw, name) => scaled(draw, granitemoe(evenly(draw, sizes(draw, name))))],
]);

function orDense(draw: Draw, name: string): ReturnType<typeof sizes> {
  return { ...sizes(draw, name), ...(draw.chance(0.5) ? DENSE : {}) };
}

function equalHeads<Sizes extends { heads: number }>(shape: Sizes): Sizes & { keyHeads: number } {
  return { ...shape, keyHeads: shape.heads };
}

function shares(draw: Draw) {
  const sharedExperts = draw.whole(1, 3);
  const expertWidth = draw.one(HIDDEN);
  return { sharedExperts, expertWidth, sharedWidth: sharedExperts * expertWidth };
}

function latent(draw: Draw) {
  return {
    ...{ nope: draw.one([16, 32, 64, 12]), rope: draw.one([8, 16, 64, 4]), value: draw.one([16, 32, 64, 20]) },
    ...{ kvRank: draw.one([32, 64, 256, 36]), queryRank: draw.one([0, 32, 48, 256, 20]) },
  };
}
