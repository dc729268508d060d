// Q6_K, repacked: weight = (d · scale) · (q - 32), a signed scale for 16 weights, d for 256.
// Planes: low nibbles, 1 vec4 per unit; upper two bits, 2 words per unit; scales, 16 signed bytes for 8 units, 1 vec4; d, f16 in
// a word for 8 units.
fn six_bits(low: u32, high: u32) -> vec4<f32> {
  return bytes_to_floats(low | ((high & BIT_PAIRS) << 4u)) - vec4<f32>(32.0);
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let q = weight_at(base + unit);
  let block = unit / 8u;
  let sub = unit % 8u;
  let high_plane = base + units;
  let scale_plane = high_plane + units / 2u;
  let h = bit_pairs(high_plane, unit);
  let scales = weight_word((scale_plane + block) * 4u + sub / 2u) << (16u - 16u * (sub % 2u)); // the unit's two in the upper half
  let d = unpack2x16float(weight_word((scale_plane + units / 8u) * 4u + block)).x;
  let d0 = d * f32(bitcast<i32>(scales << 8u) >> 24u);
  let d1 = d * f32(bitcast<i32>(scales) >> 24u);
  let low = q & vec4<u32>(LOW_NIBBLES);
  let high = (q >> vec4<u32>(4u)) & vec4<u32>(LOW_NIBBLES);
  return Unit(
    six_bits(low.x, h.x) * d0, six_bits(low.y, h.x >> 2u) * d0,
    six_bits(low.z, h.x >> 4u) * d0, six_bits(low.w, h.x >> 6u) * d0,
    six_bits(high.x, h.y) * d1, six_bits(high.y, h.y >> 2u) * d1,
    six_bits(high.z, h.y >> 4u) * d1, six_bits(high.w, h.y >> 6u) * d1);
}
