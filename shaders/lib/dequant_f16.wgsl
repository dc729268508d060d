// F16: 4 vec4<u32> a unit, two weights a word, as in the file.
fn unpack_halves(low: u32, high: u32) -> vec4<f32> {
  return vec4<f32>(unpack2x16float(low), unpack2x16float(high));
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let p = base + unit * 4u;
  let a = weight_at(p);
  let b = weight_at(p + 1u);
  let c = weight_at(p + 2u);
  let d = weight_at(p + 3u);
  return Unit(
    unpack_halves(a.x, a.y), unpack_halves(a.z, a.w), unpack_halves(b.x, b.y), unpack_halves(b.z, b.w),
    unpack_halves(c.x, c.y), unpack_halves(c.z, c.w), unpack_halves(d.x, d.y), unpack_halves(d.z, d.w));
}
