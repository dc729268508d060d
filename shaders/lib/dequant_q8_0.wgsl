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
  let scales = weight_word((base + units * 2u) * 4u + (unit >> 1u));
  let pair = unpack2x16float(scales);
  let d = select(pair.x, pair.y, (unit & 1u) == 1u) * 127.0;
  return Unit(
    signed_bytes(a.x, d), signed_bytes(a.y, d), signed_bytes(a.z, d), signed_bytes(a.w, d),
    signed_bytes(b.x, d), signed_bytes(b.y, d), signed_bytes(b.z, d), signed_bytes(b.w, d));
}

// Σ weight · x over a unit, scaled once at the end; x_sum is Σ x, for the formats with an offset.
fn dot_packed(base: u32, units: u32, unit: u32, xs: Unit, x_sum: f32) -> f32 {
  let p = base + unit * 2u;
  let a = weight_at(p);
  let b = weight_at(p + 1u);
  let scales = weight_word((base + units * 2u) * 4u + (unit >> 1u));
  let products = unpack4x8snorm(a.x) * xs[0] + unpack4x8snorm(a.y) * xs[1]
               + unpack4x8snorm(a.z) * xs[2] + unpack4x8snorm(a.w) * xs[3]
               + unpack4x8snorm(b.x) * xs[4] + unpack4x8snorm(b.y) * xs[5]
               + unpack4x8snorm(b.z) * xs[6] + unpack4x8snorm(b.w) * xs[7];
  let pair = unpack2x16float(scales);
  return dot(products, vec4<f32>(127.0)) * select(pair.x, pair.y, (unit & 1u) == 1u);
}
