// Q1_0, repacked: weight = d where its bit is set, else -d; d for 128 weights.
// Planes: one bit, 1 word per unit, 4 units per vec4; d, an f16 for 4 units.
fn quants_of(base: u32, units: u32, unit: u32) -> Quants {
  let h = weight_word(base * 4u + unit);
  let low = (vec4<u32>(h) >> vec4<u32>(0u, 1u, 2u, 3u)) & vec4<u32>(SINGLE_BITS);
  let high = (vec4<u32>(h) >> vec4<u32>(4u, 5u, 6u, 7u)) & vec4<u32>(SINGLE_BITS);
  return Quants(low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w);
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return half_of(base + units / 4u, unit / 4u) * vec2<f32>(2.0, -1.0);
}
