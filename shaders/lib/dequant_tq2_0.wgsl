// TQ2_0, repacked: weight = d · (q - 1), d for 256 weights.
// Planes: bit pairs, 2 words per unit; d, f16 in a word for 8 units.
fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  return two_bit_quants(bit_pairs(base, unit));
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return unpack2x16float(weight_word((base + units / 2u) * 4u + unit / 8u)).x * vec2<f32>(1.0, -1.0);
}
