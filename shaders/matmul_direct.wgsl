// y[t, row] = epilogue(Σ_c W[row, c] · x[t, c]) for many tokens, without workgroup memory: a thread makes GROUP_ROWS rows for
// four tokens, whose units it holds in registers while it reads row after row, raw (lib/raw_*.wgsl). For software adapters: they index
// private arrays lane by lane, so the tokens are written out.
// Workgroup x: row groups, y: tiles of tokens, z: heads. What x, y and W are to a tile is in lib/tile_*.wgsl.
override WG: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  share_x(thread, 0u, 0u);
  let first = GROUP_ROWS * (group.x * WG + thread); // may lie behind the matrix: then nothing is written
  let last_row = product.rows - 1u;
  let tile = select_tile(group.y, group.z);
  let last = max(tile.count, 1u) - 1u;
  let x0 = x_of(tile, 0u);
  let x1 = x_of(tile, min(1u, last));
  let x2 = x_of(tile, min(2u, last));
  let x3 = x_of(tile, min(3u, last));
  var sums: array<vec4<f32>, GROUP_ROWS>; // [row][token]
  for (var u = 0u; u < product.row_units; u++) {
    let a = load_x(x0 + u * 8u);
    let b = load_x(x1 + u * 8u);
    let c = load_x(x2 + u * 8u);
    let d = load_x(x3 + u * 8u);
    let offsets = vec4<f32>(x_sum(a), x_sum(b), x_sum(c), x_sum(d));
    for (var r = 0u; r < GROUP_ROWS; r++) {
      let unit = (tile.row + min(first + r, last_row)) * product.row_units + u;
      let factors = factors_of(tile.base, product.w_units, unit);
      let w = raw_unit(tile.base, product.w_units, unit);
      sums[r] += factors.x * vec4<f32>(dot_raw(w, a), dot_raw(w, b), dot_raw(w, c), dot_raw(w, d)) + factors.y * offsets;
    }
  }
  let rows = min(GROUP_ROWS, max(product.rows, first) - first);
  for (var i = 0u; i < min(tile.count, TILE_TOKENS); i++) {
    let at = y_of(tile, i) + first;
    for (var r = 0u; r < rows; r++) {
      write_y(at + r, tile.base, tile.row + first + r, sums[r][i]);
    }
  }
}
