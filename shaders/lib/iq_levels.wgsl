// What the IQ types have in common: a point of a grid names the levels of eight or four weights, signs lie beside it.
alias Point = array<vec4<f32>, 2>; // eight weights

// -1 where a bit is set, the first weight's in the lowest.
fn four_signs(bits: u32) -> vec4<f32> {
  return vec4<f32>(1.0) - 2.0 * vec4<f32>((vec4<u32>(bits) >> vec4<u32>(0u, 1u, 2u, 3u)) & vec4<u32>(1u));
}

// Seven signs, and an eighth that makes the number of ones even.
fn eighth_sign(bits: u32) -> u32 {
  return bits | ((countOneBits(bits) & 1u) << 7u);
}

fn two_bit_codes(code: u32) -> vec4<u32> {
  return (vec4<u32>(code) >> vec4<u32>(0u, 2u, 4u, 6u)) & vec4<u32>(3u);
}

// The levels 8, 25 and 43 of the IQ2 types.
fn iq2_levels(code: u32) -> vec4<f32> {
  let c = two_bit_codes(code);
  return vec4<f32>(c * 17u + (c >> vec4<u32>(1u)) + vec4<u32>(8u));
}

fn iq2_point(point: u32, signs: u32, d: f32) -> Point {
  let code = grid_at(point);
  return Point(
    iq2_levels(code) * four_signs(signs) * d,
    iq2_levels(code >> 8u) * four_signs(signs >> 4u) * d);
}

// Four codes of eight levels.
fn iq3_codes(code: u32) -> vec4<u32> {
  return (vec4<u32>(code) >> vec4<u32>(0u, 4u, 8u, 12u)) & vec4<u32>(7u);
}

// A unit of four points of eight weights.
fn unit_of(a: Point, b: Point, c: Point, e: Point) -> Unit {
  return Unit(a[0], a[1], b[0], b[1], c[0], c[1], e[0], e[1]);
}

// The byte of a unit in a plane of them.
fn byte_of(plane: u32, unit: u32) -> u32 {
  return (weight_word(plane * 4u + unit / 4u) >> (8u * (unit % 4u))) & 0xffu;
}

// The f16 of a unit's block of 256 weights, in a plane with a word for each.
fn block_scale(plane: u32, unit: u32) -> f32 {
  return unpack2x16float(weight_word(plane * 4u + unit / 8u)).x;
}
