// The first half of a feed-forward for one token: h[j, row] = activate(G[row] · x, U[row] · x), of a dense one (j = 0) or of
// each expert j that the router chose: see lib/slot_*.wgsl and lib/act_*.wgsl; factors and biases: lib/beside.wgsl.
// G and U [ROWS, ROW_UNITS · 32] lie in one buffer or page, from vec4s GATE_BASE and UP_BASE. Where they have different types, one launch
// leaves G x in h and a second one finishes it; where there is no gate, there is only the second.
// A group of LANES threads makes GROUP_ROWS rows; workgroup y is j.
@group(0) @binding(3) var<storage, read_write> h: array<f32>;

override ROWS: u32;
override ROW_UNITS: u32;
override PART: u32;
override GATE_BASE: u32;
override GATE_FACTOR: u32;
override GATE_BIAS: u32;
override UP_BASE: u32;
override UP_FACTOR: u32;
override UP_BIAS: u32;
override LIMIT: f32; // of activations that have one

const BOTH = 0u;
const GATE = 1u; // h = G x
const UP = 2u;   // h = activate(h, U x)

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  share_x(thread, 0u, ROW_UNITS);
  let lane = lane_of(thread);
  let first = first_row(group.x, thread);
  let slot = slot_of(group.y);
  let resident = slot != MISS;
  let page = select_page(select(0u, slot, resident));
  var gate: Rows;
  var up: Rows;
  for (var matrix = select(0u, 1u, PART == UP); matrix < select(2u, 1u, PART == GATE); matrix++) {
    gate = up;
    up = Rows();
    let base = page + select(UP_BASE, GATE_BASE, matrix == 0u);
    add_rows(&up, 1.0, base, ROWS * ROW_UNITS, ROW_UNITS, min(first, ROWS - 1u), 0u, lane);
    up = reduce_rows(up, lane);
  }
  for (var i = lane; i < min(GROUP_ROWS, max(ROWS, first) - first); i += LANES) {
    let at = group.y * ROWS + first + i;
    if (!resident) {
      h[at] = 0.0;
      continue;
    }
    var g: f32;
    if (PART == UP) {
      g = h[at];
    } else {
      let sum = select(gate[i], up[i], PART == GATE);
      g = factor_beside(page + GATE_BASE, GATE_FACTOR) * sum + bias_beside(page + GATE_BASE, GATE_BIAS, first + i);
    }
    if (PART == GATE) {
      h[at] = g;
    } else {
      let u = factor_beside(page + UP_BASE, UP_FACTOR) * up[i] + bias_beside(page + UP_BASE, UP_BIAS, first + i);
      h[at] = activate(g, u, LIMIT);
    }
  }
}
