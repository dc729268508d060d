// A unit of weights as products without lanes want it, from types that have no integers: the weights themselves.
// See lib/raw_affine.wgsl for what raw means.
const LOW_PLACES = vec4<f32>(1.0);
const HIGH_PLACES = vec4<f32>(1.0);

fn raw_unit(base: u32, units: u32, unit: u32) -> Unit {
  return dequant_unit(base, units, unit);
}

fn factors_of(base: u32, units: u32, unit: u32) -> vec2<f32> {
  return vec2<f32>(1.0, 0.0);
}

fn offset_sum(sums: vec4<f32>) -> f32 {
  return 0.0;
}
