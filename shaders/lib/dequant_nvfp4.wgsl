// NVFP4, repacked: weight = s · v, v as in lib/e2m1.wgsl, s for 16 weights: half an UE4M3 float (4 bits of exponent, 3 of mantissa,
// no sign; all ones is 0, as ggml has it).
// Planes: nibbles, 1 vec4 per unit; s, two bytes per unit.
fn nvfp4_scale(bits: u32) -> f32 {
  let exponent = (bits >> 3u) & 15u;
  let mantissa = (bits & 7u) + select(8u, 0u, exponent == 0u);
  // (8 + m) · 2^(e - 11), or m · 2^-10.
  let power = bitcast<f32>((max(exponent, 1u) + 116u) << 23u);
  return select(f32(mantissa) * power, 0.0, bits == 127u);
}

fn e2m1_values(q: u32) -> vec4<f32> {
  return bytes_to_floats(e2m1_bytes(q)) - vec4<f32>(12.0);
}

fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let q = nibble_quants(weight_at(base + unit));
  let scales = weight_word((base + units) * 4u + unit / 2u) >> (16u * (unit % 2u));
  let s0 = nvfp4_scale(scales & 0xffu);
  let s1 = nvfp4_scale((scales >> 8u) & 0xffu);
  return Unit(
    e2m1_values(q[0]) * s0, e2m1_values(q[1]) * s0, e2m1_values(q[2]) * s0, e2m1_values(q[3]) * s0,
    e2m1_values(q[4]) * s1, e2m1_values(q[5]) * s1, e2m1_values(q[6]) * s1, e2m1_values(q[7]) * s1);
}
