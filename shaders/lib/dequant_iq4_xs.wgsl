// IQ4_XS, repacked: weight = d · (scale - 32) · value(q), a scale for 32 weights, d for 256: see lib/iq4_values.wgsl.
// Planes: nibbles, 1 vec4 per unit; scales, 1 byte per unit, 16 units per vec4; d, f16 in a word for 8 units.
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let scale_plane = base + units;
  let scale = (weight_word(scale_plane * 4u + unit / 4u) >> (8u * (unit % 4u))) & 0xffu;
  let d = unpack2x16float(weight_word((scale_plane + (units + 15u) / 16u) * 4u + unit / 8u)).x;
  return iq4_unit(weight_at(base + unit), d * (f32(scale) - 32.0));
}
