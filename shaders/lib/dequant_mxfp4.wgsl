// MXFP4 (OCP Microscaling 1.0), repacked: weight = 2^(e - 128) · v, v one of 0, 1, 2, 3, 4, 6, 8, 12 (twice the value of
// an E2M1 float) or the same below zero.
// Planes: nibbles, 1 vec4 per unit; e, 1 byte per unit, 16 units per vec4.

// Bytes of E2M1 bits to bytes of 12 + v: no table, four at a time.
fn e2m1_bytes(n: u32) -> u32 {
  let bit0 = n & SINGLE_BITS;
  let bit1 = (n >> 1u) & SINGLE_BITS;
  let bit2 = (n >> 2u) & SINGLE_BITS;
  let sign = (n >> 3u) & SINGLE_BITS;
  let mantissa = ((bit1 | bit2) << 1u) | bit0;               // 0, 1, 2, 3, then 2, 3, 2, 3
  let doubled = (bit2 << 4u) - bit2;                         // 15 in the bytes whose exponent is 2 or 3
  let quadrupled = ((bit2 & bit1) << 4u) - (bit2 & bit1);    // 15 in those whose exponent is 3
  let v = mantissa + (mantissa & doubled) + ((mantissa & quadrupled) << 1u);
  return 0x0c0c0c0cu + v - ((v & ((sign << 4u) - sign)) << 1u);
}

fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  let q = nibble_quants(weight_at(base + unit));
  return Quants(
    e2m1_bytes(q[0]), e2m1_bytes(q[1]), e2m1_bytes(q[2]), e2m1_bytes(q[3]),
    e2m1_bytes(q[4]), e2m1_bytes(q[5]), e2m1_bytes(q[6]), e2m1_bytes(q[7]));
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  let e = (weight_word((base + units) * 4u + unit / 4u) >> (8u * (unit % 4u))) & 0xffu;
  // 2^-128 and 2^-127 have no exponent bits of their own.
  let d = bitcast<f32>(select((e - 1u) << 23u, 0x00200000u << e, e < 2u));
  return d * vec2<f32>(1.0, -12.0);
}
