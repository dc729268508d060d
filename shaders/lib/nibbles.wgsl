// The 4-bit plane shared by Q4_0, Q4_K and Q6_K after repacking: one vec4<u32> a unit. Byte b of the 16 holds weight b in
// its low and weight b + 16 in its high nibble.
const LOW_NIBBLES = 0x0f0f0f0fu;

// Four bytes of 0..255 each, as floats.
fn bytes_to_floats(word: u32) -> vec4<f32> {
  return unpack4x8unorm(word) * 255.0;
}
