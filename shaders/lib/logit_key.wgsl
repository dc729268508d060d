// Logits as integers that sort as the numbers do, and back. NaN counts as the lowest logit and infinities are cut to the
// bounds, so that a broken model gives bad tokens, never a hang. 0 is no logit's key: it marks what is left out.
const LOWEST_KEY = 0x01698966u;  // of -1e38
const HIGHEST_KEY = 0xfe967699u; // of 1e38

fn logit_key(bits: u32) -> u32 {
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    return LOWEST_KEY;
  }
  let key = select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
  return clamp(key + u32(key == 0x7fffffffu), LOWEST_KEY, HIGHEST_KEY); // -0 is 0
}

fn key_logit(key: u32) -> f32 {
  return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u));
}

// Of the bits of an f32, as comparisons with NaN and infinities may be optimised away.
fn is_finite(bits: u32) -> bool {
  return (bits & 0x7f800000u) != 0x7f800000u;
}
