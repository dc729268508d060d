// Planes of few bits that many types share after repacking.
//
// Four bits: one vec4<u32> per unit. Byte b of the 16 holds weight b in its low and weight b + 16 in its high nibble.
// Two bits: 2 words per unit. Bits 2i and 2i + 1 of each byte of word h belong to weights 16h + 4i to 16h + 4i + 3.
// One bit: one word per unit. Bit i of each byte belongs to weights 4i to 4i + 3.
const LOW_NIBBLES = 0x0f0f0f0fu;
const BIT_PAIRS = 0x03030303u;
const SINGLE_BITS = 0x01010101u;

// The 32 quants of a unit, a byte each: word i has weights 4i to 4i + 3.
alias Quants = array<u32, 8>;

// Four bytes of 0..255 each, as floats.
fn bytes_to_floats(word: u32) -> vec4<f32> {
  return unpack4x8unorm(word) * 255.0;
}

fn nibble_quants(q: vec4<u32>) -> Quants {
  let low = q & vec4<u32>(LOW_NIBBLES);
  let high = (q >> vec4<u32>(4u)) & vec4<u32>(LOW_NIBBLES);
  return Quants(low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w);
}

// Nibbles with a fifth bit above them.
fn five_bit_quants(q: vec4<u32>, h: u32) -> Quants {
  let low = (q & vec4<u32>(LOW_NIBBLES)) | (((vec4<u32>(h) >> vec4<u32>(0u, 1u, 2u, 3u)) & vec4<u32>(SINGLE_BITS)) << vec4<u32>(4u));
  let high = ((q >> vec4<u32>(4u)) & vec4<u32>(LOW_NIBBLES)) | (((vec4<u32>(h) >> vec4<u32>(4u, 5u, 6u, 7u)) & vec4<u32>(SINGLE_BITS)) << vec4<u32>(4u));
  return Quants(low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w);
}

fn two_bit_quants(pairs: vec2<u32>) -> Quants {
  let low = (vec4<u32>(pairs.x) >> vec4<u32>(0u, 2u, 4u, 6u)) & vec4<u32>(BIT_PAIRS);
  let high = (vec4<u32>(pairs.y) >> vec4<u32>(0u, 2u, 4u, 6u)) & vec4<u32>(BIT_PAIRS);
  return Quants(low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w);
}

// The two words of a unit in a plane of two bits.
fn bit_pairs(plane: u32, unit: u32) -> vec2<u32> {
  let two = weight_at(plane + (unit >> 1u));
  return select(two.xy, two.zw, (unit & 1u) == 1u);
}

// The f16 of a unit in a plane of them.
fn half_of(plane: u32, unit: u32) -> f32 {
  let pair = unpack2x16float(weight_word(plane * 4u + (unit >> 1u)));
  return select(pair.x, pair.y, (unit & 1u) == 1u);
}
