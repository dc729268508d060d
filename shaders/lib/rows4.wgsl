// Four rows of one matrix times one vector; the LANES threads of a group share the rows' units.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;

override WG: u32;

fn load_x(at: u32) -> Unit {
  return Unit(x[at], x[at + 1u], x[at + 2u], x[at + 3u], x[at + 4u], x[at + 5u], x[at + 6u], x[at + 7u]);
}

// This lane's part of rows first..first + 3 (clamped to the matrix) times x from vec4 `x_at`.
// base, units: where the matrix lies (see the dequant fragments); row_units: units in a row.
// The loop over rows is no unrolled one: a quarter of the code, which software adapters and compilers both like better.
fn four_rows(base: u32, units: u32, row_units: u32, first: u32, x_at: u32, lane: u32) -> vec4<f32> {
  let end = units - row_units;
  var sums: array<f32, 4>;
  for (var u = lane; u < row_units; u += LANES) {
    let xs = load_x(x_at + u * 8u);
    let x_sum = dot(xs[0] + xs[1] + xs[2] + xs[3] + xs[4] + xs[5] + xs[6] + xs[7], vec4<f32>(1.0));
    for (var r = 0u; r < 4u; r++) {
      let row = min((first + r) * row_units, end);
      sums[r] += dot_packed(base, units, row + u, xs, x_sum);
    }
  }
  return vec4<f32>(sums[0], sums[1], sums[2], sums[3]);
}
