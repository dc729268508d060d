// What lib/raw_affine.wgsl makes, of types whose units are 32 nibbles (see lib/nibbles.wgsl): the upper one of a byte is 16 times as large.
const LOW_PLACES = vec4<f32>(1.0, 0x1p-8, 0x1p-16, 0x1p-24);
const HIGH_PLACES = vec4<f32>(0x1p-4, 0x1p-12, 0x1p-20, 0x1p-28);

fn raw_low(word: u32) -> vec4<f32> {
  return vec4<f32>(
    f32(bitcast<i32>(word & 0xfu)), f32(bitcast<i32>(word & 0xf00u)),
    f32(bitcast<i32>(word & 0xf0000u)), f32(bitcast<i32>(word & 0xf000000u)));
}

fn raw_high(word: u32) -> vec4<f32> {
  return vec4<f32>(
    f32(bitcast<i32>(word & 0xf0u)), f32(bitcast<i32>(word & 0xf000u)), f32(bitcast<i32>(word & 0xf00000u)), f32(word & 0xf0000000u));
}

fn raw_unit(base: u32, units: u32, unit: u32) -> Unit {
  let q = weight_at(base + unit);
  return Unit(
    raw_low(q.x), raw_low(q.y), raw_low(q.z), raw_low(q.w), raw_high(q.x), raw_high(q.y), raw_high(q.z), raw_high(q.w));
}

fn offset_sum(sums: vec4<f32>) -> f32 {
  return dot(sums, vec4<f32>(1.0));
}
