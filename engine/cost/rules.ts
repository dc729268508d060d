// What each kernel moves and computes, from the shapes that it was made with: one rule per shader that a step can launch, by its name.
// Numbers are f32 where nothing else is said.
import { ROUTE } from '../kernels/router.ts';
import { PRODUCT_UNIFORM } from '../kernels/product.ts';
import type { Cost, CostRule, LaunchFacts } from './launch-facts.ts';

const F32 = 4;
const VEC = 16;
const UNIT = 32;

function cost(parts: Partial<Cost>): Cost {
  return { weights: 0, read: 0, written: 0, operations: 0, ...parts };
}

/** Products y = W x, whatever deals them out: by the uniform that they share. */
function product(facts: LaunchFacts, tokens: number, xRows: number, matrices: number): Cost {
  const { data } = facts.operand('product');
  if (data === undefined) throw new Error(`${facts.launch.name}: its product is not known`);
  const { rows, row_units, x_head, epilogue } = PRODUCT_UNIFORM.read(data);
  const results = tokens * matrices * rows;
  const isRead = epilogue !== 0;
  const xCopies = x_head === 0 ? 1 : matrices;
  const norm = facts.optional('X_VECS') ?? 0;
  return cost({
    weights: facts.weightBytes(matrices * rows * row_units),
    read: xRows * xCopies * row_units * UNIT * F32 + (isRead ? results * F32 : 0) + norm * VEC,
    written: results * F32,
    operations: 2 * results * row_units * UNIT,
  });
}

/** Of many tokens: a dense product, or one of the experts that they are routed to. */
const matmul: CostRule = (facts) => {
  if (!facts.has('tile_expert')) return product(facts, facts.tokens, facts.tokens, facts.workgroups[2]);
  const { data } = facts.operand('product');
  if (data === undefined) throw new Error(`${facts.launch.name}: its product is not known`);
  const { rows, row_units, x_used, epilogue } = PRODUCT_UNIFORM.read(data);
  const entries = facts.tokens * facts.routed.used;
  const results = entries * rows;
  return cost({
    weights: facts.weightBytes(facts.expertsTouched * rows * row_units),
    read: (entries / x_used) * row_units * UNIT * F32 + (epilogue === 0 ? 0 : results * F32),
    written: results * F32,
    operations: 2 * results * row_units * UNIT,
  });
};

/** Pairs of a query's token and a key that it sees, in a step. */
function seenPairs({ tokens, position }: LaunchFacts, window: number): number {
  if (window === 0) return tokens * position + (tokens * (tokens + 1)) / 2;
  let pairs = 0;
  for (let token = 0; token < tokens; token++) pairs += Math.min(position + token + 1, window);
  return pairs;
}

const attention: CostRule = (facts) => {
  const { tokens, position } = facts;
  const [heads, kvHeads] = [facts.number('HEADS'), facts.number('KV_HEADS')];
  const [keyDim, valueDim] = [facts.number('KEY_VECS') * 4, facts.number('VALUE_VECS') * 4];
  const window = facts.number('WINDOW');
  const splits = facts.number('SPLITS');
  const pairs = seenPairs(facts, window);
  const rows = window === 0 ? position + tokens : Math.min(position + tokens, window + tokens - 1);
  const [keys, values] = [facts.operand('keys'), facts.operand('values')];
  // Latent attention finds its values in the keys' rows.
  const shares = keys.buffer === values.buffer && keys.offset === values.offset && kvHeads === 1;
  const rowNumbers = kvHeads * (shares ? Math.max(keyDim, valueDim) : keyDim + valueDim);
  const gates = facts.has('gate_number') ? tokens * heads * valueDim : facts.has('gate_head') ? tokens * heads : 0;
  return cost({
    read: rows * rowNumbers * facts.cacheNumberBytes + (tokens * heads * keyDim + gates) * F32,
    written: tokens * heads * splits * (valueDim + (splits > 1 ? 2 : 0)) * F32,
    operations: pairs * heads * (2 * (keyDim + valueDim) + 4),
  });
};

const deltaNet: CostRule = (facts) => {
  const [heads, keyHeads] = [facts.number('HEADS'), facts.number('KEY_HEADS')];
  const [keyDim, valueDim] = [facts.number('KEY_VECS') * 4, facts.number('VALUES')];
  const state = heads * keyDim * valueDim;
  const gates = heads + heads * facts.number('GATE_VECS') * (facts.has('decay_channel') ? 4 : 1);
  const row = 2 * keyHeads * keyDim + heads * valueDim + gates;
  return cost({
    read: ((facts.position === 0 ? 0 : state) + facts.tokens * row) * F32,
    written: (state + facts.tokens * heads * valueDim) * F32,
    operations: facts.tokens * state * 7, // fades, meets key and query, and learns
  });
};

const router: CostRule = (facts) => {
  const { tokens } = facts;
  const [experts, used] = [facts.number('EXPERTS'), facts.number('USED')];
  const units = facts.optional('ROW_UNITS');
  const normed = facts.optional('X_WIDTH') ?? 0;
  const matrix =
    units === undefined
      ? cost({ read: (tokens * experts + 2 * normed) * F32, operations: 4 * normed }) // logits that a product has made
      : cost({
          weights: facts.weightBytes(experts * units),
          read: tokens * units * UNIT * F32,
          operations: 2 * tokens * experts * units * UNIT,
        });
  return {
    weights: matrix.weights,
    read: matrix.read + experts * F32 * (1 + facts.number('HAS_BIAS') + facts.number('HAS_LOGIT_BIAS')),
    written: (tokens + 1) * used * ROUTE.bytes + normed * F32,
    operations: matrix.operations + tokens * experts * (experts + 4), // each is compared with each
  };
};

/** So many numbers in, as many out. */
function numbers(read: number, written: number, operations: number): Cost {
  return cost({ read: read * F32, written: written * F32, operations });
}

/** By the name of the shader that holds `main`. */
export const COST_RULES: Readonly<Record<string, CostRule>> = {
  add_bias: (facts) => {
    const width = facts.number('VECS') * 4;
    return numbers((facts.tokens + 1) * width, facts.tokens * width, 2 * facts.tokens * width);
  },
  add_normed: (facts) => {
    const width = facts.number('VECS') * 4;
    return numbers((2 * facts.tokens + 1) * width, 2 * facts.tokens * width, 6 * facts.tokens * width);
  },
  attention,
  attention_direct: attention,
  attention_shared: attention,
  attention_tiled: attention,
  attention_merge: (facts) => {
    const [heads, splits] = [facts.number('HEADS'), facts.number('SPLITS')];
    const out = facts.tokens * heads * facts.number('VALUE_VECS') * 4;
    return numbers(out * splits + 2 * facts.tokens * heads * splits, out, 2 * out * splits);
  },
  causal_conv: (facts) => {
    const channels = facts.number('VECS') * 4;
    const taps = facts.number('TAPS');
    const inputs = facts.has('conv_gated') ? 3 : 1;
    const state = (taps - 1) * channels;
    return numbers(
      facts.tokens * inputs * channels + taps * channels + (facts.position === 0 ? 0 : state),
      facts.tokens * channels + state,
      facts.tokens * channels * (2 * taps + 4),
    );
  },
  combine: (facts) => {
    const width = facts.number('VECS') * 4;
    const used = facts.number('USED');
    return numbers(facts.tokens * width * (used + 1), facts.tokens * width, 2 * facts.tokens * width * used);
  },
  delta_net: deltaNet,
  delta_net_direct: deltaNet,
  embed: (facts) => {
    const width = facts.number('VECS') * 4;
    return cost({
      weights: facts.weightBytes(facts.tokens * facts.number('ROW_UNITS')),
      read: facts.tokens * F32,
      written: facts.tokens * width * F32,
      operations: facts.tokens * width,
    });
  },
  expert_down: (facts) => {
    const [rows, units, used] = [facts.number('ROWS'), facts.number('ROW_UNITS'), facts.number('USED')];
    return cost({
      weights: facts.weightBytes(used * rows * units),
      read: used * (units * UNIT * F32 + ROUTE.bytes) + rows * F32,
      written: rows * F32,
      operations: 2 * used * rows * (units * UNIT + 1),
    });
  },
  gate_rows: (facts) => {
    const [x, h] = [facts.number('X_VECS') * 4, facts.number('H_VECS') * 4];
    return numbers((facts.tokens + 1) * x + facts.tokens * h, facts.tokens * h, facts.tokens * (2 * x + h));
  },
  gate_up: (facts) => {
    const [rows, units] = [facts.number('ROWS'), facts.number('ROW_UNITS')];
    const matrices = facts.number('PART') === 0 ? 2 : 1;
    const experts = facts.workgroups[1];
    const results = experts * rows;
    return cost({
      weights: facts.weightBytes(matrices * results * units),
      read: units * UNIT * F32 + (facts.has('slot_routed') ? experts * ROUTE.bytes : 0),
      written: results * F32,
      operations: results * (2 * matrices * units * UNIT + 8),
    });
  },
  gated_norm: (facts) => {
    const length = facts.number('VECS') * 4;
    const all = facts.tokens * facts.number('HEADS') * length;
    return numbers(2 * all + length, all, 8 * all);
  },
  head_transposed: (facts) => {
    const [inner, units, columns] = [facts.number('INNER'), facts.number('ROW_UNITS'), facts.number('COLUMN_VECS') * 4];
    const heads = facts.workgroups[2];
    return cost({
      weights: facts.weightBytes(heads * inner * units),
      read: facts.tokens * heads * inner * F32,
      written: facts.tokens * heads * columns * F32,
      operations: 2 * facts.tokens * heads * inner * columns,
    });
  },
  kv_write_q8_0: (facts) => {
    const row = facts.number('VECS') * 4;
    return cost({
      read: facts.tokens * row * F32,
      written: facts.tokens * facts.number('CACHE_ROW') * 4 * (36 / 32),
      operations: 4 * facts.tokens * row,
    });
  },
  matmul_direct: matmul,
  matmul_tiled: matmul,
  matvec: (facts) => product(facts, 1, 1, facts.workgroups[1]),
  place_heads: (facts) => {
    const [heads, kvHeads] = [facts.number('HEADS'), facts.number('KV_HEADS')];
    const [keyDim, valueDim] = [facts.number('KEY_DIM'), facts.number('VALUE_DIM')];
    const cached = kvHeads * (keyDim + valueDim);
    return cost({
      read: facts.tokens * (heads * keyDim + cached + facts.number('ROPE_DIM')) * F32,
      written: facts.tokens * (heads * keyDim * F32 + cached * facts.cacheNumberBytes),
      operations: 8 * facts.tokens * (heads * keyDim + cached),
    });
  },
  place_latent: (facts) => {
    const rope = facts.number('ROPE_DIM');
    const queries = facts.number('HEADS') * rope;
    const row = facts.number('LATENT') + rope;
    return cost({
      read: facts.tokens * (queries + row + rope) * F32,
      written: facts.tokens * (queries * F32 + row * facts.cacheNumberBytes),
      operations: 8 * facts.tokens * (queries + row),
    });
  },
  rms_norm: (facts) => {
    const length = facts.number('VECS') * 4;
    const segments = facts.number('SEGMENTS');
    const all = (facts.number('LAST_ONLY') === 1 ? 1 : facts.tokens) * segments * length;
    const weights = facts.number('WEIGHT_SEGMENT') > 0 ? segments * length : length;
    return numbers(all + weights, all, 5 * all);
  },
  router,
  // Which pass a launch is stands in a uniform: these are of the pass that moves most.
  sample_chunks: (facts) => numbers(facts.number('COUNT'), facts.number('COUNT'), 20 * facts.number('COUNT')),
  sample_whole: (facts) => numbers(4 * facts.number('COUNT'), facts.number('COUNT'), 8 * facts.number('COUNT')),
  selective_scan: (facts) => {
    const [heads, groups] = [facts.number('HEADS'), facts.number('GROUPS')];
    const inner = heads * facts.number('HEAD_QUADS') * 4;
    const stateSize = facts.number('LANES') * facts.number('LANE_NUMBERS');
    const state = inner * stateSize;
    return numbers(
      (facts.position === 0 ? 0 : state) + facts.tokens * (2 * inner + 2 * groups * stateSize + heads),
      state + facts.tokens * inner,
      facts.tokens * (5 * state + 8 * inner),
    );
  },
  softcap: (facts) => {
    const all = facts.number('WIDTH') * facts.workgroups[1];
    return numbers(all, all, 8 * all);
  },
  sort_routes: (facts) => {
    const entries = facts.tokens * facts.number('USED');
    return cost({ read: 2 * entries * ROUTE.bytes, written: entries * F32, operations: 4 * entries });
  },
};
