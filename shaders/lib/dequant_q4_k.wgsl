// Q4_K, repacked. Planes: nibbles, 1 vec4 per unit; scales and factors, see lib/scale_and_min.wgsl.
fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  return nibble_quants(weight_at(base + unit));
}

fn scale_plane(base: u32, units: u32) -> u32 {
  return base + units;
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return scale_and_min(scale_plane(base, units), units, unit);
}
