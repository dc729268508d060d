// MXFP4 (OCP Microscaling 1.0), repacked: weight = 2^(e - 128) · v, v one of 0, 1, 2, 3, 4, 6, 8, 12 (twice the value of
// an E2M1 float) or the same below zero.
// Planes: nibbles, 1 vec4 per unit; e, 1 byte per unit, 16 units per vec4.

fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  let q = nibble_quants(weight_at(base + unit));
  return Quants(
    e2m1_bytes(q[0]), e2m1_bytes(q[1]), e2m1_bytes(q[2]), e2m1_bytes(q[3]),
    e2m1_bytes(q[4]), e2m1_bytes(q[5]), e2m1_bytes(q[6]), e2m1_bytes(q[7]));
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  let e = (weight_word((base + units) * 4u + (unit >> 2u)) >> (8u * (unit & 3u))) & 0xffu;
  // 2^-128 and 2^-127 have no exponent bits of their own.
  let d = bitcast<f32>(select((e - 1u) << 23u, 0x00200000u << e, e < 2u));
  return d * vec2<f32>(1.0, -12.0);
}
