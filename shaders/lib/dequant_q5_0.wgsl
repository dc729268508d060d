// Q5_0, repacked: weight = d · (q - 16).
// Planes: nibbles, 1 vec4 per unit; fifth bits, 1 word per unit, 4 units per vec4; d, f16, 8 units per vec4.
fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  return five_bit_quants(weight_at(base + unit), weight_word((base + units) * 4u + unit));
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return half_of(base + units + (units + 3u) / 4u, unit) * vec2<f32>(1.0, -16.0);
}
