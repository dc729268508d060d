// Q4_K block of 256 weights: d and dmin (f16), 12 bytes of 6-bit scales and mins, 128 bytes of nibbles; 144 bytes.
// Planes: see lib/dequant_q4_k.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 144u;
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  repack_k_nibbles(quants, unit, block + 16u);
  repack_k_scales(quants + repack.units * 4u, unit, block);
}
