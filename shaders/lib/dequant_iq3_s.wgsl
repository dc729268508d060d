// IQ3_S, repacked: weight = d · (2 · scale + 1) · ±level, the levels 1, 3, 5, … 15; a scale for 32 weights, d for 256.
// Planes: the lower 8 bits of eight points of four weights, 2 words per unit; signs, 1 word per unit; the points' ninth bits, a byte per unit;
// scales, a byte per unit; d, f16 in a word for 8 units.
fn iq3_s_levels(point: u32) -> vec4<f32> {
  return vec4<f32>(iq3_codes(grid_at(point)) * 2u + vec4<u32>(1u));
}

// Eight weights from two points, whose ninth bits are the lowest of `high`.
fn eight(points: u32, high: u32, signs: u32, d: f32) -> Point {
  return Point(
    iq3_s_levels((points & 0xffu) | ((high & 1u) << 8u)) * four_signs(signs) * d,
    iq3_s_levels(((points >> 8u) & 0xffu) | ((high & 2u) << 7u)) * four_signs(signs >> 4u) * d);
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let p = bit_pairs(base, unit);
  let sign_plane = base + units / 2u;
  let high_plane = sign_plane + units / 4u;
  let scale_plane = high_plane + (units + 15u) / 16u;
  let s = weight_word(sign_plane * 4u + unit);
  let h = byte_of(high_plane, unit);
  let d = block_scale(scale_plane + (units + 15u) / 16u, unit) * f32(2u * byte_of(scale_plane, unit) + 1u);
  return unit_of(
    eight(p.x, h, s, d), eight(p.x >> 16u, h >> 2u, s >> 8u, d),
    eight(p.y, h >> 4u, s >> 16u, d), eight(p.y >> 16u, h >> 6u, s >> 24u, d));
}
