// Q2_0, repacked: weight = d · (q - 1), q of 0 to 3, d for 64 weights.
// Planes: bit pairs, 2 words per unit; d, an f16 for 2 units.
fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  return two_bit_quants(bit_pairs(base, unit));
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return half_of(base + units / 2u, unit / 2u) * vec2<f32>(1.0, -1.0);
}
