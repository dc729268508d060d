// IQ2_XXS, repacked: weight = d · (scale + ½) / 4 · ±level, a scale for 32 weights, d for 256.
// Planes: 2 words per unit, four points of a byte each, then four times 7 signs and the scale in the upper four bits; d, f16 in a
// word for 8 units.
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let words = bit_pairs(base, unit);
  let p = words.x;
  let s = words.y;
  let d = block_scale(base + units / 2u, unit) * (f32(s >> 28u) + 0.5) * 0.25;
  return unit_of(
    iq2_point(p & 0xffu, eighth_sign(s & 0x7fu), d),
    iq2_point((p >> 8u) & 0xffu, eighth_sign((s >> 7u) & 0x7fu), d),
    iq2_point((p >> 16u) & 0xffu, eighth_sign((s >> 14u) & 0x7fu), d),
    iq2_point(p >> 24u, eighth_sign((s >> 21u) & 0x7fu), d));
}
