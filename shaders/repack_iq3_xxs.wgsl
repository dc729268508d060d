// IQ3_XXS block of 256 weights: d (f16), 8 bytes of points for 32 weights, 4 bytes of signs and scale for 32; 98 bytes.
// Planes: see lib/dequant_iq3_xxs.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 98u;
  let unit = repack.first + first;
  let points = repack.base * 4u;
  let signs = points + repack.units * 2u;
  copy_words(points + unit * 2u, block + 2u, 16u);
  copy_words(signs + unit, block + 66u, 8u);
  packed[signs + repack.units + unit / 8u] = raw_half(block);
}
