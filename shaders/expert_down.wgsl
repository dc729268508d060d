// Decode: y[row] += SCALE · Σ_j weight_j · (D_e[row] · h[j]) over the USED experts e = routes[j].
// D [ROWS, ROW_UNITS · 32] lies in the expert's page from vec4 DOWN_BASE; h rows H_STRIDE vec4s apart; factors and biases: lib/beside.wgsl.
// A group of LANES threads makes GROUP_ROWS rows; how it shares the units of the experts: lib/chosen_*.wgsl.
@group(0) @binding(2) var<storage, read> routes: array<Route>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

override ROWS: u32;
override ROW_UNITS: u32;
override DOWN_BASE: u32;
override DOWN_FACTOR: u32;
override DOWN_BIAS: u32;
override H_STRIDE: u32;
override USED: u32;
override SCALE: f32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  share_x(thread, 0u, 0u);
  let lane = lane_of(thread);
  let first = first_row(group.x, thread);
  var sums: Rows;
  add_chosen(&sums, min(first, ROWS - 1u), lane);
  sums = reduce_rows(sums, lane);
  for (var i = lane; i < min(GROUP_ROWS, max(ROWS, first) - first); i += LANES) {
    var sum = sums[i];
    if (DOWN_BIAS != 0u) {
      for (var j = 0u; j < USED; j++) {
        let route = routes[j];
        if (route.slot != MISS) {
          sum += route.weight * bias_beside(select_page(route.slot) + DOWN_BASE, DOWN_BIAS, first + i);
        }
      }
    }
    y[first + i] += SCALE * sum;
  }
}
