// Variants of kernels that are tried on a real GPU beside the engine's own.
import type { Fragment, Kernel } from '../../engine/gpu/kernel.ts';
import { FRAGMENTS } from '../../engine/kernels/fragments.ts';

export interface RowTrial {
  readonly threads: number;
  readonly rows: number;
  /** Whether x goes to workgroup memory, where the engine's own kernel takes it there; default: it does. */
  readonly direct?: boolean;
}

/** The same product with other workgroups; threads are shared out as in the engine's kernel. */
export function tryRows(kernel: Kernel, { threads, rows, direct = false }: RowTrial): Kernel {
  return {
    ...kernel,
    fragments: kernel.fragments.map((fragment) =>
      direct && fragment === FRAGMENTS.xStaged ? FRAGMENTS.xDirect : fragment,
    ),
    constants: { ...kernel.constants, GROUP_ROWS: rows },
    overrides: { ...kernel.overrides, WG: threads },
  };
}

export interface TileTrial {
  /** Threads in each direction. */
  readonly grid: 8 | 16;
  /** Rows and tokens of a thread. */
  readonly rows: number;
  readonly tokens: number;
  /** Units of columns in workgroup memory at a time. */
  readonly units: number;
}

/** A register-blocked product: everything written out, so that no compiler has to unroll. */
export function tileFragment({ grid, rows, tokens, units }: TileTrial): Fragment {
  const [tileRows, tileTokens] = [grid * rows, grid * tokens];
  const each = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');
  return {
    name: `matmul_blocked_${grid}_${rows}x${tokens}x${units}`,
    code: `
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
const TILE_ROWS = ${tileRows}u;
const WG = ${grid * grid}u;
const W_PITCH = ${tileRows + 1}u;
const X_PITCH = ${tileTokens + 1}u;
var<workgroup> w_tile: array<vec4<tile_scalar>, ${8 * units * (tileRows + 1)}>;
var<workgroup> x_tile: array<vec4<tile_scalar>, ${8 * units * (tileTokens + 1)}>;
@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let tile = select_tile(group.y, group.z);
  let first = group.x * TILE_ROWS;
  let row0 = thread % ${grid}u;
  let token0 = thread / ${grid}u;
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
      ${each(rows, (r) => `let w${r} = vec4<f32>(w_tile[c * W_PITCH + row0 + ${grid * r}u]);`)}
      ${each(tokens, (t) => {
        const lines = each(rows, (r) => {
          const s = `s${t * rows + r}`;
          return `${s} = fma(w${r}.w, x${t}.w, fma(w${r}.z, x${t}.z, fma(w${r}.y, x${t}.y, fma(w${r}.x, x${t}.x, ${s}))));`;
        });
        return `let x${t} = vec4<f32>(x_tile[c * X_PITCH + token0 + ${grid * t}u]);\n${lines}`;
      })}
    }
    workgroupBarrier();
  }
  ${each(tokens, (t) => {
    const writes = each(
      rows,
      (r) =>
        `if (first + row0 + ${grid * r}u < product.rows) { write_y(at${t} + first + row0 + ${grid * r}u, tile.base, tile.row + first + row0 + ${grid * r}u, s${t * rows + r}); }`,
    );
    return `if (token0 + ${grid * t}u < tile.count) { let at${t} = y_of(tile, token0 + ${grid * t}u); ${writes} }`;
  })}
}
`,
  };
}

export function tryTiles(kernel: Kernel, trial: TileTrial): Kernel {
  return {
    ...kernel,
    fragments: [tileFragment(trial), ...kernel.fragments.slice(1)],
    constants: { ...kernel.constants, TILE_TOKENS: trial.grid * trial.tokens },
  };
}
