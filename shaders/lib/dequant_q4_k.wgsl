// Q4_K, repacked: weight = (d · scale) · q - (dmin · min), scale and min for 32 weights, d and dmin for 256.
// Planes: nibbles, 1 vec4 a unit; scales, 1 vec4 for 8 units (8 scale bytes, then 8 min bytes);
// d and dmin, an f16 pair for 8 units, 4 pairs a vec4.
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let q = weight_at(base + unit);
  let block = unit / 8u;
  let sub = unit % 8u;
  let scale_plane = base + units;
  let scales = weight_at(scale_plane + block);
  let dd = unpack2x16float(weight_at(scale_plane + units / 8u + block / 4u)[block % 4u]);
  let shift = 8u * (sub % 4u);
  let d = dd.x * f32((scales[sub / 4u] >> shift) & 0xffu);
  let m = vec4<f32>(-dd.y * f32((scales[2u + sub / 4u] >> shift) & 0xffu));
  let low = q & vec4<u32>(LOW_NIBBLES);
  let high = (q >> vec4<u32>(4u)) & vec4<u32>(LOW_NIBBLES);
  return Unit(
    bytes_to_floats(low.x) * d + m, bytes_to_floats(low.y) * d + m,
    bytes_to_floats(low.z) * d + m, bytes_to_floats(low.w) * d + m,
    bytes_to_floats(high.x) * d + m, bytes_to_floats(high.y) * d + m,
    bytes_to_floats(high.z) * d + m, bytes_to_floats(high.w) * d + m);
}
