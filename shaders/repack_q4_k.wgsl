// Q4_K block of 256 weights: d and dmin (f16), 12 bytes of 6-bit scales and mins, 128 bytes of nibbles; 144 bytes.
// Nibble byte 32p + b holds weight 64p + b (low) and 64p + 32 + b (high).
// Scales and mins 0..3 are the low six bits of bytes 0..3 and 4..7; for 4..7 the low four bits are in the nibbles of
// bytes 8..11 and the upper two are the top bits of bytes 0..3 and 4..7. Planes: see lib/dequant_q4_k.wgsl.
fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 144u;
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  let scales = quants + repack.units * 4u;
  let ds = scales + repack.units / 2u;

  for (var u = 0u; u < 8u; u++) {
    // Weights b and b + 16 of this unit have the same nibble of bytes b and b + 16 of its 32 bytes.
    let bytes = block + 16u + 32u * (u / 2u);
    let shift = 4u * (u % 2u);
    for (var w = 0u; w < 4u; w++) {
      let low = (raw_word(bytes + 4u * w) >> shift) & 0x0f0f0f0fu;
      let high = (raw_word(bytes + 16u + 4u * w) >> shift) & 0x0f0f0f0fu;
      packed[quants + (unit + u) * 4u + w] = low | (high << 4u);
    }
  }

  let a = raw_word(block + 4u);
  let b = raw_word(block + 8u);
  let c = raw_word(block + 12u);
  let at = scales + unit / 2u;
  packed[at] = a & 0x3f3f3f3fu;
  packed[at + 1u] = (c & 0x0f0f0f0fu) | ((a >> 2u) & 0x30303030u);
  packed[at + 2u] = b & 0x3f3f3f3fu;
  packed[at + 3u] = ((c >> 4u) & 0x0f0f0f0fu) | ((b >> 2u) & 0x30303030u);
  packed[ds + unit / 8u] = raw_word(block);
}
