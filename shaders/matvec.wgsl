// y[h, row] = epilogue(scale · Σ_c W[h, row, c] · x[h, c]) for one token: see lib/product.wgsl.
// A group of LANES threads makes four rows; workgroup y is the head.
@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = thread % LANES;
  let first = 4u * (group.x * (WG / LANES) + thread / LANES);
  let w_row = product.w_start + group.y * product.w_head + min(first, product.rows - 1u);
  let x_at = group.y * product.x_head;
  let partial = four_rows(product.w_base, product.w_units, product.row_units, w_row, x_at, lane);
  let sum = lane_sum(partial, lane);
  let y_at = product.y_start + group.y * product.y_head + first;
  for (var i = lane; i < min(4u, max(product.rows, first) - first); i += LANES) {
    write_y(y_at + i, sum[i]);
  }
}
