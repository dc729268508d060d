// IQ2_S, repacked: weight = d · (scale + ½) / 4 · ±level, a scale for 16 weights, d for 256.
// Planes: the lower 8 bits of four points, 1 word per unit; signs, 1 word per unit; the points' upper two bits, a byte per unit; scales, a
// byte per unit, two of 4 bits; d, f16 in a word for 8 units.
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let sign_plane = base + units / 4u;
  let high_plane = sign_plane + units / 4u;
  let scale_plane = high_plane + (units + 15u) / 16u;
  let p = weight_word(base * 4u + unit);
  let s = weight_word(sign_plane * 4u + unit);
  let h = byte_of(high_plane, unit);
  let scales = byte_of(scale_plane, unit);
  let d = block_scale(scale_plane + (units + 15u) / 16u, unit) * 0.25;
  let d0 = d * (f32(scales & 15u) + 0.5);
  let d1 = d * (f32(scales >> 4u) + 0.5);
  return unit_of(
    iq2_point((p & 0xffu) | ((h & 3u) << 8u), s & 0xffu, d0),
    iq2_point(((p >> 8u) & 0xffu) | ((h & 12u) << 6u), (s >> 8u) & 0xffu, d0),
    iq2_point(((p >> 16u) & 0xffu) | ((h & 48u) << 4u), (s >> 16u) & 0xffu, d1),
    iq2_point((p >> 24u) | ((h & 192u) << 2u), s >> 24u, d1));
}
