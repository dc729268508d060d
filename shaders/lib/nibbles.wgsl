// The 4-bit plane shared by Q4_0, Q4_K and Q6_K after repacking: one vec4<u32> a unit. Byte b of the 16 holds weight b in
// its low and weight b + 16 in its high nibble.
const LOW_NIBBLES = 0x0f0f0f0fu;

// Four bytes of 0..255 each, as floats.
fn bytes_to_floats(word: u32) -> vec4<f32> {
  return unpack4x8unorm(word) * 255.0;
}

// Σ q · x / 255 over a unit of nibbles, as one vec4 of partial sums.
fn dot_nibbles(q: vec4<u32>, xs: Unit) -> vec4<f32> {
  let low = q & vec4<u32>(LOW_NIBBLES);
  let high = (q >> vec4<u32>(4u)) & vec4<u32>(LOW_NIBBLES);
  return unpack4x8unorm(low.x) * xs[0] + unpack4x8unorm(low.y) * xs[1]
       + unpack4x8unorm(low.z) * xs[2] + unpack4x8unorm(low.w) * xs[3]
       + unpack4x8unorm(high.x) * xs[4] + unpack4x8unorm(high.y) * xs[5]
       + unpack4x8unorm(high.z) * xs[6] + unpack4x8unorm(high.w) * xs[7];
}
