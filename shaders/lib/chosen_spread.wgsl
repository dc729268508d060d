// The units of all chosen experts are spread over the lanes: many have work where rows are short, and none waits for one expert before the next.
fn add_chosen(sums: ptr<function, Rows>, row: u32, lane: u32) {
  for (var i = lane; i < USED * ROW_UNITS; i += LANES) {
    let j = i / ROW_UNITS;
    let route = routes[j];
    if (route.slot != MISS) {
      let base = select_page(route.slot) + DOWN_BASE;
      let weight = route.weight * factor_beside(base, DOWN_FACTOR);
      add_unit(sums, weight, base, ROWS * ROW_UNITS, ROW_UNITS, row, j * H_STRIDE, i % ROW_UNITS);
    }
  }
}
