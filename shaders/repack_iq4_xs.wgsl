// IQ4_XS block of 256 weights: d (f16), a half word with the upper two bits of 8 scales, 4 bytes with their lower four, 128 bytes of
// nibbles, 16 for 32 weights: byte b holds weights b (low) and b + 16 (high); 136 bytes. Planes: see lib/dequant_iq4_xs.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 136u;
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  let scales = quants + repack.units * 4u;
  let ds = scales + byte_plane_words();
  for (var w = 0u; w < 32u; w++) {
    packed[quants + unit * 4u + w] = raw_word(block + 8u + 4u * w);
  }
  let upper = raw_half(block + 2u);
  let lower = raw_word(block + 4u);
  for (var h = 0u; h < 2u; h++) {
    var word = 0u;
    for (var i = 0u; i < 4u; i++) {
      let u = 4u * h + i;
      let scale = ((lower >> (4u * u)) & 15u) | (((upper >> (2u * u)) & 3u) << 4u);
      word |= scale << (8u * i);
    }
    packed[scales + unit / 4u + h] = word;
  }
  packed[ds + unit / 8u] = raw_half(block);
}
