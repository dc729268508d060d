// IQ1_M, repacked: weight = d · (2 · scale + 1) · (level ± 1/8), a scale for 16 weights, a sign of the eighth for 8, d for 256.
// Planes: the lower 8 bits of four points, 1 word per unit; four nibbles per unit: upper three bits of a point, then the sign; scales, a byte per
// unit, two of 3 bits; d, f16 in a word for 8 units.
fn delta_of(nibble: u32) -> f32 {
  return select(0.125, -0.125, (nibble & 8u) != 0u);
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let high_plane = base + units / 4u;
  let scale_plane = high_plane + units / 8u;
  let p = weight_word(base * 4u + unit);
  let h = weight_word(high_plane * 4u + unit / 2u) >> (16u * (unit % 2u));
  let scales = byte_of(scale_plane, unit);
  let d = block_scale(scale_plane + (units + 15u) / 16u, unit);
  let d0 = d * f32(2u * (scales & 7u) + 1u);
  let d1 = d * f32(2u * ((scales >> 3u) & 7u) + 1u);
  return unit_of(
    iq1_point((p & 0xffu) | ((h & 7u) << 8u), delta_of(h), d0),
    iq1_point(((p >> 8u) & 0xffu) | (((h >> 4u) & 7u) << 8u), delta_of(h >> 4u), d0),
    iq1_point(((p >> 16u) & 0xffu) | (((h >> 8u) & 7u) << 8u), delta_of(h >> 8u), d1),
    iq1_point((p >> 24u) | (((h >> 12u) & 7u) << 8u), delta_of(h >> 12u), d1));
}
