// Variants of kernels that are tried on a real GPU beside the engine's own.
import type { Fragment, Kernel } from '../../engine/gpu/kernel.ts';

/** A subgroup of LANES threads shares a row by itself: no barrier. Only where all subgroups have that size. */
const LANES_ALONE: Fragment = {
  name: 'lanes_alone',
  code: `
override LANES: u32;
fn lane_of(thread: u32) -> u32 {
  return thread % LANES;
}
fn lane_sum(value: vec4<f32>, lane: u32) -> vec4<f32> {
  return subgroupAdd(value);
}
`,
};

/** x goes to workgroup memory first, vec4 c of all units together, so that neighbours read neighbours. */
const xStaged = (units: number): Fragment => ({
  name: `x_staged_${units}`,
  code: `
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
var<workgroup> staged: array<vec4<f32>, ${8 * (units + 1)}>;
fn share_x(thread: u32) {
  for (var i = thread; i < ${8 * units}u; i += WG) {
    staged[(i % 8u) * ${units + 1}u + i / 8u] = x[i];
  }
  workgroupBarrier();
}
fn load_x(at: u32) -> Unit {
  let u = at / 8u;
  return Unit(${Array.from({ length: 8 }, (_, c) => `staged[u + ${c * (units + 1)}u]`).join(', ')});
}
`,
});

export interface RowTrial {
  readonly threads: number;
  readonly rows: number;
  /** Threads that share a row: all of the workgroup by the engine's fragment, or subgroups of this size by themselves. */
  readonly lanes: 'all' | 32 | 16 | 8;
  readonly staged: boolean;
}

/** @param units of x, for staging */
export function tryRows(kernel: Kernel, { threads, rows, lanes, staged }: RowTrial, units: number): Kernel {
  const fragments = kernel.fragments.map((fragment): Fragment => {
    if (fragment.name === 'lanes_subgroup' && lanes !== 'all')
      return lanes === 32
        ? LANES_ALONE
        : { ...LANES_ALONE, name: `lanes_alone_${lanes}`, code: partOfSubgroup(LANES_ALONE.code, lanes) };
    if (fragment.name === 'x_direct' && staged) return xStaged(units);
    if (fragment.name === 'rows')
      return {
        name: 'rows_any',
        code: fragment.code.replaceAll(/parts\[r \+ (\d)u\]/g, 'parts[min(r + $1u, GROUP_ROWS - 1u)]'),
      };
    return fragment;
  });
  return {
    ...kernel,
    fragments,
    constants: { ...kernel.constants, GROUP_ROWS: rows },
    overrides: { ...kernel.overrides, WG: threads, LANES: lanes === 'all' ? threads : lanes },
  };
}

/** Parts of a subgroup add up by shuffles. */
function partOfSubgroup(code: string, lanes: number): string {
  const steps: string[] = [];
  for (let mask = lanes / 2; mask >= 1; mask /= 2) steps.push(`v += subgroupShuffleXor(v, ${mask}u);`);
  return code.replace('return subgroupAdd(value);', `var v = value; ${steps.join(' ')} return v;`);
}

export interface TileTrial {
  /** Rows and tokens of a thread; 16 × 16 threads. */
  readonly rows: number;
  readonly tokens: number;
  /** Units of columns in workgroup memory at a time. */
  readonly units: number;
}

/** A register-blocked product: everything written out, so that no compiler has to unroll. */
export function tileFragment({ rows, tokens, units }: TileTrial): Fragment {
  const [tileRows, tileTokens] = [16 * rows, 16 * tokens];
  const each = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');
  return {
    name: `matmul_blocked_${rows}x${tokens}x${units}`,
    code: `
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
const TILE_ROWS = ${tileRows}u;
const WG = 256u;
const W_PITCH = ${tileRows + 1}u;
const X_PITCH = ${tileTokens + 1}u;
var<workgroup> w_tile: array<vec4<tile_scalar>, ${8 * units * (tileRows + 1)}>;
var<workgroup> x_tile: array<vec4<tile_scalar>, ${8 * units * (tileTokens + 1)}>;
@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let tile = select_tile(group.y, group.z);
  let first = group.x * TILE_ROWS;
  let row0 = thread % 16u;
  let token0 = thread / 16u;
  ${each(rows * tokens, (i) => `var s${i} = 0.0;`)}
  for (var u = 0u; u < product.row_units; u += ${units}u) {
    for (var i = thread; i < TILE_ROWS * ${units}u; i += WG) {
      let r = i / ${units}u;
      let k = i % ${units}u;
      let row = tile.row + min(first + r, product.rows - 1u);
      let w = dequant_unit(tile.base, product.w_units, row * product.row_units + min(u + k, product.row_units - 1u));
      let keep = select(0.0, 1.0, u + k < product.row_units);
      ${each(8, (c) => `w_tile[(k * 8u + ${c}u) * W_PITCH + r] = vec4<tile_scalar>(w[${c}] * keep);`)}
    }
    for (var i = thread; i < TILE_TOKENS * ${8 * units}u; i += WG) {
      let t = i / ${8 * units}u;
      let c = i % ${8 * units}u;
      let column = min(u * 8u + c, product.row_units * 8u - 1u);
      x_tile[c * X_PITCH + t] = vec4<tile_scalar>(x[x_of(tile, min(t, max(tile.count, 1u) - 1u)) + column]);
    }
    workgroupBarrier();
    for (var c = 0u; c < ${8 * units}u; c++) {
      ${each(rows, (r) => `let w${r} = vec4<f32>(w_tile[c * W_PITCH + row0 + ${16 * r}u]);`)}
      ${each(tokens, (t) => {
        const lines = each(rows, (r) => {
          const s = `s${t * rows + r}`;
          return `${s} = fma(w${r}.w, x${t}.w, fma(w${r}.z, x${t}.z, fma(w${r}.y, x${t}.y, fma(w${r}.x, x${t}.x, ${s}))));`;
        });
        return `let x${t} = vec4<f32>(x_tile[c * X_PITCH + token0 + ${16 * t}u]);\n${lines}`;
      })}
    }
    workgroupBarrier();
  }
  ${each(tokens, (t) => {
    const writes = each(
      rows,
      (r) =>
        `if (first + row0 + ${16 * r}u < product.rows) { write_y(at${t} + first + row0 + ${16 * r}u, tile.base, tile.row + first + row0 + ${16 * r}u, s${t * rows + r}); }`,
    );
    return `if (token0 + ${16 * t}u < tile.count) { let at${t} = y_of(tile, token0 + ${16 * t}u); ${writes} }`;
  })}
}
`,
  };
}

export function tryTiles(kernel: Kernel, trial: TileTrial): Kernel {
  return {
    ...kernel,
    fragments: [tileFragment(trial), ...kernel.fragments.slice(1)],
    constants: { ...kernel.constants, TILE_TOKENS: 16 * trial.tokens },
  };
}
