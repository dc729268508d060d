// For types whose weights are a · q + b with one pair per unit: their fragment gives the quants q, each a byte (`quants_of`), and
// (a, b) (`factors_of`).
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let q = quants_of(base, units, unit);
  let factors = factors_of(base, units, unit);
  let a = factors.x;
  let b = vec4<f32>(factors.y);
  return Unit(
    bytes_to_floats(q[0]) * a + b, bytes_to_floats(q[1]) * a + b, bytes_to_floats(q[2]) * a + b, bytes_to_floats(q[3]) * a + b,
    bytes_to_floats(q[4]) * a + b, bytes_to_floats(q[5]) * a + b, bytes_to_floats(q[6]) * a + b, bytes_to_floats(q[7]) * a + b);
}

// Σ weight · x over a unit = a · Σ q · x + b · Σ x.
fn dot_packed(base: u32, units: u32, unit: u32, xs: Unit, x_sum: f32) -> f32 {
  let q = quants_of(base, units, unit);
  let factors = factors_of(base, units, unit);
  let products = unpack4x8unorm(q[0]) * xs[0] + unpack4x8unorm(q[1]) * xs[1]
               + unpack4x8unorm(q[2]) * xs[2] + unpack4x8unorm(q[3]) * xs[3]
               + unpack4x8unorm(q[4]) * xs[4] + unpack4x8unorm(q[5]) * xs[5]
               + unpack4x8unorm(q[6]) * xs[6] + unpack4x8unorm(q[7]) * xs[7];
  return factors.x * dot(products, vec4<f32>(255.0)) + factors.y * x_sum;
}
