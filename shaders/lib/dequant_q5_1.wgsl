// Q5_1, repacked: weight = d · q + m.
// Planes: nibbles, 1 vec4 per unit; fifth bits, 1 word per unit, 4 units per vec4; d and m, an f16 pair per unit.
fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  return five_bit_quants(weight_at(base + unit), weight_word((base + units) * 4u + unit));
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return unpack2x16float(weight_word((base + units + (units + 3u) / 4u) * 4u + unit));
}
