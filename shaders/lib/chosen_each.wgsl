// One expert after the other: its page is looked up once. For a thread that makes whole rows alone.
fn add_chosen(sums: ptr<function, Rows>, row: u32, lane: u32) {
  for (var j = 0u; j < USED; j++) {
    let route = routes[j];
    if (route.slot != MISS) {
      let base = select_page(route.slot) + DOWN_BASE;
      let weight = route.weight * factor_beside(base, DOWN_FACTOR);
      add_rows(sums, weight, base, ROWS * ROW_UNITS, ROW_UNITS, row, j * H_STRIDE, lane);
    }
  }
}
