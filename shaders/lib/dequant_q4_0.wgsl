// Q4_0, repacked: weight = d · (q - 8).
// Planes: nibbles, 1 vec4 per unit; d, f16, 8 units per vec4.
fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  return nibble_quants(weight_at(base + unit));
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return half_of(base + units, unit) * vec2<f32>(1.0, -8.0);
}
