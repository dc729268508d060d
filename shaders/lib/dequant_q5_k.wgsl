// Q5_K, repacked. Planes: nibbles, 1 vec4 per unit; fifth bits, 1 word per unit, 4 units per vec4; scales and factors, see
// lib/scale_and_min.wgsl.
fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  return five_bit_quants(weight_at(base + unit), weight_word((base + units) * 4u + unit));
}

fn scale_plane(base: u32, units: u32) -> u32 {
  return base + units + (units >> 2u);
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return scale_and_min(scale_plane(base, units), units, unit);
}
