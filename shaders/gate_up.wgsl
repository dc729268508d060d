// h[row] = silu(Σ_c G[row, c] · x[c]) · Σ_c U[row, c] · x[c] for one token: the first half of a SwiGLU feed-forward.
// G and U [ROWS, ROW_UNITS · 32] lie one after the other in the weights, U from vec4 UP_BASE.
// A group of LANES threads makes GROUP_ROWS rows.
@group(0) @binding(2) var<storage, read_write> h: array<f32>;

override ROWS: u32;
override ROW_UNITS: u32;
override UP_BASE: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  share_x(thread);
  let lane = lane_of(thread);
  let first = first_row(group.x, thread);
  var gate: Rows;
  var up: Rows;
  for (var matrix = 0u; matrix < 2u; matrix++) {
    gate = up;
    up = Rows();
    add_rows(&up, 1.0, matrix * UP_BASE, ROWS * ROW_UNITS, ROW_UNITS, min(first, ROWS - 1u), 0u, lane);
    up = reduce_rows(up, lane);
  }
  for (var i = lane; i < min(GROUP_ROWS, max(ROWS, first) - first); i += LANES) {
    h[first + i] = gate[i] / (1.0 + exp(-gate[i])) * up[i];
  }
}
