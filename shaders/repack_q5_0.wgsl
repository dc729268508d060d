// Q5_0 block: d (f16), a word of fifth bits (bit b is weight b's), then 16 bytes; byte b holds the low nibbles of weights b (low)
// and b + 16 (high); 22 bytes. Planes: see lib/dequant_q5_0.wgsl.
fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  let highs = quants + repack.units * 4u;
  let scales = highs + plane_words(1u);
  for (var i = 0u; i < count; i++) {
    let block = (first + i) * 22u;
    packed[highs + unit + i] = bits_by_fours(raw_word(block + 2u));
    for (var w = 0u; w < 4u; w++) {
      packed[quants + (unit + i) * 4u + w] = raw_word(block + 6u + 4u * w);
    }
  }
  repack_halves(scales, first, count, 22u);
}
