// Q4_0, repacked: weight = d · (q - 8).
// Planes: nibbles, 1 vec4 a unit; scales, f16, 8 units a vec4.
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let q = weight_at(base + unit);
  let scales = weight_word((base + units) * 4u + unit / 2u);
  let d = unpack2x16float(scales)[unit % 2u];
  let m = vec4<f32>(-8.0 * d);
  let low = q & vec4<u32>(LOW_NIBBLES);
  let high = (q >> vec4<u32>(4u)) & vec4<u32>(LOW_NIBBLES);
  return Unit(
    bytes_to_floats(low.x) * d + m, bytes_to_floats(low.y) * d + m,
    bytes_to_floats(low.z) * d + m, bytes_to_floats(low.w) * d + m,
    bytes_to_floats(high.x) * d + m, bytes_to_floats(high.y) * d + m,
    bytes_to_floats(high.z) * d + m, bytes_to_floats(high.w) * d + m);
}

// Σ weight · x over a unit = d · (Σ q · x - 8 · Σ x).
fn dot_packed(base: u32, units: u32, unit: u32, xs: Unit, x_sum: f32) -> f32 {
  let scales = weight_word((base + units) * 4u + unit / 2u);
  let d = unpack2x16float(scales)[unit % 2u];
  return d * (dot(dot_nibbles(weight_at(base + unit), xs), vec4<f32>(255.0)) - 8.0 * x_sum);
}
