// IQ2_XS block of 256 weights: d (f16), 8 bytes of points and signs for 32 weights, a byte of scales for 32 weights; 74 bytes.
// Planes: see lib/dequant_iq2_xs.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 74u;
  let unit = repack.first + first;
  let points = repack.base * 4u;
  let scales = points + repack.units * 2u;
  copy_words(points + unit * 2u, block + 2u, 16u);
  copy_words(scales + unit / 4u, block + 66u, 2u);
  packed[scales + byte_plane_words() + unit / 8u] = raw_half(block);
}
