// y[t, h, row] = SCALE · Σ_c W[h, row, c] · x[t, h, c], added to y where ACCUMULATE.
// W [HEADS, ROWS, ROW_UNITS · 32]; x rows X_TOKEN vec4s apart, heads X_HEAD; y rows Y_TOKEN floats apart, heads Y_HEAD.
// A group of LANES threads makes four rows; workgroup y is the token, z the head.
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

override ROWS: u32;
override ROW_UNITS: u32;
override X_TOKEN: u32;
override X_HEAD: u32;
override X_START: u32;  // vec4s before the first vector
override Y_TOKEN: u32;
override Y_HEAD: u32;
override Y_START: u32;  // floats before the first result: row shards write their part
override W_HEAD: u32;   // rows of W from one head to the next
override W_START: u32;  // rows of W before the first head
override W_ROWS: u32;   // rows of W in all
override SCALE: f32;
override ACCUMULATE: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = thread % LANES;
  let first = 4u * (group.x * (WG / LANES) + thread / LANES);
  let w_row = W_START + group.z * W_HEAD + min(first, ROWS - 1u);
  let x_at = X_START + group.y * X_TOKEN + group.z * X_HEAD;
  let partial = four_rows(0u, W_ROWS * ROW_UNITS, ROW_UNITS, w_row, x_at, lane, LANES);
  let sum = lane_sum(partial, lane) * SCALE;
  let y_at = Y_START + group.y * Y_TOKEN + group.z * Y_HEAD + first;
  for (var i = lane; i < min(4u, max(ROWS, first) - first); i += LANES) {
    if (ACCUMULATE == 1u) {
      y[y_at + i] += sum[i];
    } else {
      y[y_at + i] = sum[i];
    }
  }
}
