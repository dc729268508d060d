// IQ3_XXS, repacked: weight = d · (scale + ½) / 2 · ±level, the levels 4, 12, 20, 28, 36, 44, 52, 62; a scale for 32 weights, d for 256.
// Planes: eight points of four weights, a byte each, 2 words per unit; four times 7 signs and the scale in the upper four bits, 1 word per
// unit; d, f16 in a word for 8 units.
fn iq3_xxs_levels(point: u32) -> vec4<f32> {
  let c = iq3_codes(grid_at(point));
  return vec4<f32>(c * 8u + vec4<u32>(4u) + select(vec4<u32>(), vec4<u32>(2u), c == vec4<u32>(7u)));
}

// Eight weights from two points.
fn eight(points: u32, signs: u32, d: f32) -> Point {
  let s = eighth_sign(signs & 0x7fu);
  return Point(
    iq3_xxs_levels(points & 0xffu) * four_signs(s) * d,
    iq3_xxs_levels((points >> 8u) & 0xffu) * four_signs(s >> 4u) * d);
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let p = bit_pairs(base, unit);
  let sign_plane = base + units / 2u;
  let s = weight_word(sign_plane * 4u + unit);
  let d = block_scale(sign_plane + units / 4u, unit) * (f32(s >> 28u) + 0.5) * 0.5;
  return unit_of(eight(p.x, s, d), eight(p.x >> 16u, s >> 7u, d), eight(p.y, s >> 14u, d), eight(p.y >> 16u, s >> 21u, d));
}
