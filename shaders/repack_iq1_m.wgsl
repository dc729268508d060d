// IQ1_M block of 256 weights: 4 bytes of points for 32 weights, two bytes of upper bits and signs for 32, four half words: each has four scales
// of 3 bits for 16 weights, and above them four bits of d (f16), the lowest first; 56 bytes. Planes: see lib/dequant_iq1_m.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 56u;
  let unit = repack.first + first;
  let points = repack.base * 4u;
  let highs = points + repack.units;
  let scales = highs + repack.units / 2u;
  copy_words(points + unit, block, 8u);
  copy_words(highs + unit / 2u, block + 32u, 4u);
  var d = 0u;
  for (var h = 0u; h < 2u; h++) {
    let two = raw_word(block + 48u + 4u * h);
    // Twelve bits of scales in each half word: six per unit.
    packed[scales + unit / 4u + h] =
      (two & 0x3fu) | ((two & 0xfc0u) << 2u) | (two & 0x3f0000u) | ((two & 0xfc00000u) << 2u);
    d |= (((two >> 12u) & 15u) | ((two >> 24u) & 0xf0u)) << (8u * h);
  }
  packed[scales + byte_plane_words() + unit / 8u] = d;
}
