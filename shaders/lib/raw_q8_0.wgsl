// What lib/raw_affine.wgsl makes, of Q8_0. Of the four signed bytes of a word the first three become q + 128, the last stays signed: so the
// offsets are for the first three alone.
const LOW_PLACES = vec4<f32>(1.0, 0x1p-8, 0x1p-16, 0x1p-24);
const HIGH_PLACES = LOW_PLACES;

fn raw_signed(word: u32) -> vec4<f32> {
  let biased = word ^ 0x00808080u;
  return vec4<f32>(
    f32(bitcast<i32>(biased & 0xffu)), f32(bitcast<i32>(biased & 0xff00u)),
    f32(bitcast<i32>(biased & 0xff0000u)), f32(bitcast<i32>(biased & 0xff000000u)));
}

fn raw_unit(base: u32, units: u32, unit: u32) -> Unit {
  let a = weight_at(base + unit * 2u);
  let b = weight_at(base + unit * 2u + 1u);
  return Unit(
    raw_signed(a.x), raw_signed(a.y), raw_signed(a.z), raw_signed(a.w),
    raw_signed(b.x), raw_signed(b.y), raw_signed(b.z), raw_signed(b.w));
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  let pair = unpack2x16float(weight_word((base + units * 2u) * 4u + (unit >> 1u)));
  return select(pair.x, pair.y, (unit & 1u) == 1u) * vec2<f32>(1.0, -128.0);
}

fn pair_factors(base: u32, units: u32, unit: u32) -> vec4<f32> {
  let d = unpack2x16float(weight_word((base + units * 2u) * 4u + (unit >> 1u)));
  return vec4<f32>(d.x, -128.0 * d.x, d.y, -128.0 * d.y);
}

fn offset_sum(sums: vec4<f32>) -> f32 {
  return sums.x + sums.y + sums.z;
}
