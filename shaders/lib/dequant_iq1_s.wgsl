// IQ1_S, repacked: weight = d · (2 · scale + 1) · (level ± 1/8), a scale and a sign of the eighth for 32 weights, d for 256.
// Planes: the lower 8 bits of four points, 1 word per unit; a half word per unit: four times the upper three bits, the scale in bits 12 to 14,
// the sign in bit 15; d, f16 in a word for 8 units.
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let high_plane = base + units / 4u;
  let p = weight_word(base * 4u + unit);
  let h = (weight_word(high_plane * 4u + unit / 2u) >> (16u * (unit % 2u))) & 0xffffu;
  let d = block_scale(high_plane + units / 8u, unit) * f32(2u * ((h >> 12u) & 7u) + 1u);
  let delta = select(0.125, -0.125, (h & 0x8000u) != 0u);
  return unit_of(
    iq1_point((p & 0xffu) | ((h & 7u) << 8u), delta, d),
    iq1_point(((p >> 8u) & 0xffu) | (((h >> 3u) & 7u) << 8u), delta, d),
    iq1_point(((p >> 16u) & 0xffu) | (((h >> 6u) & 7u) << 8u), delta, d),
    iq1_point((p >> 24u) | (((h >> 9u) & 7u) << 8u), delta, d));
}
