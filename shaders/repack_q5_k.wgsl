// Q5_K block of 256 weights: d and dmin (f16), 12 bytes of 6-bit scales and mins, 32 bytes of fifth bits, 128 bytes of nibbles; 176
// bytes. Nibbles, scales and mins as in Q4_K (repack_q4_k.wgsl); bit u of fifth-bit byte b belongs to weight 32u + b.
// Planes: see lib/dequant_q5_k.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 176u;
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  let highs = quants + repack.units * 4u;
  let scales = highs + repack.units;
  repack_k_nibbles(quants, unit, block + 48u);
  for (var u = 0u; u < 8u; u++) {
    packed[highs + unit + u] = single_bits(block + 16u, u);
  }
  repack_k_scales(scales, unit, block);
}
