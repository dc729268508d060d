// Q2_K, repacked: weight = (d · scale) · q - (dmin · min), scale and min for 16 weights, d and dmin for 256.
// Planes: bit pairs, 2 words per unit; scales, a byte for 16 weights (low nibble scale, high nibble min), 16 bytes for 8 units; d and
// dmin, an f16 pair for 8 units.
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let block = unit / 8u;
  let sub = unit % 8u;
  let scale_plane = base + units / 2u;
  let scales = (weight_word((scale_plane + block) * 4u + sub / 2u) >> (16u * (sub % 2u))) & 0xffffu; // the unit's two bytes
  let dd = unpack2x16float(weight_word((scale_plane + units / 8u) * 4u + block));
  let factors = vec4<f32>((vec4<u32>(scales) >> vec4<u32>(0u, 4u, 8u, 12u)) & vec4<u32>(15u));
  let a = dd.x * factors.x;
  let b = vec4<f32>(-dd.y * factors.y);
  let c = dd.x * factors.z;
  let e = vec4<f32>(-dd.y * factors.w);
  let q = two_bit_quants(bit_pairs(base, unit));
  return Unit(
    bytes_to_floats(q[0]) * a + b, bytes_to_floats(q[1]) * a + b, bytes_to_floats(q[2]) * a + b, bytes_to_floats(q[3]) * a + b,
    bytes_to_floats(q[4]) * c + e, bytes_to_floats(q[5]) * c + e, bytes_to_floats(q[6]) * c + e, bytes_to_floats(q[7]) * c + e);
}
