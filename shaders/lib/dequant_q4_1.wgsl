// Q4_1, repacked: weight = d · q + m.
// Planes: nibbles, 1 vec4 per unit; d and m, an f16 pair per unit, 4 pairs per vec4.
fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  return nibble_quants(weight_at(base + unit));
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return unpack2x16float(weight_word((base + units) * 4u + unit));
}
