// IQ2_XXS block of 256 weights: d (f16), then 8 bytes for 32 weights; 66 bytes. Planes: see lib/dequant_iq2_xxs.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 66u;
  let unit = repack.first + first;
  let points = repack.base * 4u;
  copy_words(points + unit * 2u, block + 2u, 16u);
  packed[points + repack.units * 2u + unit / 8u] = raw_half(block);
}
