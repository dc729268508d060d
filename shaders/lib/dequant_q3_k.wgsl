// Q3_K, repacked: weight = d · (scale - 32) · (q - 4), a scale for 16 weights, d for 256.
// Planes: lower two bits, 2 words per unit; third bits, 1 word per unit, 4 units per vec4; scales, a byte for 16 weights, 16 bytes for
// 8 units; d, f16 in a word for 8 units.
fn three_bits(pair: u32, bits: u32) -> vec4<f32> {
  return bytes_to_floats(pair | ((bits & SINGLE_BITS) << 2u)) - vec4<f32>(4.0);
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let block = unit / 8u;
  let sub = unit % 8u;
  let high_plane = base + units / 2u;
  let scale_plane = high_plane + units / 4u;
  let h = weight_word(high_plane * 4u + unit);
  let scales = (weight_word((scale_plane + block) * 4u + sub / 2u) >> (16u * (sub % 2u))) & 0xffffu; // the unit's two bytes
  let d = unpack2x16float(weight_word((scale_plane + units / 8u) * 4u + block)).x;
  let d0 = d * (f32(scales & 0xffu) - 32.0);
  let d1 = d * (f32(scales >> 8u) - 32.0);
  let q = two_bit_quants(bit_pairs(base, unit));
  return Unit(
    three_bits(q[0], h) * d0, three_bits(q[1], h >> 1u) * d0, three_bits(q[2], h >> 2u) * d0, three_bits(q[3], h >> 3u) * d0,
    three_bits(q[4], h >> 4u) * d1, three_bits(q[5], h >> 5u) * d1, three_bits(q[6], h >> 6u) * d1, three_bits(q[7], h >> 7u) * d1);
}
