// y[t, row] = epilogue(Σ_c W[row, c] · x[t, c]) for many tokens: a workgroup of 128 threads makes 64 rows for 32 tokens, one unit (32
// columns) of both in workgroup memory at a time; a thread makes 4 rows × 4 tokens in registers.
// `tile_scalar` is f32, or f16 where the adapter has it: half the workgroup memory traffic, sums still in f32.
// Workgroup x: row tiles, y: tiles of tokens, z: heads. What x, y and W are to a tile is in lib/tile_*.wgsl.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;

const TILE_ROWS = 64u;
const WG = 128u;

// [column / 4][row or token], each four columns
var<workgroup> w_tile: array<vec4<tile_scalar>, 8u * TILE_ROWS>;
var<workgroup> x_tile: array<vec4<tile_scalar>, 8u * TILE_TOKENS>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let tile = select_tile(group.y, group.z);
  let first = group.x * TILE_ROWS;
  let row4 = thread % 16u;      // this thread's rows: row4, row4 + 16, …: neighbours read neighbouring words
  let token4 = thread / 16u;    // its tokens: token4, token4 + 8, …

  // The first 64 threads fetch a unit of a row each, the others 32 tokens, two threads to a token.
  let fetch_row = tile.row + min(first + thread % TILE_ROWS, product.rows - 1u);
  let fetch_token = (thread % TILE_ROWS) / 2u;
  let fetch_half = thread % 2u;
  let fetch_x = x_of(tile, min(fetch_token, max(tile.count, 1u) - 1u));

  var sums: array<vec4<f32>, 4>; // [token][row]
  for (var u = 0u; u < product.row_units; u++) {
    if (thread < TILE_ROWS) {
      let w = dequant_unit(tile.base, product.w_units, fetch_row * product.row_units + u);
      for (var c = 0u; c < 8u; c++) {
        w_tile[c * TILE_ROWS + thread] = vec4<tile_scalar>(w[c]);
      }
    } else {
      for (var i = 0u; i < 4u; i++) {
        let c = fetch_half * 4u + i;
        x_tile[c * TILE_TOKENS + fetch_token] = vec4<tile_scalar>(x[fetch_x + u * 8u + c]);
      }
    }
    workgroupBarrier();
    for (var c = 0u; c < 8u; c++) {
      let w_at = c * TILE_ROWS + row4;
      let w0 = vec4<f32>(w_tile[w_at]);
      let w1 = vec4<f32>(w_tile[w_at + 16u]);
      let w2 = vec4<f32>(w_tile[w_at + 32u]);
      let w3 = vec4<f32>(w_tile[w_at + 48u]);
      for (var t = 0u; t < 4u; t++) {
        let xs = vec4<f32>(x_tile[c * TILE_TOKENS + token4 + 8u * t]);
        sums[t] += vec4<f32>(dot(w0, xs), dot(w1, xs), dot(w2, xs), dot(w3, xs));
      }
    }
    workgroupBarrier();
  }
  for (var t = 0u; t < 4u; t++) {
    let token = token4 + 8u * t;
    if (token < tile.count) {
      let at = y_of(tile, token);
      for (var r = 0u; r < 4u; r++) {
        let row = first + row4 + 16u * r;
        if (row < product.rows) {
          write_y(at + row, tile.base, tile.row + row, sums[t][r]);
        }
      }
    }
  }
}
