// BF16: 4 vec4<u32> a unit, two weights a word, as in the file. A bfloat16 is the upper half of an f32.
fn widen(low: u32, high: u32) -> vec4<f32> {
  return bitcast<vec4<f32>>(vec4<u32>(low << 16u, low & 0xffff0000u, high << 16u, high & 0xffff0000u));
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let p = base + unit * 4u;
  let a = weight_at(p);
  let b = weight_at(p + 1u);
  let c = weight_at(p + 2u);
  let d = weight_at(p + 3u);
  return Unit(
    widen(a.x, a.y), widen(a.z, a.w), widen(b.x, b.y), widen(b.z, b.w),
    widen(c.x, c.y), widen(c.z, c.w), widen(d.x, d.y), widen(d.z, d.w));
}
