// The 16 values of IQ4_NL and IQ4_XS, plus 127 so that they are bytes; four to a word, the first in the lowest byte:
// -127, -104, -83, -65 | -49, -35, -22, -10 | 1, 13, 25, 38 | 53, 69, 89, 113.
const IQ4_A = 0x3e2c1700u;
const IQ4_B = 0x75695c4eu;
const IQ4_C = 0xa5988c80u;
const IQ4_D = 0xf0d8c4b4u;

// The values of four nibbles, each in a byte of `word`. Chosen by selects: no device has to index a table in its registers.
fn iq4_values(word: u32) -> vec4<f32> {
  let n = vec4<u32>(word) >> vec4<u32>(0u, 8u, 16u, 24u);
  let is_upper = (n & vec4<u32>(8u)) != vec4<u32>();
  let is_odd = (n & vec4<u32>(4u)) != vec4<u32>();
  let lower = select(vec4<u32>(IQ4_A), vec4<u32>(IQ4_B), is_odd);
  let upper = select(vec4<u32>(IQ4_C), vec4<u32>(IQ4_D), is_odd);
  let values = select(lower, upper, is_upper) >> ((n & vec4<u32>(3u)) * 8u);
  return vec4<f32>(values & vec4<u32>(0xffu)) - vec4<f32>(127.0);
}

fn iq4_unit(q: vec4<u32>, d: f32) -> Unit {
  let n = nibble_quants(q);
  return Unit(
    iq4_values(n[0]) * d, iq4_values(n[1]) * d, iq4_values(n[2]) * d, iq4_values(n[3]) * d,
    iq4_values(n[4]) * d, iq4_values(n[5]) * d, iq4_values(n[6]) * d, iq4_values(n[7]) * d);
}
