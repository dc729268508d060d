// What lib/rows.wgsl does, for threads that work alone on rows of an even number of units: two units at a time, raw (lib/raw_*.wgsl). They
// share their factors, and the sums, which a software adapter reads and writes lane by lane, are touched half as often.
override WG: u32;

alias Rows = array<f32, GROUP_ROWS>;

// Adds rows first… (clamped to the matrix) times x from vec4 `x_at`, times `factor`, to `sums`.
// base, units: where the matrix lies (see the dequant fragments); row_units: units in a row.
fn add_rows(
  sums: ptr<function, Rows>, factor: f32, base: u32, units: u32, row_units: u32, first: u32, x_at: u32, lane: u32,
) {
  let end = units - row_units;
  for (var u = 0u; u < row_units; u += 2u) {
    let a = load_x(x_at + u * 8u);
    let b = load_x(x_at + u * 8u + 8u);
    let offsets = vec2<f32>(x_sum(a), x_sum(b));
    for (var r = 0u; r < GROUP_ROWS; r++) {
      let unit = min((first + r) * row_units, end) + u;
      let factors = pair_factors(base, units, unit);
      let products = vec2<f32>(dot_raw(raw_unit(base, units, unit), a), dot_raw(raw_unit(base, units, unit + 1u), b));
      sums[r] += factor * (dot(factors.xz, products) + dot(factors.yw, offsets));
    }
  }
}

fn reduce_rows(sums: Rows, lane: u32) -> Rows {
  return sums;
}

// The first row of this thread.
fn first_row(group: u32, thread: u32) -> u32 {
  return GROUP_ROWS * (group * WG + thread);
}
