// The first half of a gated feed-forward for one token: h[j, row] = activate(G[row] · x, U[row] · x), of a dense one (j = 0) or of
// each expert j that the router chose: see lib/slot_*.wgsl and lib/act_*.wgsl.
// G and U [ROWS, ROW_UNITS · 32] lie one after the other in the buffer or page, U from vec4 UP_BASE.
// A group of LANES threads makes GROUP_ROWS rows; workgroup y is j.
@group(0) @binding(3) var<storage, read_write> h: array<f32>;

override ROWS: u32;
override ROW_UNITS: u32;
override UP_BASE: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  share_x(thread);
  let lane = lane_of(thread);
  let first = first_row(group.x, thread);
  let slot = slot_of(group.y);
  let resident = slot != MISS;
  let page = select_page(select(0u, slot, resident));
  var gate: Rows;
  var up: Rows;
  for (var matrix = 0u; matrix < 2u; matrix++) {
    gate = up;
    up = Rows();
    add_rows(&up, 1.0, page + matrix * UP_BASE, ROWS * ROW_UNITS, ROW_UNITS, min(first, ROWS - 1u), 0u, lane);
    up = reduce_rows(up, lane);
  }
  for (var i = lane; i < min(GROUP_ROWS, max(ROWS, first) - first); i += LANES) {
    h[group.y * ROWS + first + i] = select(0.0, activate(gate[i], up[i]), resident);
  }
}
