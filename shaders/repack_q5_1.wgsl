// Q5_1 block: d and m (f16), a word of fifth bits (bit b is weight b's), then 16 bytes; byte b holds the low nibbles of weights b
// (low) and b + 16 (high); 24 bytes. Planes: see lib/dequant_q5_1.wgsl.
fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  let highs = quants + repack.units * 4u;
  let factors = highs + plane_words(1u);
  for (var i = 0u; i < count; i++) {
    let block = (first + i) * 24u;
    packed[highs + unit + i] = bits_by_fours(raw_word(block + 4u));
    packed[factors + unit + i] = raw_word(block);
    for (var w = 0u; w < 4u; w++) {
      packed[quants + (unit + i) * 4u + w] = raw_word(block + 8u + 4u * w);
    }
  }
}
