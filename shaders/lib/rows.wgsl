// GROUP_ROWS rows of one matrix times one vector; the LANES threads of a group share the rows' units.
override WG: u32;

alias Rows = array<f32, GROUP_ROWS>;

// Adds unit u of rows first… (clamped to the matrix) times that of x from vec4 `x_at`, times `factor`, to `sums`.
// base, units: where the matrix lies (see the dequant fragments); row_units: units in a row.
// The loop over rows is no unrolled one: a fraction of the code, which software adapters and compilers both like better.
fn add_unit(
  sums: ptr<function, Rows>, factor: f32, base: u32, units: u32, row_units: u32, first: u32, x_at: u32, u: u32,
) {
  let end = units - row_units;
  let xs = load_x(x_at + u * 8u);
  let x_sum = dot(xs[0] + xs[1] + xs[2] + xs[3] + xs[4] + xs[5] + xs[6] + xs[7], vec4<f32>(1.0));
  for (var r = 0u; r < GROUP_ROWS; r++) {
    let row = min((first + r) * row_units, end);
    sums[r] += factor * dot_packed(base, units, row + u, xs, x_sum);
  }
}

// Adds this lane's part of rows first… (clamped to the matrix) times x from vec4 `x_at`, times `factor`, to `sums`.
fn add_rows(
  sums: ptr<function, Rows>, factor: f32, base: u32, units: u32, row_units: u32, first: u32, x_at: u32, lane: u32,
) {
  for (var u = lane; u < row_units; u += LANES) {
    add_unit(sums, factor, base, units, row_units, first, x_at, u);
  }
}

// The sums over all lanes, for every lane. Must be called from uniform control flow.
fn reduce_rows(partial: Rows, lane: u32) -> Rows {
  var parts = partial;
  for (var r = 0u; r < GROUP_ROWS; r += 4u) {
    let sum = lane_sum(vec4<f32>(parts[r], parts[min(r + 1u, GROUP_ROWS - 1u)], parts[min(r + 2u, GROUP_ROWS - 1u)], parts[min(r + 3u, GROUP_ROWS - 1u)]), lane);
    parts[r] = sum.x;
    parts[min(r + 1u, GROUP_ROWS - 1u)] = sum.y;
    parts[min(r + 2u, GROUP_ROWS - 1u)] = sum.z;
    parts[min(r + 3u, GROUP_ROWS - 1u)] = sum.w;
  }
  return parts;
}

// The first row of this thread's group of lanes.
fn first_row(group: u32, thread: u32) -> u32 {
  return GROUP_ROWS * (group * (WG / LANES) + thread / LANES);
}
