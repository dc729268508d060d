// Where positions lie in a cache: in rows of their own, or in a ring of ROWS rows that begins again at its first.
override ROWS: u32; // 0: no ring

fn row_of(position: u32) -> u32 {
  if (ROWS == 0u) {
    return position;
  }
  return position % max(ROWS, 1u);
}

// The same column of the next position's row; rows are `stride` apart, and `at` counts from the cache's beginning.
fn in_next_row(at: u32, stride: u32) -> u32 {
  let next = at + stride;
  let turn = ROWS * stride;
  return select(next, next - turn, ROWS > 0u && next >= turn);
}
