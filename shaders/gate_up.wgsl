// h[row] = silu(Σ_c G[row, c] · x[c]) · Σ_c U[row, c] · x[c] for one token: the first half of a SwiGLU feed-forward.
// G and U [ROWS, ROW_UNITS · 32] lie one after the other in the weights, U from vec4 UP_BASE.
// A group of LANES threads makes four rows.
@group(0) @binding(2) var<storage, read_write> h: array<f32>;

override ROWS: u32;
override ROW_UNITS: u32;
override UP_BASE: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = thread % LANES;
  let first = 4u * (group.x * (WG / LANES) + thread / LANES);
  let row = min(first, ROWS - 1u);
  var gate: vec4<f32>;
  var up: vec4<f32>;
  for (var matrix = 0u; matrix < 2u; matrix++) {
    gate = up;
    up = lane_sum(four_rows(matrix * UP_BASE, ROWS * ROW_UNITS, ROW_UNITS, row, 0u, lane), lane);
  }
  let value = gate / (1.0 + exp(-gate)) * up;
  for (var i = lane; i < min(4u, max(ROWS, first) - first); i += LANES) {
    h[first + i] = value[i];
  }
}
