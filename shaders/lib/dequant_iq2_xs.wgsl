// IQ2_XS, repacked: weight = d · (scale + ½) / 4 · ±level, a scale for 16 weights, d for 256.
// Planes: 2 words per unit, four times a point of 9 bits and 7 signs above it; scales, a byte per unit, two of 4 bits; d, f16 in a word
// for 8 units.
fn half_point(word: u32, d: f32) -> Point {
  return iq2_point(word & 0x1ffu, eighth_sign((word >> 9u) & 0x7fu), d);
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let words = bit_pairs(base, unit);
  let scale_plane = base + units / 2u;
  let scales = byte_of(scale_plane, unit);
  let d = block_scale(scale_plane + (units + 15u) / 16u, unit) * 0.25;
  let d0 = d * (f32(scales & 15u) + 0.5);
  let d1 = d * (f32(scales >> 4u) + 0.5);
  return unit_of(
    half_point(words.x & 0xffffu, d0), half_point(words.x >> 16u, d0),
    half_point(words.y & 0xffffu, d1), half_point(words.y >> 16u, d1));
}
