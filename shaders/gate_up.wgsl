// h[t, row] = silu(Σ_c G[row, c] · x[t, c]) · Σ_c U[row, c] · x[t, c]: the first half of a SwiGLU feed-forward.
// G and U [ROWS, ROW_UNITS · 32] lie one after the other in the weights, U from vec4 UP_BASE.
// A group of LANES threads makes four rows; workgroup y is the token.
@group(0) @binding(2) var<storage, read_write> h: array<f32>;

override ROWS: u32;
override ROW_UNITS: u32;
override UP_BASE: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = thread % LANES;
  let first = 4u * (group.x * (WG / LANES) + thread / LANES);
  let row = min(first, ROWS - 1u);
  let x_at = group.y * ROW_UNITS * 8u;
  let units = ROWS * ROW_UNITS;
  let gate = lane_sum(four_rows(0u, units, ROW_UNITS, row, x_at, lane, LANES), lane);
  let up = lane_sum(four_rows(UP_BASE, units, ROW_UNITS, row, x_at, lane, LANES), lane);
  let value = gate / (1.0 + exp(-gate)) * up;
  for (var i = lane; i < min(4u, max(ROWS, first) - first); i += LANES) {
    h[group.y * ROWS + first + i] = value[i];
  }
}
