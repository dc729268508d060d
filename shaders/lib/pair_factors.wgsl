// The factors (a, b) of a unit with an even number, and of the next one: see lib/dot_affine.wgsl.
fn pair_factors(base: u32, units: u32, unit: u32) -> vec4<f32> {
  return vec4<f32>(factors_of(base, units, unit), factors_of(base, units, unit + 1u));
}
