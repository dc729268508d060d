// The factors (a, b) of a unit with an even number, and of the next one: Q4_K and Q5_K have their scales in the same words.
fn pair_factors(base: u32, units: u32, unit: u32) -> vec4<f32> {
  return pair_of_scales(scale_plane(base, units), units, unit);
}
