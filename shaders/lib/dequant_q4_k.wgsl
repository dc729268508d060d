// Q4_K, repacked: weight = (d · scale) · q - (dmin · min), scale and min for 32 weights, d and dmin for 256.
// Planes: nibbles, 1 vec4 a unit; scales, 1 vec4 for 8 units (8 scale bytes, then 8 min bytes);
// d and dmin, an f16 pair for 8 units, 4 pairs a vec4.

// (d · scale, dmin · min) of a unit.
fn scale_and_min(base: u32, units: u32, unit: u32) -> vec2<f32> {
  let block = unit / 8u;
  let sub = unit % 8u;
  let scale_plane = base + units;
  let scales = (scale_plane + block) * 4u + sub / 4u;
  let dd = unpack2x16float(weight_word((scale_plane + units / 8u) * 4u + block));
  let shift = 8u * (sub % 4u);
  let factors = vec2<u32>(weight_word(scales), weight_word(scales + 2u)) >> vec2<u32>(shift);
  return dd * vec2<f32>(factors & vec2<u32>(0xffu));
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let q = weight_at(base + unit);
  let factors = scale_and_min(base, units, unit);
  let d = factors.x;
  let m = vec4<f32>(-factors.y);
  let low = q & vec4<u32>(LOW_NIBBLES);
  let high = (q >> vec4<u32>(4u)) & vec4<u32>(LOW_NIBBLES);
  return Unit(
    bytes_to_floats(low.x) * d + m, bytes_to_floats(low.y) * d + m,
    bytes_to_floats(low.z) * d + m, bytes_to_floats(low.w) * d + m,
    bytes_to_floats(high.x) * d + m, bytes_to_floats(high.y) * d + m,
    bytes_to_floats(high.z) * d + m, bytes_to_floats(high.w) * d + m);
}

// Σ weight · x over a unit = d · scale · Σ q · x - dmin · min · Σ x.
fn dot_packed(base: u32, units: u32, unit: u32, xs: Unit, x_sum: f32) -> f32 {
  let factors = scale_and_min(base, units, unit);
  let products = dot_nibbles(weight_at(base + unit), xs);
  return factors.x * dot(products, vec4<f32>(255.0)) - factors.y * x_sum;
}
