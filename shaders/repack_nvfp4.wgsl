// NVFP4 block of 64 weights: 4 scales of a byte, for 16 weights each, then for each of those 8 bytes: byte b has weight b in its low
// and weight b + 8 in its high nibble; 36 bytes.
// Planes: see lib/dequant_nvfp4.wgsl.
fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  let scales = quants + repack.units * 4u;
  for (var i = 0u; i < count; i++) {
    let block = ((first + i) / 2u) * 36u;
    let sixteens = block + 4u + 16u * (i % 2u);
    for (var w = 0u; w < 4u; w++) {
      // Weights 4w to 4w + 3 of both sixteens have the same nibble of the same bytes.
      let low = (raw_word(sixteens + 4u * (w % 2u)) >> (4u * (w / 2u))) & 0x0f0f0f0fu;
      let high = (raw_word(sixteens + 8u + 4u * (w % 2u)) >> (4u * (w / 2u))) & 0x0f0f0f0fu;
      packed[quants + (unit + i) * 4u + w] = low | (high << 4u);
    }
    if (i % 2u == 0u) {
      packed[scales + (unit + i) / 2u] = raw_word(block);
    }
  }
}
