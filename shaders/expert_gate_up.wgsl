// Decode: h[j, row] = silu(G_e[row] · x) · (U_e[row] · x) for the USED experts e = routes[j] that the router chose.
// An expert's page holds G and U [ROWS, ROW_UNITS · 32] (U from vec4 UP_BASE), then the down projection.
// A group of LANES threads makes four rows; workgroup y is j.
@group(0) @binding(2) var<storage, read> routes: array<Route>;
@group(0) @binding(3) var<storage, read_write> h: array<f32>;

override ROWS: u32;
override ROW_UNITS: u32;
override UP_BASE: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = thread % LANES;
  let first = 4u * (group.x * (WG / LANES) + thread / LANES);
  let row = min(first, ROWS - 1u);
  let slot = routes[group.y].slot;
  let resident = slot != MISS;
  let page = select_page(select(0u, slot, resident));
  var gate: vec4<f32>;
  var up: vec4<f32>;
  for (var matrix = 0u; matrix < 2u; matrix++) {
    gate = up;
    up = lane_sum(four_rows(page + matrix * UP_BASE, ROWS * ROW_UNITS, ROW_UNITS, row, 0u, lane), lane);
  }
  let value = select(vec4<f32>(), gate / (1.0 + exp(-gate)) * up, resident);
  for (var i = lane; i < min(4u, max(ROWS, first) - first); i += LANES) {
    h[group.y * ROWS + first + i] = value[i];
  }
}
