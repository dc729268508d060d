// Q6_K block of 256 weights: 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 signed scales, d (f16); 210 bytes.
// In each half of 128 weights (64 low bytes, 32 upper bytes), for b in 0..32: weights b, 32 + b, 64 + b, 96 + b have the low
// nibbles of bytes b and 32 + b, then their high nibbles, and bits 0, 2, 4, 6 of upper byte b.
// Planes: see lib/dequant_q6_k.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 210u;
  let unit = repack.first + first;
  let lows = repack.base * 4u;
  let highs = lows + repack.units * 4u;
  let scales = highs + repack.units * 2u;
  let ds = scales + repack.units / 2u;

  for (var u = 0u; u < 8u; u++) {
    let half_block = u / 4u;
    let quarter = u % 4u;
    let low_bytes = block + 64u * half_block + 32u * (quarter % 2u);
    let nibble = 4u * (quarter / 2u);
    let high_bytes = block + 128u + 32u * half_block;
    for (var w = 0u; w < 4u; w++) {
      let low = (raw_word(low_bytes + 4u * w) >> nibble) & 0x0f0f0f0fu;
      let high = (raw_word(low_bytes + 16u + 4u * w) >> nibble) & 0x0f0f0f0fu;
      packed[lows + (unit + u) * 4u + w] = low | (high << 4u);
    }
    for (var h = 0u; h < 2u; h++) {
      packed[highs + (unit + u) * 2u + h] = four_pairs(high_bytes + 16u * h, quarter);
    }
  }

  for (var w = 0u; w < 4u; w++) {
    packed[scales + unit / 2u + w] = raw_word(block + 192u + 4u * w);
  }
  packed[ds + unit / 8u] = raw_half(block + 208u);
}
