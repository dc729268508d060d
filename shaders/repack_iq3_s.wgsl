// IQ3_S block of 256 weights: d (f16), 8 bytes of points for 32 weights, a byte of ninth bits for 32, 4 bytes of signs for 32, 4 bits of scale
// for 32; 110 bytes. Planes: see lib/dequant_iq3_s.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 110u;
  let unit = repack.first + first;
  let points = repack.base * 4u;
  let signs = points + repack.units * 2u;
  let highs = signs + repack.units;
  let scales = highs + byte_plane_words();
  copy_words(points + unit * 2u, block + 2u, 16u);
  copy_words(signs + unit, block + 74u, 8u);
  copy_words(highs + unit / 4u, block + 66u, 2u);
  let nibbles = raw_word(block + 106u);
  packed[scales + unit / 4u] = four_nibbles(nibbles);
  packed[scales + unit / 4u + 1u] = four_nibbles(nibbles >> 16u);
  packed[scales + byte_plane_words() + unit / 8u] = raw_half(block);
}

// Each in a byte of its own.
fn four_nibbles(bits: u32) -> u32 {
  return (bits & 15u) | ((bits & 0xf0u) << 4u) | ((bits & 0xf00u) << 8u) | ((bits & 0xf000u) << 12u);
}
