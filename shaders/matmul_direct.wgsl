// y[t, row] = Σ_c W[row, c] · x[t, c] for many tokens, without workgroup memory: a thread makes four rows for TILE_TOKENS
// tokens, so that a dequantized unit is used TILE_TOKENS times. For software adapters.
// Workgroup x: row groups, y: tiles of tokens, z: heads. What x, y and W are to a tile is in lib/tile_*.wgsl.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;

override WG: u32;
override MATRIX_ROWS: u32;
override ROW_UNITS: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let first = 4u * (group.x * WG + thread);
  if (first >= MATRIX_ROWS) {
    return;
  }
  let tile = select_tile(group.y, group.z);
  let last = MATRIX_ROWS - 1u;
  let r0 = (tile.row + first) * ROW_UNITS;
  let r1 = (tile.row + min(first + 1u, last)) * ROW_UNITS;
  let r2 = (tile.row + min(first + 2u, last)) * ROW_UNITS;
  let r3 = (tile.row + min(first + 3u, last)) * ROW_UNITS;
  var x_at: array<u32, TILE_TOKENS>;
  var sums: array<vec4<f32>, TILE_TOKENS>;
  for (var i = 0u; i < tile.count; i++) {
    x_at[i] = x_of(tile, i);
  }
  for (var u = 0u; u < ROW_UNITS; u++) {
    let w0 = dequant_unit(tile.base, tile.units, r0 + u);
    let w1 = dequant_unit(tile.base, tile.units, r1 + u);
    let w2 = dequant_unit(tile.base, tile.units, r2 + u);
    let w3 = dequant_unit(tile.base, tile.units, r3 + u);
    for (var i = 0u; i < tile.count; i++) {
      let at = x_at[i] + u * 8u;
      let xs = Unit(x[at], x[at + 1u], x[at + 2u], x[at + 3u], x[at + 4u], x[at + 5u], x[at + 6u], x[at + 7u]);
      sums[i] += vec4<f32>(dot_units(w0, xs), dot_units(w1, xs), dot_units(w2, xs), dot_units(w3, xs));
    }
  }
  let rows = min(4u, MATRIX_ROWS - first);
  for (var i = 0u; i < tile.count; i++) {
    let at = y_of(tile, i) + first;
    for (var r = 0u; r < rows; r++) {
      write_y(at + r, sums[i][r]);
    }
  }
}
