// IQ2_S block of 256 weights: d (f16), 4 bytes of points for 32 weights, 4 bytes of signs for 32, a byte of the points' upper bits for 32, a
// byte of scales for 32; 82 bytes. Planes: see lib/dequant_iq2_s.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 82u;
  let unit = repack.first + first;
  let points = repack.base * 4u;
  let signs = points + repack.units;
  let highs = signs + repack.units;
  let scales = highs + byte_plane_words();
  copy_words(points + unit, block + 2u, 8u);
  copy_words(signs + unit, block + 34u, 8u);
  copy_words(highs + unit / 4u, block + 66u, 2u);
  copy_words(scales + unit / 4u, block + 74u, 2u);
  packed[scales + byte_plane_words() + unit / 8u] = raw_half(block);
}
