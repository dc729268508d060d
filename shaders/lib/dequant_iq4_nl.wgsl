// IQ4_NL, repacked: weight = d · value(q): see lib/iq4_values.wgsl.
// Planes: nibbles, 1 vec4 per unit; d, f16, 8 units per vec4.
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  return iq4_unit(weight_at(base + unit), half_of(base + units, unit));
}
