// Q8_0, repacked: weight = d · q.
// Planes: quants, 2 vec4 a unit (32 signed bytes); scales, f16, 8 units a vec4.
fn signed_bytes(word: u32, d: f32) -> vec4<f32> {
  // Half the instructions of an integer unpack. It maps -128 to -127, a value that Q8_0 does not use.
  return unpack4x8snorm(word) * d;
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let p = base + unit * 2u;
  let a = weight_at(p);
  let b = weight_at(p + 1u);
  let scales = weight_at(base + units * 2u + unit / 8u)[(unit / 2u) % 4u];
  let d = unpack2x16float(scales)[unit % 2u] * 127.0;
  return Unit(
    signed_bytes(a.x, d), signed_bytes(a.y, d), signed_bytes(a.z, d), signed_bytes(a.w, d),
    signed_bytes(b.x, d), signed_bytes(b.y, d), signed_bytes(b.z, d), signed_bytes(b.w, d));
}
