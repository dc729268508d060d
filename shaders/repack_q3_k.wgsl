// Q3_K block of 256 weights: 32 bytes of third bits, 64 bytes of bit pairs, 12 bytes of 6-bit scales for 16 weights each, d (f16); 110
// bytes. Bit u of third-bit byte b belongs to weight 32u + b; pairs as in Q2_K (repack_q2_k.wgsl). Scale s has its low four bits in byte
// s % 8 (low nibble below 8, else high) and its upper two in bits 2 (s / 4) and 2 (s / 4) + 1 of byte 8 + s % 4.
// Planes: see lib/dequant_q3_k.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 110u;
  let unit = repack.first + first;
  let pairs = repack.base * 4u;
  let highs = pairs + repack.units * 2u;
  let scales = highs + repack.units;
  repack_k_pairs(pairs, unit, block + 32u);
  for (var u = 0u; u < 8u; u++) {
    packed[highs + unit + u] = single_bits(block, u);
  }
  let upper = raw_word(block + 104u);
  for (var w = 0u; w < 4u; w++) {
    let lower = (raw_word(block + 96u + 4u * (w % 2u)) >> (4u * (w / 2u))) & 0x0f0f0f0fu;
    packed[scales + unit / 2u + w] = lower | (((upper >> (2u * w)) & 0x03030303u) << 4u);
  }
  packed[scales + repack.units / 2u + unit / 8u] = raw_half(block + 108u);
}
