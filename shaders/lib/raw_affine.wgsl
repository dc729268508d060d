// A unit of weights as products without lanes want it: raw, for types whose weights are a · q + b.
// A byte stays where it is in its word, and the word is masked and converted, because software adapters have neither shifts nor unpacking in
// one instruction: so the c-th number of a vec4 is 256^c · q. LOW_PLACES brings the sum of products with the first 16 weights
// back to Σ q · x, HIGH_PLACES those with the others; all are powers of two, so nothing is rounded.
// Needs `quants_of` and `factors_of`: see lib/dot_affine.wgsl.
const LOW_PLACES = vec4<f32>(1.0, 0x1p-8, 0x1p-16, 0x1p-24);
const HIGH_PLACES = LOW_PLACES;

fn raw_bytes(word: u32) -> vec4<f32> {
  // The first three are below 2^31, and signed integers are the faster ones to convert.
  return vec4<f32>(
    f32(bitcast<i32>(word & 0xffu)), f32(bitcast<i32>(word & 0xff00u)), f32(bitcast<i32>(word & 0xff0000u)), f32(word & 0xff000000u));
}

fn raw_unit(base: u32, units: u32, unit: u32) -> Unit {
  let q = quants_of(base, units, unit);
  return Unit(
    raw_bytes(q[0]), raw_bytes(q[1]), raw_bytes(q[2]), raw_bytes(q[3]),
    raw_bytes(q[4]), raw_bytes(q[5]), raw_bytes(q[6]), raw_bytes(q[7]));
}

// What the offsets b are multiplied by, of the sums of x over a unit by places in a vec4.
fn offset_sum(sums: vec4<f32>) -> f32 {
  return dot(sums, vec4<f32>(1.0));
}
