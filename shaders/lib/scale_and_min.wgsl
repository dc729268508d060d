// Q4_K and Q5_K: weight = (d · scale) · q - (dmin · min), scale and min for 32 weights, d and dmin for 256.
// Planes: scales, 1 vec4 for 8 units (8 scale bytes, then 8 min bytes); behind it d and dmin, an f16 pair for 8 units.
// Returns (d · scale, -dmin · min) of a unit; `plane`: first vec4 of the scales.
fn scale_and_min(plane: u32, units: u32, unit: u32) -> vec2<f32> {
  let block = unit >> 3u;
  let sub = unit & 7u;
  let scales = (plane + block) * 4u + (sub >> 2u);
  let dd = unpack2x16float(weight_word((plane + (units >> 3u)) * 4u + block));
  let shift = 8u * (sub & 3u);
  let factors = vec2<u32>(weight_word(scales), weight_word(scales + 2u)) >> vec2<u32>(shift);
  return dd * vec2<f32>(factors & vec2<u32>(0xffu)) * vec2<f32>(1.0, -1.0);
}

// The same of a unit with an even number and of the next one.
fn pair_of_scales(plane: u32, units: u32, unit: u32) -> vec4<f32> {
  let block = unit >> 3u;
  let sub = unit & 7u;
  let scales = (plane + block) * 4u + (sub >> 2u);
  let dd = unpack2x16float(weight_word((plane + (units >> 3u)) * 4u + block)).xyxy * vec4<f32>(1.0, -1.0, 1.0, -1.0);
  let factors = vec2<u32>(weight_word(scales), weight_word(scales + 2u)) >> vec2<u32>(8u * (sub & 3u));
  return dd * vec4<f32>(vec4<u32>(factors, factors >> vec2<u32>(8u)) & vec4<u32>(0xffu));
}
