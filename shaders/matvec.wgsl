// y[h, row] = epilogue(scale · Σ_c W[h, row, c] · x[h, c]) for one token: see lib/product.wgsl.
// A group of LANES threads makes GROUP_ROWS rows; workgroup y is the head.
@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  let first = first_row(group.x, thread);
  let head_row = product.w_start + group.y * product.w_head;
  let w_row = head_row + min(first, product.rows - 1u);
  let x_at = group.y * product.x_head;
  share_x(thread, x_at, product.row_units);
  var sums: Rows;
  add_rows(&sums, 1.0, product.w_base, product.w_units, product.row_units, w_row, x_at, lane);
  sums = reduce_rows(sums, lane);
  let y_at = product.y_start + group.y * product.y_head + first;
  for (var i = lane; i < min(GROUP_ROWS, max(product.rows, first) - first); i += LANES) {
    write_y(y_at + i, product.w_base, head_row + first + i, sums[i]);
  }
}
