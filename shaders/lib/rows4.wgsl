// Four rows of one matrix times one vector; the LANES threads of a group share the row's units.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;

override WG: u32;

fn load_x(at: u32) -> Unit {
  return Unit(x[at], x[at + 1u], x[at + 2u], x[at + 3u], x[at + 4u], x[at + 5u], x[at + 6u], x[at + 7u]);
}

// This lane's part of rows first..first + 3 (clamped to the matrix) times x from vec4 `x_at`.
// base, units: where the matrix lies (see the dequant fragments); row_units: units in a row.
fn four_rows(base: u32, units: u32, row_units: u32, first: u32, x_at: u32, lane: u32, lanes: u32) -> vec4<f32> {
  let last = units / row_units - 1u;
  let r0 = first * row_units;
  let r1 = min(first + 1u, last) * row_units;
  let r2 = min(first + 2u, last) * row_units;
  let r3 = min(first + 3u, last) * row_units;
  var sum = vec4<f32>();
  for (var u = lane; u < row_units; u += lanes) {
    let xs = load_x(x_at + u * 8u);
    sum += vec4<f32>(
      dot_units(dequant_unit(base, units, r0 + u), xs),
      dot_units(dequant_unit(base, units, r1 + u), xs),
      dot_units(dequant_unit(base, units, r2 + u), xs),
      dot_units(dequant_unit(base, units, r3 + u), xs));
  }
  return sum;
}
