// y[t, row] = epilogue(Σ_c W[row, c] · x[t, c]) for many tokens, without workgroup memory: a thread makes four rows for
// TILE_TOKENS tokens, so that a dequantized unit is used TILE_TOKENS times. For software adapters.
// Workgroup x: row groups, y: tiles of tokens, z: heads. What x, y and W are to a tile is in lib/tile_*.wgsl.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;

override WG: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let first = 4u * (group.x * WG + thread);
  if (first >= product.rows) {
    return;
  }
  let tile = select_tile(group.y, group.z);
  var x_at: array<u32, TILE_TOKENS>;
  var sums: array<vec4<f32>, TILE_TOKENS>;
  for (var i = 0u; i < tile.count; i++) {
    x_at[i] = x_of(tile, i);
  }
  for (var u = 0u; u < product.row_units; u++) {
    var w: array<Unit, 4>;
    for (var r = 0u; r < 4u; r++) {
      let row = tile.row + min(first + r, product.rows - 1u);
      w[r] = dequant_unit(tile.base, product.w_units, row * product.row_units + u);
    }
    for (var i = 0u; i < tile.count; i++) {
      let at = x_at[i] + u * 8u;
      let xs = Unit(x[at], x[at + 1u], x[at + 2u], x[at + 3u], x[at + 4u], x[at + 5u], x[at + 6u], x[at + 7u]);
      sums[i] += vec4<f32>(dot_units(w[0], xs), dot_units(w[1], xs), dot_units(w[2], xs), dot_units(w[3], xs));
    }
  }
  let rows = min(4u, product.rows - first);
  for (var i = 0u; i < tile.count; i++) {
    let at = y_of(tile, i) + first;
    for (var r = 0u; r < rows; r++) {
      write_y(at + r, sums[i][r]);
    }
  }
}
