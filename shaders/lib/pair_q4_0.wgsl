// The factors (a, b) of a unit with an even number, and of the next one: Q4_0 has both in one word.
fn pair_factors(base: u32, units: u32, unit: u32) -> vec4<f32> {
  let d = unpack2x16float(weight_word((base + units) * 4u + (unit >> 1u)));
  return vec4<f32>(d.x, -8.0 * d.x, d.y, -8.0 * d.y);
}
