// Q2_K block of 256 weights: 16 bytes of scales (low nibble) and mins (high) for 16 weights each, 64 bytes of bit pairs, d and dmin
// (f16); 84 bytes. Bits 2j and 2j + 1 of pair byte 32n + b belong to weight 128n + 32j + b. Planes: see lib/dequant_q2_k.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 84u;
  let unit = repack.first + first;
  let pairs = repack.base * 4u;
  let scales = pairs + repack.units * 2u;
  repack_k_pairs(pairs, unit, block + 16u);
  for (var w = 0u; w < 4u; w++) {
    packed[scales + unit / 2u + w] = raw_word(block + 4u * w);
  }
  packed[scales + repack.units / 2u + unit / 8u] = raw_word(block + 80u);
}
