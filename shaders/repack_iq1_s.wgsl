// IQ1_S block of 256 weights: d (f16), 4 bytes of points for 32 weights, a half word for 32; 50 bytes.
// Planes: see lib/dequant_iq1_s.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 50u;
  let unit = repack.first + first;
  let points = repack.base * 4u;
  let highs = points + repack.units;
  copy_words(points + unit, block + 2u, 8u);
  copy_words(highs + unit / 2u, block + 34u, 4u);
  packed[highs + repack.units / 2u + unit / 8u] = raw_half(block);
}
