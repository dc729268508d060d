// TQ2_0 block of 256 weights: 64 bytes of bit pairs as in Q2_K (repack_q2_k.wgsl), d (f16); 66 bytes.
// Planes: see lib/dequant_tq2_0.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 66u;
  let unit = repack.first + first;
  let pairs = repack.base * 4u;
  repack_k_pairs(pairs, unit, block);
  packed[pairs + repack.units * 2u + unit / 8u] = raw_half(block + 64u);
}
